package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
)

// retryFile writes the names of the hosts that failed or could not be reached beside a playbook, for --limit, where retry_files_enabled
// says so.
func (r *run) retryFile(b *playbook.Playbook) {
	hosts := r.lostHosts()
	if len(hosts) == 0 || !r.opts.Config.Bool("RETRY_FILES_ENABLED") {
		return
	}
	path := r.retryPath(b.Path)
	if err := writeRetries(path, hosts); err != nil {
		r.warn(fmt.Sprintf("Could not create retry file '%s'. The error was: %s", path, err), source.Pos{})
		return
	}
	r.send(event.Message{Level: event.Display, Text: "\tto retry, use: --limit @" + path})
}

func (r *run) retryPath(book string) string {
	dir := r.opts.Config.Str("RETRY_FILES_SAVE_PATH")
	if dir == "" {
		dir = filepath.Dir(absolute(book))
	}
	name := filepath.Base(book)
	return filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+".retry")
}

func writeRetries(path string, hosts []string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.Join(hosts, "\n")+"\n"), 0o666)
}

// lostHosts names the hosts that failed or could not be reached, sorted.
func (r *run) lostHosts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	for host, why := range r.gone {
		if why == failed || why == unreachable {
			names = append(names, host)
		}
	}
	slices.Sort(names)
	return names
}
