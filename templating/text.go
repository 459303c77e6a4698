package templating

import (
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// EvaluateText evaluates a template with delimiters and whitespace control of its own, which hold for what it includes too. A lone
// expression keeps its type. The name tells the template in errors and may be empty.
func (c *Context) EvaluateText(name, text string, cfg syntax.Config) (value.Value, error) {
	prog, err := c.engine.env.Compile(name, text, cfg)
	var v value.Value
	if err == nil {
		v, err = prog.Value(&fileHost{c, cfg})
	}
	if err != nil {
		err = describe(source.Pos{File: name}, false, err)
		c.addHint(err)
	}
	return v, err
}
