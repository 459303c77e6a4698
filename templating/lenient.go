package templating

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// Notice is a warning about templates that failed where that must not end anything, as ansible-core words it.
type Notice struct {
	Msg string
	Pos source.Pos
}

// Lenient evaluates a template for display: what is undefined in it is shown as `<< error 1 - 'x' is undefined >>`, at any depth.
// Other failures are errors.
func (c *Context) Lenient(t *value.Template) (value.Value, []Notice, error) {
	l := &lenience{tmpl: t}
	v, err := c.lenient(t, l)
	return v, l.notices(), err
}

// Shown evaluates a template for display, and shows whatever fails in it as Lenient shows what is undefined.
func (c *Context) Shown(t *value.Template) (value.Value, []Notice) {
	l := &lenience{tmpl: t, any: true}
	v, err := c.lenient(t, l)
	if err != nil {
		v, _ = l.mend(err) // it mends everything
	}
	return v, l.notices()
}

func (c *Context) lenient(t *value.Template, l *lenience) (value.Value, error) {
	prog, err := c.engine.program(t)
	if err != nil {
		return nil, c.locate(t, err)
	}
	outer := c.place
	c.place = t.Pos
	v, err := prog.Forgiving(c, endingOf(t), "\n", l.mend)
	c.place = outer
	if err != nil {
		return nil, c.locate(t, err)
	}
	return v, nil
}

// lenience collects the failures of an evaluation.
type lenience struct {
	tmpl   *value.Template
	any    bool // everything is forgiven, not only what is undefined
	errors []*source.Error
}

// mend gives the text that stands in place of what failed.
func (l *lenience) mend(err error) (value.Value, error) {
	err = describe(l.tmpl.Pos, l.tmpl.Expr, err)
	var undefined *UndefinedError
	var e *source.Error
	if !l.any && !errors.As(err, &undefined) || !errors.As(err, &e) {
		return nil, err
	}
	l.errors = append(l.errors, &source.Error{Pos: e.Pos, Msg: e.Error()})
	return value.String(fmt.Sprintf("<< error %d - %s >>", len(l.errors), e.Error())), nil
}

// notices tells the failures; those of one place in one warning.
func (l *lenience) notices() []Notice {
	var out []Notice
	for i := 0; i < len(l.errors); {
		pos := l.errors[i].Pos
		var lines []string
		for ; i < len(l.errors) && l.errors[i].Pos == pos; i++ {
			lines = append(lines, fmt.Sprintf("error %d - %s", i+1, l.errors[i].Msg))
		}
		plural := "s"
		if len(lines) == 1 {
			plural = ""
		}
		out = append(out, Notice{fmt.Sprintf("Encountered %d template error%s.\n%s", len(lines), plural, strings.Join(lines, "\n")), pos})
	}
	return out
}
