package runner

import (
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// complete adds what Ansible adds to every result.
func (x *execution) complete(d *value.Dict, c *call) {
	if x.tp.fqcn != "ansible.builtin.pause" && !x.tp.users { // which no module runs for, or which see to it
		addLines(d)
	}
	if rc, ok := d.Get("rc").(value.Int); ok && rc != 0 && d.Get("failed") == nil {
		d.Set("failed", value.Bool(true))
	}
	if d.Get("failed") == nil {
		d.Set("failed", value.Bool(false))
	}
	if d.Get("changed") == nil {
		d.Set("changed", value.Bool(false))
	}
	x.addWarnings(d, c.warnings)
	if c.help != nil {
		d.Set(warningHelp, c.help)
	}
	if isTrue(d, "failed") && d.Get("exception") == nil {
		d.Set("exception", traceback)
	}
	if c.NoLog {
		d.Set("_ansible_no_log", value.Bool(true))
	}
}

// addWarnings adds those that came while the action ran; those of users' plugins come before the result's own.
func (x *execution) addWarnings(d *value.Dict, warnings []string) {
	own, _ := d.Get("warnings").(*value.List)
	if x.tp.users && own != nil && len(warnings) > 0 {
		d.Set("warnings", value.NewList())
	} else {
		own = nil
	}
	for _, w := range warnings {
		appendList(d, "warnings", value.String(w))
	}
	if own != nil {
		d.Get("warnings").(*value.List).Append(own.Elems...)
	}
}

// addLines adds the lines of what a module's program has printed.
func addLines(d *value.Dict) {
	for _, key := range []string{"stdout", "stderr"} {
		s, ok := d.Get(key).(value.String)
		if _, has := d.Lookup(key + "_lines"); ok && !has {
			d.Set(key+"_lines", lines(string(s)))
		}
	}
}

// lines splits text as Python's splitlines does for the usual line ends.
func lines(s string) *value.List {
	l := &value.List{}
	for s != "" {
		i := strings.IndexAny(s, "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029")
		if i < 0 {
			break
		}
		l.Append(value.String(s[:i]))
		s = s[i+lineEnd(s[i:]):]
	}
	if s != "" {
		l.Append(value.String(s))
	}
	return l
}

// lineEnd gives the length of the line end that s starts with.
func lineEnd(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"), s[0] == 0xC2:
		return 2
	case s[0] == 0xE2:
		return 3
	}
	return 1
}

func appendList(d *value.Dict, key string, v value.Value) {
	l, ok := d.Get(key).(*value.List)
	if !ok {
		l = &value.List{}
		d.Set(key, l)
	}
	l.Append(v)
}
