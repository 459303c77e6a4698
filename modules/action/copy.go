package action

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
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
	if err := f.copy(ctx); err != nil && f.failed == nil {
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
	under             []*content // what is on its way, in order; nil: a folder
}

// copy sends one entry after the other, without waiting for answers: but a large file, of which the target is asked first, and all where a
// diff is to be shown, which takes two questions.
func (f *folder) copy(ctx context.Context) error {
	entries, stop := iter.Pull2(f.entries())
	defer stop()
	for {
		var alone *entry
		err := f.c.Series(ctx, func() (*modules.Request, error) {
			e, err, ok := entries()
			if !ok || err != nil {
				return nil, err
			}
			if e.content != nil && (f.c.Diff || e.content.size > rideAlong) {
				alone = &e
				return nil, nil
			}
			f.under = append(f.under, e.content)
			return e.request(f.c), nil
		}, f.take)
		if err != nil || alone == nil {
			return err
		}
		if err := f.note(put(ctx, f.c, alone.content, alone.args)); err != nil {
			return err
		}
	}
}

// take takes in the answer to the first entry that is on its way.
func (f *folder) take(d *value.Dict) error {
	t := f.under[0]
	f.under = f.under[1:]
	if t == nil {
		return f.note(d, nil)
	}
	return f.note(placed(f.c, d, t, nil))
}

// entry is what is to be made on the target: a file, or a folder that is empty.
type entry struct {
	content *content // nil: a folder
	args    *value.Dict
}

func (e *entry) request(c *modules.Call) *modules.Request {
	if e.content == nil {
		return &modules.Request{Name: "ansible.builtin.file", Args: e.args}
	}
	return e.content.request(c, e.args, true)
}

// entries are those of the folder, up to the first that cannot be read.
func (f *folder) entries() iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		if err := filepath.WalkDir(f.top, func(p string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			found, err := f.visit(p, e)
			if err != nil {
				return err
			}
			if found != nil && !yield(*found, nil) {
				return fs.SkipAll
			}
			return nil
		}); err != nil {
			yield(entry{}, err)
		}
	}
}

// visit gives what is to be made of one entry, or nil.
func (f *folder) visit(p string, e fs.DirEntry) (*entry, error) {
	rel, err := filepath.Rel(f.top, p)
	if err != nil {
		return nil, err
	}
	rel = path.Join(f.prefix, filepath.ToSlash(rel))
	st, err := os.Stat(p) // what a link points to is copied
	switch {
	case err != nil:
		return nil, err
	case e.IsDir() && (rel == "." || !isEmpty(p)):
		return nil, nil
	case e.IsDir():
		return &entry{args: f.makeDir(rel)}, nil
	case st.IsDir():
		return nil, nil // a link to a folder: local_follow
	}
	return f.file(p, rel, st)
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

func (f *folder) file(p, rel string, st fs.FileInfo) (*entry, error) {
	t, err := fileContent(f.c, p, rel)
	if err != nil {
		return nil, err
	}
	t.more = true
	args := targetArgs(f.c)
	args.Set("dest", value.String(f.dest))
	args.Set("_original_basename", value.String(rel))
	return &entry{content: t, args: args}, preserveMode(args, st)
}

// makeDir gives the arguments of the file module for an empty folder.
func (f *folder) makeDir(rel string) *value.Dict {
	args := value.DictOf("path", value.String(f.dest+rel), "state", value.String("directory"))
	for _, k := range []string{"owner", "group", "seuser", "serole", "setype", "selevel", "follow"} {
		if v := f.c.Args.Get(k); v != nil {
			args.Set(k, v)
		}
	}
	if v := f.c.Args.Get("directory_mode"); v != nil {
		args.Set("mode", v)
	}
	return args
}
