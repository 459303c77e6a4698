// Package factcache keeps facts from one run to the next, in the places and forms of the reference's cache plugins, so that a cache that
// either program wrote is read by the other.
//
//	c, err := factcache.Open("jsonfile", factcache.Options{Connection: "~/facts", Timeout: 24 * time.Hour})
//	facts, err := c.Get("web1")   // nil: nothing is known, or it is too old
//
// jsonfile and yaml keep a file a host; redis keeps a key a host and a sorted set of all hosts by the time of their last change. A value is
// a mapping with the one key __payload__, whose text is the JSON of the facts.
package factcache

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goplay/goplay/templating/value"
)

// Cache keeps the facts of hosts. Its methods may be called by many goroutines.
type Cache interface {
	// Get gives a host's facts, or nil where none are kept or they are older than the timeout. An error ends the run.
	Get(host string) (*value.Dict, error)
	// Set keeps a host's facts in place of what was kept.
	Set(host string, facts *value.Dict) error
	// Delete forgets a host's facts.
	Delete(host string) error
	// Close ends what the cache holds open.
	Close()
}

// Options are the settings of cache plugins.
type Options struct {
	Connection string        // a folder, or host:port:db[:password]; "": not given
	Prefix     string        // of files' names or of keys; "": the plugin's default
	Keyset     string        // redis: the name of the sorted set; "": ansible_cache_keys
	Sentinel   string        // redis: the name of a service of redis's sentinels, which are not spoken to yet: an error
	Timeout    time.Duration // 0: facts never get too old
	Warn       func(string)  // takes warnings for the user
}

// schema is what the reference puts before a host's name: the version of what is kept.
const schema = "s1_"

// Open opens a cache by its plugin's name. It is nil for memory, which keeps nothing beyond the run.
func Open(name string, o Options) (Cache, error) {
	short := strings.TrimPrefix(strings.TrimPrefix(name, "ansible.builtin."), "community.general.")
	switch short {
	case "memory":
		return nil, nil
	case "jsonfile", "yaml", "redis":
	default:
		return nil, said("Unable to load the cache plugin '%s'.", name)
	}
	if o.Connection == "" {
		return nil, said("Required config '_uri' for '%s' cache plugin not provided.", name)
	}
	if short == "redis" {
		return openRedis(o)
	}
	return openFiles(short, o)
}

// said makes an error whose text is the reference's, which begins with a capital letter and may end with a full stop.
func said(format string, args ...any) error { return fmt.Errorf(format, args...) }

// expanded is a path with ~ and variables of the environment.
func expanded(path string) string {
	path = os.ExpandEnv(path)
	if home, err := os.UserHomeDir(); err == nil && (path == "~" || strings.HasPrefix(path, "~/")) {
		path = home + path[1:]
	}
	return filepath.Clean(path)
}
