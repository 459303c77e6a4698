package eval

import "github.com/goplay/goplay/templating/value"

// class is what x.__class__ gives where no sandbox hides it. It can show its name and nothing else.
type class struct{ module, name string }

func classOf(v value.Value) *class {
	if _, ok := v.(value.Markup); ok {
		return &class{"markupsafe.", "Markup"}
	}
	return &class{name: v.Type()}
}

// Type is "type".
func (*class) Type() string { return "type" }

// Truth is true.
func (*class) Truth() bool { return true }

// String shows the class as Python does.
func (c *class) String() string { return "<class '" + c.module + c.name + "'>" }

func (c *class) attr(_ *State, name string) (value.Value, bool, error) {
	if name == "__name__" {
		return value.String(c.name), true, nil
	}
	return nil, false, nil
}
