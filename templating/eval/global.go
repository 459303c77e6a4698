package eval

import (
	"math/rand/v2"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// Namespace is namespace(): an object whose attributes set may change.
type Namespace struct{ attrs *value.Dict }

// Type is Namespace.
func (*Namespace) Type() string { return "Namespace" }

// Truth is true.
func (*Namespace) Truth() bool { return true }

// String shows the attributes.
func (n *Namespace) String() string { return "<Namespace " + n.attrs.String() + ">" }

func (n *Namespace) attr(_ *State, name string) (value.Value, bool, error) {
	v, ok := n.attrs.Lookup(name)
	return v, ok, nil
}

// Globals gives the functions that plain Jinja2 has.
func Globals() map[string]value.Value {
	g := map[string]value.Value{}
	for _, f := range []*Func{
		{Name: "range", Params: ParseParams("*args"), Run: rangeFunc},
		{Name: "dict", Params: ParseParams("*args, **kwargs"), Run: dictFunc},
		{Name: "namespace", Params: ParseParams("*args, **kwargs"), Run: namespaceFunc},
		{Name: "cycler", Params: ParseParams("*items"), Run: cyclerFunc},
		{Name: "joiner", Params: ParseParams("sep=', '"), Run: joinerFunc},
		{Name: "lipsum", Params: ParseParams("n=5, html=True, min=20, max=100"), Run: lipsumFunc},
	} {
		g[f.Name] = f
	}
	return g
}

func rangeFunc(s *State, _ value.Value, args []value.Value) (value.Value, error) {
	r, err := newRange(args)
	if err == nil && s.Env.Sandboxed && r.Len() > maxRange {
		err = value.Errorf("OverflowError", "Range too big. The sandbox blocks ranges larger than MAX_RANGE (%d).", maxRange)
	}
	return r, err
}

func newRange(args []value.Value) (value.Range, error) {
	t := args[0].(value.Tuple)
	if len(t) == 0 || len(t) > 3 {
		return value.Range{}, value.TypeError("range expected at least 1 argument, got %d", len(t))
	}
	var n [3]int
	for i, a := range t {
		k, ok := index(a)
		if !ok {
			return value.Range{}, value.TypeError("'%s' object cannot be interpreted as an integer", a.Type())
		}
		n[i] = k
	}
	switch len(t) {
	case 1:
		return value.Range{Stop: n[0], Step: 1}, nil
	case 2:
		return value.Range{Start: n[0], Stop: n[1], Step: 1}, nil
	}
	if n[2] == 0 {
		return value.Range{}, value.ValueError("range() arg 3 must not be zero")
	}
	return value.Range{Start: n[0], Stop: n[1], Step: n[2]}, nil
}

func dictFunc(s *State, _ value.Value, args []value.Value) (value.Value, error) {
	d := value.NewDict(0)
	if t := args[0].(value.Tuple); len(t) > 1 {
		return nil, value.TypeError("dict expected at most 1 argument, got %d", len(t))
	} else if len(t) == 1 {
		if err := fillDict(s, d, t[0]); err != nil {
			return nil, err
		}
	}
	d.Update(args[1].(*value.Dict))
	return d, nil
}

func fillDict(s *State, d *value.Dict, v value.Value) error {
	if err := s.Use(v); err != nil {
		return err
	}
	if m, ok := v.(value.Mapping); ok {
		d.Update(m)
		return nil
	}
	if ns, ok := v.(*Namespace); ok {
		d.Update(ns.attrs)
		return nil
	}
	elems, err := s.Elements(v)
	if err != nil {
		return err
	}
	for i, e := range elems {
		pair, err := s.Elements(e)
		if err != nil {
			return value.TypeError("cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		if len(pair) != 2 {
			return value.ValueError("dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		if err := d.SetKey(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func namespaceFunc(s *State, _ value.Value, args []value.Value) (value.Value, error) {
	d, err := dictFunc(s, nil, args)
	if err != nil {
		return nil, err
	}
	return &Namespace{d.(*value.Dict)}, nil
}

type cycler struct {
	items []value.Value
	pos   int
}

func cyclerFunc(_ *State, _ value.Value, args []value.Value) (value.Value, error) {
	items := args[0].(value.Tuple)
	if len(items) == 0 {
		return nil, value.Errorf("RuntimeError", "at least one item has to be provided")
	}
	return &cycler{items: items}, nil
}

func (*cycler) Type() string   { return "Cycler" }
func (*cycler) Truth() bool    { return true }
func (*cycler) String() string { return "<Cycler>" }

func (c *cycler) attr(_ *State, name string) (value.Value, bool, error) {
	switch name {
	case "current":
		return c.items[c.pos], true, nil
	case "next":
		return boundFunc{"next", c.next}, true, nil
	case "reset":
		return boundFunc{"reset", c.reset}, true, nil
	}
	return nil, false, nil
}

func (c *cycler) next(*State, []value.Value, *value.Dict) (value.Value, error) {
	v := c.items[c.pos]
	c.pos = (c.pos + 1) % len(c.items)
	return v, nil
}

func (c *cycler) reset(*State, []value.Value, *value.Dict) (value.Value, error) {
	c.pos = 0
	return value.None, nil
}

type joiner struct {
	sep  value.Value
	used bool
}

func joinerFunc(_ *State, _ value.Value, args []value.Value) (value.Value, error) {
	return &joiner{sep: args[0]}, nil
}

func (*joiner) Type() string   { return "Joiner" }
func (*joiner) Truth() bool    { return true }
func (*joiner) String() string { return "<Joiner>" }

func (j *joiner) callState(*State, []value.Value, *value.Dict) (value.Value, error) {
	if !j.used {
		j.used = true
		return value.String(""), nil
	}
	return j.sep, nil
}

const loremWords = "a ac accumsan ad adipiscing aenean aliquam aliquet amet ante aptent arcu at auctor augue bibendum blandit " +
	"commodo condimentum congue consectetuer consequat convallis cras cubilia cum curabitur curae cursus dapibus diam dictum dictumst " +
	"dignissim dis dolor donec dui duis egestas eget eleifend elementum elit enim erat eros est et etiam eu euismod facilisi"

func lipsumFunc(_ *State, _ value.Value, args []value.Value) (value.Value, error) {
	var n [4]int
	for i, a := range args {
		k, ok := index(a)
		if !ok {
			return nil, value.TypeError("'%s' object cannot be interpreted as an integer", a.Type())
		}
		n[i] = k
	}
	if n[0] > 1000 || n[3] > 1000 || n[3] <= n[2] {
		return nil, value.ValueError("lipsum() of this size is refused")
	}
	words := strings.Fields(loremWords)
	var paragraphs []string
	for range n[0] {
		paragraphs = append(paragraphs, paragraph(words, n[2]+rand.IntN(n[3]-n[2])))
	}
	if n[1] == 0 {
		return value.String(strings.Join(paragraphs, "\n\n")), nil
	}
	for i, p := range paragraphs {
		paragraphs[i] = "<p>" + p + "</p>"
	}
	return value.Markup(strings.Join(paragraphs, "\n")), nil
}

func paragraph(words []string, n int) string {
	out := make([]string, n)
	capital := true
	for i := range out {
		w := words[rand.IntN(len(words))]
		if capital {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		capital = i == n-1 || rand.IntN(12) == 0
		if capital {
			w += "."
		}
		out[i] = w
	}
	return strings.Join(out, " ")
}
