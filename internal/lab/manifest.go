package lab

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"syscall"
)

// Change is a path that differs from the pristine host.
type Change struct {
	Path   string
	Kind   string // file, dir, link, special, deleted
	Mode   fs.FileMode
	UID    uint32
	GID    uint32
	Digest string // of a file's content, or a link's destination
}

func (c Change) String() string {
	switch c.Kind {
	case "deleted":
		return c.Path + " deleted"
	case "link":
		return fmt.Sprintf("%s link -> %s", c.Path, c.Digest)
	}
	text := fmt.Sprintf("%s %s %04o %d:%d", c.Path, c.Kind, octal(c.Mode), c.UID, c.GID)
	return strings.TrimSpace(text + " " + c.Digest)
}

// octal is a mode as chmod takes it.
func octal(mode fs.FileMode) uint32 {
	bits := uint32(mode.Perm())
	for flag, bit := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if mode&flag != 0 {
			bits |= bit
		}
	}
	return bits
}

// volatile are paths that differ from run to run: logs, caches, a tool's own remains,
// and the files by which the hosts of a lab differ.
var volatile = regexp.MustCompile(`^/(var/log|var/cache|var/lib/apt|var/lib/systemd|var/lib/dpkg|var/lib/ucf|var/backups|run|tmp|var/tmp)(/|$)|` +
	`^/(root|home/[^/]+)/\.(ansible|cache)(/|$)|^/etc/(ld\.so\.cache|machine-id|hostname|mailname)$|` +
	`^/etc/(passwd|shadow|group|gshadow|subuid|subgid)-$|^/etc/ssl/certs(/|$)|__pycache__|\.pyc$`)

// Manifest returns what changed on host i since it was pristine, without the volatile
// paths, in the order of the paths. A folder is a change if its own entry was touched,
// so those on the way to a changed file are left out unless they are new.
func (l *Lab) Manifest(i int) ([]Change, error) {
	l.mu.Lock()
	upper := l.holder.path(filepath.Join(l.hosts[i-1].dir, "u"))
	l.mu.Unlock()
	var changes []Change
	err := filepath.WalkDir(upper, func(path string, entry fs.DirEntry, err error) error {
		rel := strings.TrimPrefix(path, upper)
		if err != nil || rel == "" || volatile.MatchString(rel) {
			return err
		}
		change, err := l.change(path, rel, entry)
		if err == nil && change.Kind != "" {
			changes = append(changes, change)
		}
		return err
	})
	sort.Slice(changes, func(a, b int) bool { return changes[a].Path < changes[b].Path })
	return changes, err
}

func (l *Lab) change(path, rel string, entry fs.DirEntry) (Change, error) {
	info, err := entry.Info()
	if err != nil {
		return Change{}, err
	}
	stat := info.Sys().(*syscall.Stat_t)
	c := Change{Path: rel, Mode: info.Mode(), UID: stat.Uid, GID: stat.Gid}
	switch {
	case info.Mode()&fs.ModeCharDevice != 0 && stat.Rdev == 0: // overlayfs' whiteout
		return Change{Path: rel, Kind: "deleted"}, nil
	case info.IsDir():
		c.Kind = "dir"
		if l.sameInLower(rel, c) {
			return Change{}, nil
		}
	case info.Mode()&fs.ModeSymlink != 0:
		c.Kind = "link"
		c.Digest, err = os.Readlink(path)
	case info.Mode().IsRegular():
		c.Kind = "file"
		c.Digest, err = digest(rel, path)
	default:
		c.Kind = "special"
	}
	return c, err
}

// sameInLower tells whether a folder is in a lower layer with the same mode and owner.
func (l *Lab) sameInLower(rel string, c Change) bool {
	for _, lower := range []string{filepath.Join(l.dir, "layer"), l.base} {
		info, err := os.Lstat(filepath.Join(lower, rel))
		if err != nil {
			continue
		}
		stat := info.Sys().(*syscall.Stat_t)
		return info.IsDir() && info.Mode() == c.Mode && stat.Uid == c.UID && stat.Gid == c.GID
	}
	return false
}

// digest is of the content, but of /etc/shadow without salts and days.
func digest(rel, path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if rel == "/etc/shadow" {
		data = []byte(withoutSalts(string(data)))
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))[:16], nil
}

func withoutSalts(shadow string) string {
	lines := strings.Split(strings.TrimSpace(shadow), "\n")
	for i, line := range lines {
		fields := strings.Split(line, ":")
		if len(fields) < 4 {
			continue
		}
		if len(fields[1]) > 3 {
			fields[1] = "set"
		}
		fields[2] = "day"
		lines[i] = strings.Join(fields, ":")
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
