package lookup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/goplay/goplay/templating/value"
)

// tree is a walk through folders. What an earlier folder has hides what a later one has at the same path.
type tree struct {
	root string // as written: it may end in a slash
	seen map[string]bool
	out  []value.Value
}

func filetree(c *Call) ([]value.Value, error) {
	t := &tree{seen: map[string]bool{}}
	for _, term := range c.Terms {
		name, ok := value.Text(term)
		if !ok {
			return nil, value.TypeError("expected str, bytes or os.PathLike object, not %s", term.Type())
		}
		path, ok := c.find("files", name)
		if !ok {
			continue
		}
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			continue
		}
		if t.root = path; strings.HasSuffix(name, "/") {
			t.root += "/"
		}
		if err := t.walk("."); err != nil {
			return nil, err
		}
	}
	return t.out, nil
}

// walk lists a folder, folders and links to them first, and then goes into its folders.
func (t *tree) walk(dir string) error {
	entries, err := os.ReadDir(filepath.Join(t.root, dir))
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	isFolder := func(e fs.DirEntry) bool {
		info, err := os.Stat(filepath.Join(t.root, dir, e.Name()))
		return err == nil && info.IsDir()
	}
	slices.SortStableFunc(entries, func(a, b fs.DirEntry) int {
		switch x, y := isFolder(a), isFolder(b); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	for _, e := range entries {
		if err := t.add(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := t.walk(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tree) add(path string) error {
	if t.seen[path] {
		return nil
	}
	d, err := t.properties(path)
	if err != nil || d == nil {
		return err
	}
	t.seen[path] = true
	t.out = append(t.out, d)
	return nil
}

// properties describes a file. What is no file, folder or link is nil.
func (t *tree) properties(path string) (*value.Dict, error) {
	full := filepath.Join(t.root, path)
	info, err := os.Lstat(full)
	if err != nil {
		return nil, err
	}
	d := value.DictOf("root", value.String(t.root), "path", value.String(path))
	switch mode := info.Mode(); {
	case mode.IsDir():
		d.Set("state", value.String("directory"))
	case mode.IsRegular():
		d.Set("state", value.String("file"))
		d.Set("src", value.String(full))
	case mode&fs.ModeSymlink != 0:
		target, err := os.Readlink(full)
		if err != nil {
			return nil, err
		}
		d.Set("state", value.String("link"))
		d.Set("src", value.String(target))
	default:
		return nil, nil
	}
	return d, setOwner(d, full)
}

func setOwner(d *value.Dict, path string) error {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return err
	}
	uid, gid := int(st.Uid), int(st.Gid)
	d.Set("uid", value.Int(uid))
	d.Set("gid", value.Int(gid))
	d.Set("owner", value.Int(uid))
	d.Set("group", value.Int(gid))
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		d.Set("owner", value.String(u.Username))
	}
	if g, err := user.LookupGroupId(strconv.Itoa(gid)); err == nil {
		d.Set("group", value.String(g.Name))
	}
	d.Set("mode", value.String(fmt.Sprintf("0%03o", st.Mode&0o7777)))
	d.Set("size", value.Int(st.Size))
	d.Set("mtime", seconds(st.Mtim))
	d.Set("ctime", seconds(st.Ctim))
	return nil
}

func seconds(t unix.Timespec) value.Value { return value.Float(float64(t.Sec) + 1e-9*float64(t.Nsec)) }
