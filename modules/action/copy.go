package action

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// copyFiles brings a file, a folder or text to the target, or lets the target copy its own.
func copyFiles(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	remoteSrc, err := flag(c, "remote_src", false)
	if err != nil {
		return nil, err
	}
	src, content := str(c, "src"), c.Args.Get("content")
	dest := str(c, "dest")
	if d := wrongCopy(src, content, dest); d != nil {
		return d, nil
	}
	if remoteSrc {
		return c.Module(ctx, "ansible.builtin.copy", c.Args)
	}
	if content != nil {
		return copyText(ctx, c, content)
	}
	return copySource(ctx, c, src)
}

func wrongCopy(src string, content value.Value, dest string) *value.Dict {
	switch {
	case src == "" && content == nil:
		return modules.Fail("src (or content) is required")
	case dest == "":
		return modules.Fail("dest is required")
	case src != "" && content != nil:
		return modules.Fail("src and content are mutually exclusive")
	case content != nil && strings.HasSuffix(dest, "/"):
		return modules.Fail("can not use content with a dir as dest")
	}
	return nil
}

// targetArgs are the arguments for the module on the target: without those that only the controller understands.
func targetArgs(c *modules.Call, drop ...string) *value.Dict {
	args := c.Args.Clone()
	for _, k := range append(drop, "src", "content", "decrypt", "directory_mode", "remote_src", "local_follow") {
		args.Delete(k)
	}
	if v := c.Args.Get("directory_mode"); v != nil {
		args.Set("directory_mode", v)
	}
	return args
}

// copyText writes text; a dict or list is written as JSON.
func copyText(ctx context.Context, c *modules.Call, v value.Value) (*value.Dict, error) {
	var data []byte
	switch v := v.(type) {
	case *value.Dict, *value.List:
		var err error
		if data, err = value.AppendJSON(nil, v, value.JSONOptions{EnsureASCII: true}); err != nil {
			return nil, fmt.Errorf("could not write content temp file: %w", err)
		}
	default:
		data = []byte(v.String())
	}
	dest := str(c, "dest")
	t := textContent(data, dest, path.Base(dest))
	d, err := put(ctx, c, t, targetArgs(c))
	if d != nil {
		d.Delete("_goplay_kept")
	}
	return d, err
}

func copySource(ctx context.Context, c *modules.Call, src string) (*value.Dict, error) {
	name, err := find(c, "files", src)
	if err != nil {
		return nil, unexpected(err)
	}
	st, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return copyFolder(ctx, c, name, src)
	}
	t, err := fileContent(c, name, path.Base(name))
	if err != nil {
		return nil, err
	}
	args := targetArgs(c)
	if err := preserveMode(args, st); err != nil {
		return nil, err
	}
	d, err := put(ctx, c, t, args)
	return kept(d, name), err
}

// unexpected words a missing source as the reference does for copy.
func unexpected(err error) error {
	return modules.Errorf("Unexpected AnsibleActionFail error: %s", err.Error())
}

// kept fills in the result of a file that force: false left alone.
func kept(d *value.Dict, src string) *value.Dict {
	if d != nil && d.Delete("_goplay_kept") {
		d.Set("src", value.String(src))
	}
	return d
}

// preserveMode sets the mode of the controller's file where mode is preserve.
func preserveMode(args *value.Dict, st fs.FileInfo) error {
	if v := args.Get("mode"); v != nil && v.String() == "preserve" {
		args.Set("mode", value.String(fmt.Sprintf("%04o", st.Mode().Perm())))
	}
	return nil
}

// copyFolder copies a folder, or its content where the source ends with a slash.
func copyFolder(ctx context.Context, c *modules.Call, name, src string) (*value.Dict, error) {
	dest := str(c, "dest")
	if !strings.HasSuffix(dest, "/") {
		dest += "/"
	}
	top := strings.TrimSuffix(name, "/")
	prefix := path.Base(top)
	if strings.HasSuffix(src, "/") {
		prefix = ""
	}
	f := &folder{c: c, dest: dest, top: top, prefix: prefix}
	if err := filepath.WalkDir(top, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return f.visit(ctx, p, e)
	}); err != nil && f.failed == nil {
		return nil, err
	}
	if f.failed != nil {
		return f.failed, nil
	}
	return done("changed", value.Bool(f.changed), "dest", value.String(dest), "src", value.String(name))
}

// folder is a folder on its way.
type folder struct {
	c                 *modules.Call
	dest, top, prefix string
	changed           bool
	failed            *value.Dict
}

func (f *folder) visit(ctx context.Context, p string, e fs.DirEntry) error {
	rel, err := filepath.Rel(f.top, p)
	if err != nil {
		return err
	}
	rel = path.Join(f.prefix, filepath.ToSlash(rel))
	st, err := os.Stat(p) // what a link points to is copied
	if err != nil {
		return err
	}
	var d *value.Dict
	switch {
	case e.IsDir():
		if rel == "." || !isEmpty(p) {
			return nil
		}
		d, err = f.makeDir(ctx, rel)
	case st.IsDir():
		return nil // a link to a folder: local_follow
	default:
		d, err = f.file(ctx, p, rel, st)
	}
	return f.note(d, err)
}

func isEmpty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) == 0
}

// note takes in one entry's result; a failure ends the walk.
func (f *folder) note(d *value.Dict, err error) error {
	if err != nil {
		return err
	}
	if isTrue(d, "failed") {
		f.failed = d
		return fs.SkipAll
	}
	f.changed = f.changed || isTrue(d, "changed")
	return nil
}

func (f *folder) file(ctx context.Context, p, rel string, st fs.FileInfo) (*value.Dict, error) {
	t, err := fileContent(f.c, p, rel)
	if err != nil {
		return nil, err
	}
	t.more = true
	args := targetArgs(f.c)
	args.Set("dest", value.String(f.dest))
	args.Set("_original_basename", value.String(rel))
	if err := preserveMode(args, st); err != nil {
		return nil, err
	}
	return put(ctx, f.c, t, args)
}

func (f *folder) makeDir(ctx context.Context, rel string) (*value.Dict, error) {
	args := value.DictOf("path", value.String(f.dest+rel), "state", value.String("directory"))
	for _, k := range []string{"owner", "group", "seuser", "serole", "setype", "selevel", "follow"} {
		if v := f.c.Args.Get(k); v != nil {
			args.Set(k, v)
		}
	}
	if v := f.c.Args.Get("directory_mode"); v != nil {
		args.Set("mode", v)
	}
	return f.c.Module(ctx, "ansible.builtin.file", args)
}
