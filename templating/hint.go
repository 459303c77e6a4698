package templating

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
)

// unknown are the messages about names that nothing has.
var unknown = regexp.MustCompile(`No (filter|test) named '([^']+)'|The (lookup) plugin '([^']+)' was not found`)

// addHint adds the nearest name to an error about an unknown one. It is made only for errors that a user sees.
func (c *Context) addHint(err error) {
	e := innermost(err)
	if e == nil || e.Hint != "" {
		return
	}
	name, known := c.wrongName(err, e.Msg)
	near := inCollection(name, known)
	if near == "" {
		near = source.Nearest(name, known)
	}
	if near != "" {
		e.Hint = "Did you mean '" + near + "'?"
	}
}

// inCollection gives the full name of what was written without its collection.
func inCollection(name string, known []string) string {
	slices.Sort(known) // the same one every time
	for _, k := range known {
		if name != "" && strings.HasSuffix(k, "."+name) {
			return k
		}
	}
	return ""
}

func innermost(err error) *source.Error {
	var last, e *source.Error
	for err != nil && errors.As(err, &e) {
		last, err = e, e.Err
	}
	return last
}

// wrongName gives the name that an error is about, and those that would do.
func (c *Context) wrongName(err error, msg string) (string, []string) {
	var u *UndefinedError
	if errors.As(err, &u) {
		if u.Msg != "'"+u.Name+"' is undefined" {
			return "", nil
		}
		return u.Name, slices.Concat(slices.Collect(c.Names()), c.engine.Known()["function"])
	}
	m := unknown.FindStringSubmatch(msg)
	if m == nil {
		return "", nil
	}
	return m[2] + m[4], c.engine.Known()[m[1]+m[3]]
}
