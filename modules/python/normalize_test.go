package python

import (
	"encoding/json"
	"os/user"
	"regexp"
	"sort"
	"strings"
)

// A normalizer replaces what must differ between two runs: the folder's name,
// times, process ids, and the user who runs the test.
type normalizer struct {
	dir, url    string
	user, group string
	uid, gid    string
}

// volatile are the result keys whose values only keep their JSON type.
var volatile = map[string]bool{
	"mtime": true, "atime": true, "ctime": true, "birthtime": true, "inode": true, "dev": true, "version": true,
	"start": true, "end": true, "last_modified": true, "delta": true, "elapsed": true, "date": true,
	"ssh_key_comment": true, "block_available": true, "block_used": true, "block_total": true, "inode_available": true, "inode_used": true, "inode_total": true,
	"size_available": true, "size_total": true, "ansible_fqdn": true, "ansible_domain": true,
}

var (
	backupName = regexp.MustCompile(`\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~`)
	moduleTemp = regexp.MustCompile(`ansible-moduletmp-[\d.]+-`)
	tempName   = regexp.MustCompile(`(tmp|ansible_|ansible\.|ansible-moduletmp-|/tmp/at)[a-z0-9_]{8}\b`)
	address    = regexp.MustCompile(`0x[0-9a-f]{6,}`)
	machine    = regexp.MustCompile(`(Python library \([^)]*\) on )\S+('s Python)`)
	waited     = regexp.MustCompile(`after \d+ ms`)
)

func newNormalizer(dir, url string) *normalizer {
	n := &normalizer{dir: dir, url: url}
	if u, err := user.Current(); err == nil {
		n.uid, n.gid, n.user = u.Uid, u.Gid, u.Username
		if g, err := user.LookupGroupId(u.Gid); err == nil {
			n.group = g.Name
		}
	}
	return n
}

func (n *normalizer) value(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		return n.mapping(v)
	case []any:
		return n.list(key, v)
	case json.Number:
		return n.number(key, v)
	case string:
		return n.named(key, v)
	}
	return v
}

func (n *normalizer) list(key string, v []any) any {
	list := make([]any, len(v))
	for i, item := range v {
		list[i] = n.value(key, item)
	}
	if key == "files" || key == "archived" || key == "expanded_paths" {
		// Files come in their folder's order, which is nobody's choice.
		sort.Slice(list, func(i, j int) bool { return pathOf(list[i]) < pathOf(list[j]) })
	}
	return list
}

func pathOf(v any) string {
	if m, ok := v.(map[string]any); ok {
		v = m["path"]
	}
	path, _ := v.(string)
	return path
}

func (n *normalizer) mapping(v map[string]any) any {
	// The reference's messages are objects; only what they say is compared.
	if event, ok := v["event"].(map[string]any); ok && v["__ansible_type"] == "WarningSummary" {
		return n.value("", event["msg"])
	}
	if event, ok := v["event"].(map[string]any); ok && v["__ansible_type"] == "DeprecationSummary" {
		return n.value("", event["msg"])
	}
	if _, ok := v["collection_name"]; ok && v["msg"] != nil {
		return n.value("", v["msg"])
	}
	// The size of a link is the length of a path, that of a folder its filesystem's affair, that of an archive depends on its files' order.
	isDir := v["dest_state"] == "archive" || v["state"] == "directory" || v["isdir"] == true || v["state"] == "link" || v["islnk"] == true
	result := make(map[string]any, len(v))
	for k, item := range v {
		if isDir && (k == "size" || k == "nlink" || k == "blocks") {
			result[k] = "<" + k + ">"
			continue
		}
		name := k
		if !strings.HasPrefix(k, "ansible_") { // a fact, which is no temporary file
			name = n.text(k)
		}
		result[name] = n.value(k, item)
	}
	return result
}

func (n *normalizer) number(key string, v json.Number) any {
	switch {
	case volatile[key] && strings.Contains(v.String(), "."):
		return "<float>"
	case volatile[key]:
		return "<int>"
	case key == "port" && strings.HasSuffix(n.url, ":"+v.String()):
		return "$PORT"
	case key == "uid" && v.String() == n.uid:
		return "<uid>"
	case key == "gid" && v.String() == n.gid:
		return "<gid>"
	}
	return v
}

func (n *normalizer) named(key, v string) any {
	switch {
	case volatile[key]:
		return "<string>"
	case (key == "owner" || key == "pw_name") && v == n.user:
		return "<user>"
	case (key == "group" || key == "gr_name") && v == n.group:
		return "<group>"
	}
	return n.text(v)
}

func (n *normalizer) text(v string) string {
	v = strings.ReplaceAll(v, n.dir, "$DIR")
	v = strings.ReplaceAll(v, n.url, "$URL")
	v = strings.ReplaceAll(v, strings.TrimPrefix(n.url, "http://"), "$HOST")
	v = backupName.ReplaceAllString(v, ".PID.TIME~")
	v = strings.ReplaceAll(v, "127.0.0.1:"+n.url[strings.LastIndex(n.url, ":")+1:], "$HOST")
	v = moduleTemp.ReplaceAllString(v, "ansible-moduletmp-")
	v = address.ReplaceAllString(v, "0xADDRESS")
	v = machine.ReplaceAllString(v, "${1}HOST$2")
	v = waited.ReplaceAllString(v, "after N ms")
	return tempName.ReplaceAllString(v, "${1}RANDOM")
}
