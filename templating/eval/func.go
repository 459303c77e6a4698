package eval

import (
	"fmt"
	"strings"

	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// Func is a filter, test or global function.
type Func struct {
	// Name is the name in messages.
	Name string
	// Params are the parameters: behind the input for filters and tests.
	Params Params
	// Run does the work. args has one value for each parameter, defaults filled in; a *rest parameter is a value.Tuple, a
	// **rest one a *value.Dict. In is nil for global functions. Run does not change args.
	Run func(s *State, in value.Value, args []value.Value) (value.Value, error)
	// Undef accepts undefined values as the input and arguments. Other functions are not run with them: they give the undefined
	// value in Ansible's language.
	Undef bool
	// Whole says that something undefined anywhere in the result makes the whole undefined, in Ansible's language.
	Whole bool
	// Keeps says that a filter may give the very text that is its input, which is its author's then. The text that other filters give is
	// made of it.
	Keeps bool
	// Plugin says that a failure is a plugin's in Ansible's language: "The filter plugin 'x' failed".
	Plugin string
}

// Type is "function".
func (*Func) Type() string { return "function" }

// Truth is true.
func (*Func) Truth() bool { return true }

// String describes the function.
func (f *Func) String() string { return "<function " + f.Name + ">" }

// Params are a function's parameters.
type Params struct {
	names    []string
	defaults []value.Value // nil where the parameter must be given
	kwOnly   int           // index of the first keyword-only parameter
	rest     int           // index of *rest, or -1
	kwRest   int           // index of **rest, or -1
}

// ParseParams reads parameters as Python writes them: "value, default=”, *rest, key=None, **more". It panics on a mistake: the
// text is part of the program.
func ParseParams(text string) Params {
	p := Params{rest: -1, kwRest: -1, kwOnly: -1}
	for text = strings.TrimSpace(text); text != ""; {
		part := text
		if i := paramEnd(text); i >= 0 {
			part, text = text[:i], strings.TrimSpace(text[i+1:])
		} else {
			text = ""
		}
		p.add(strings.TrimSpace(part))
	}
	if p.kwOnly < 0 {
		p.kwOnly = len(p.names)
	}
	return p
}

// paramEnd finds the comma behind the first parameter.
func paramEnd(text string) int {
	depth := 0
	quote := rune(0)
	for i, r := range text {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'':
			quote = r
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth--
		case r == ',' && depth == 0:
			return i
		}
	}
	return -1
}

func (p *Params) add(part string) {
	name, def, hasDefault := strings.Cut(part, "=")
	switch {
	case name == "*":
		p.kwOnly = len(p.names)
		return
	case strings.HasPrefix(name, "**"):
		name = name[2:]
		p.kwRest = len(p.names)
	case strings.HasPrefix(name, "*"):
		name = name[1:]
		p.rest = len(p.names)
		p.kwOnly = len(p.names)
	}
	p.names = append(p.names, name)
	p.defaults = append(p.defaults, nil)
	if hasDefault {
		p.defaults[len(p.defaults)-1] = literal(def)
	}
}

func literal(text string) value.Value {
	x, err := syntax.ParseExpr(text, syntax.Config{})
	if err != nil {
		panic(fmt.Sprintf("parameter default %q: %v", text, err))
	}
	switch x := x.(type) {
	case *syntax.Const:
		return x.Value
	case *syntax.Unary:
		v, err := negate(x.X.(*syntax.Const).Value)
		if err != nil {
			panic(err)
		}
		return v
	case *syntax.Tuple:
		return value.Tuple{}
	}
	panic(fmt.Sprintf("parameter default %q is no literal", text))
}

// bind puts arguments in the parameters' places.
func (p *Params) bind(name string, pos []value.Value, kw *value.Dict) ([]value.Value, error) {
	args := make([]value.Value, len(p.names))
	limit := p.kwOnly
	if p.rest >= 0 {
		limit = p.rest
	} else if p.kwRest >= 0 && p.kwRest < limit {
		limit = p.kwRest
	}
	n := copy(args[:limit], pos)
	if n < len(pos) && p.rest < 0 {
		return nil, p.tooMany(name, limit, len(pos))
	}
	if p.rest >= 0 {
		args[p.rest] = append(value.Tuple{}, pos[n:]...)
	}
	if p.kwRest >= 0 {
		args[p.kwRest] = &value.Dict{}
	}
	for k, v := range kw.Strings() {
		if err := p.bindKeyword(name, args, k, v); err != nil {
			return nil, err
		}
	}
	return args, p.fill(name, args)
}

func (p *Params) bindKeyword(name string, args []value.Value, key string, v value.Value) error {
	for i, n := range p.names {
		if n == key && i != p.rest && i != p.kwRest {
			if args[i] != nil {
				return value.TypeError("%s() got multiple values for argument '%s'", name, key)
			}
			args[i] = v
			return nil
		}
	}
	if p.kwRest < 0 {
		return value.TypeError("%s() got an unexpected keyword argument '%s'", name, key)
	}
	args[p.kwRest].(*value.Dict).Set(key, v)
	return nil
}

func (p *Params) fill(name string, args []value.Value) error {
	var missing []string
	for i := range args {
		if args[i] != nil {
			continue
		}
		if args[i] = p.defaults[i]; args[i] == nil {
			missing = append(missing, "'"+p.names[i]+"'")
		}
	}
	if missing == nil {
		return nil
	}
	plural := ""
	if len(missing) > 1 {
		plural = "s"
	}
	return value.TypeError("%s() missing %d required positional argument%s: %s", name, len(missing), plural, joinAnd(missing))
}

func joinAnd(names []string) string {
	switch n := len(names); n {
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	default:
		return strings.Join(names[:n-1], ", ") + ", and " + names[n-1]
	}
}

func (p *Params) tooMany(name string, limit, given int) error {
	required := 0
	for i := range limit {
		if p.defaults[i] == nil {
			required++
		}
	}
	if required == limit {
		plural := "s"
		if limit == 0 {
			plural = "s"
		}
		if limit == 0 { // the input itself is the one argument
			plural = ""
		}
		return value.TypeError("%s() takes %d positional argument%s but %d were given", name, limit+1, plural, given+1)
	}
	return value.TypeError("%s() takes from %d to %d positional arguments but %d were given", name, required+1, limit+1, given+1)
}
