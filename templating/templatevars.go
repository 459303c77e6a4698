package templating

import (
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
	"time"

	"github.com/goplay/goplay/templating/format"
	"github.com/goplay/goplay/templating/value"
)

// WithTemplate gives a view with the variables that describe a template file itself: as it was named, its path, and where its text goes.
func (c *Context) WithTemplate(name, path string, dest value.Value) (*Context, error) {
	host, _ := os.Hostname()
	d := value.DictOf("template_path", value.String(name), "template_fullpath", value.String(path), "template_destpath", dest,
		"template_host", value.String(host), "template_run_date", value.WallClock(time.Now()))
	st, err := os.Stat(path)
	if err != nil {
		return c.With(d), nil
	}
	owner := ownerOf(st)
	d.Set("template_mtime", value.WallClock(st.ModTime().Round(time.Microsecond)))
	d.Set("template_uid", value.String(owner))
	if !c.names("ansible_managed") {
		text, err := c.engine.managed(name, host, owner, st.ModTime())
		if err != nil {
			return nil, err
		}
		d.Set("ansible_managed", value.String(text))
	}
	return c.With(d), nil
}

// names tells whether a variable is set, without reading it: a trace shall not have what no template needs.
func (c *Context) names(name string) bool {
	for n := range c.Names() {
		if n == name {
			return true
		}
	}
	return false
}

// managed is the text of ansible_managed for a template file of an owner that was changed at a time.
func (e *Engine) managed(name, host, owner string, changed time.Time) (string, error) {
	if e.Managed == "" {
		return "Ansible managed", nil
	}
	fields := value.DictOf("file", value.String(name), "host", value.String(host), "uid", value.String(owner))
	text, err := format.Braces(e.Managed, nil, fields, format.Options{Get: texts{}})
	return value.Strftime(changed, text), err
}

// texts are fields of a format that have neither attributes nor items.
type texts struct{}

func (texts) Attr(_ value.Value, name string) (value.Value, error) {
	return nil, value.Errorf("AttributeError", "'str' object has no attribute '%s'", name)
}

func (texts) Item(value.Value, value.Value) (value.Value, error) {
	return nil, value.Errorf("TypeError", "string indices must be integers, not 'str'")
}

func (texts) Text(v value.Value) (string, error) { return v.String(), nil }

func (texts) Sandboxed() bool { return false }

// ownerOf gives the name of a file's owner, or his number.
func ownerOf(st fs.FileInfo) string {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	uid := strconv.Itoa(int(sys.Uid))
	if u, err := user.LookupId(uid); err == nil {
		return u.Username
	}
	return uid
}
