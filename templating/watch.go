package templating

import "github.com/goplay/goplay/templating/eval"

var _ eval.Watcher = (*Context)(nil)

// Converted warns of a value that a variable cannot hold as it is. What a variable gives to the template that reads it is not stored.
func (c *Context) Converted(kind string) {
	if c.env.WarnAt != nil && c.active == nil {
		c.env.WarnAt("Type '"+kind+"' is unsupported in variable storage, converting to 'list'.", "", c.place)
	}
}

// Embedded warns of a template inside the text of an expression, or of a lookup's term.
func (c *Context) Embedded(lookup bool) {
	if c.env.WarnAt == nil {
		return
	}
	advice := "`when: \"{{ a_var }}\" == 42` becomes `when: a_var == 42`"
	if lookup {
		advice = "`msg: \"{{ lookup('env', '{{ a_var }}') }}\"` becomes `msg: \"{{ lookup('env', a_var) }}\"`"
	}
	c.env.WarnAt("Jinja constant strings should not contain embedded templates. This feature will be disabled by default in ansible-core 2.23.",
		"Use inline expressions, for example: "+advice, c.place)
}
