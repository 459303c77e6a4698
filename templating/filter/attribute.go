package filter

import (
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// getter reads an attribute path of an element.
type getter func(s *eval.State, v value.Value) (value.Value, error)

// attribute makes a getter of 'a.b.0' or a number; standard replaces what is undefined, unless it is None.
func attribute(path, standard value.Value) (getter, error) {
	parts, err := pathParts(path)
	if err != nil {
		return nil, err
	}
	return func(s *eval.State, v value.Value) (value.Value, error) {
		for _, p := range parts {
			var err error
			if v, err = s.Item(v, p); err != nil {
				return nil, err
			}
			if _, ok := v.(*value.Undefined); ok && !isNone(standard) {
				v = standard
			}
		}
		return v, nil
	}, nil
}

func optionalAttribute(path value.Value) (getter, error) {
	if isNone(path) {
		return nil, nil
	}
	return attribute(path, nil)
}

func pathParts(path value.Value) ([]value.Value, error) {
	text, ok := value.Text(path)
	if !ok {
		if n, err := intArg(path); err == nil {
			return []value.Value{value.Int(n)}, nil
		}
		return nil, value.TypeError("attribute must be a string or an integer, not %s", path.Type())
	}
	var parts []value.Value
	for _, p := range strings.Split(text, ".") {
		if n, err := strconv.Atoi(p); err == nil && n >= 0 {
			parts = append(parts, value.Int(n))
		} else {
			parts = append(parts, value.String(p))
		}
	}
	return parts, nil
}

// multiKey is the key of a sort by several attributes.
type multiKey struct{ value.Tuple }

// multiAttribute makes a getter of 'a,b.c'; None gives the element itself.
func multiAttribute(path value.Value) (getter, error) {
	if isNone(path) {
		return func(_ *eval.State, v value.Value) (value.Value, error) { return v, nil }, nil
	}
	text, ok := value.Text(path)
	if !ok || !strings.Contains(text, ",") {
		return attribute(path, nil)
	}
	var gets []getter
	for _, p := range strings.Split(text, ",") {
		g, err := attribute(value.String(p), nil)
		if err != nil {
			return nil, err
		}
		gets = append(gets, g)
	}
	return func(s *eval.State, v value.Value) (value.Value, error) {
		keys := make(value.Tuple, len(gets))
		for i, g := range gets {
			k, err := g(s, v)
			if err != nil {
				return nil, err
			}
			if err := s.Use(k); err != nil {
				return nil, err
			}
			keys[i] = k
		}
		return multiKey{keys}, nil
	}, nil
}

// Group is an element of groupby's result: a pair that has the attributes grouper and list too.
type Group struct {
	grouper value.Value
	list    *value.List
}

// Type is _GroupTuple.
func (Group) Type() string { return "_GroupTuple" }

// Truth is true.
func (Group) Truth() bool { return true }

// String is the pair's.
func (g Group) String() string { return g.tuple().String() }

func (g Group) tuple() value.Tuple { return value.Tuple{g.grouper, g.list} }

// asTuple gives a group as the pair that it is.
func asTuple(v value.Value) value.Value {
	if g, ok := v.(Group); ok {
		return g.tuple()
	}
	return v
}

// Equal tells whether the other is the same pair.
func (g Group) Equal(o value.Value) bool { return value.Equal(g.tuple(), asTuple(o)) }

// Compare orders pairs.
func (g Group) Compare(o value.Value) (int, bool) {
	c, err := value.Compare(g.tuple(), asTuple(o))
	return c, err == nil
}

// Add appends a tuple.
func (g Group) Add(o value.Value) (value.Value, bool, error) {
	v, err := eval.Add(g.tuple(), asTuple(o))
	return v, true, err
}

// Len is 2.
func (Group) Len() int { return 2 }

// Index gives the grouper or the list.
func (g Group) Index(i int) value.Value {
	if i == 0 {
		return g.grouper
	}
	return g.list
}

// Attr gives the grouper or the list.
func (g Group) Attr(name string) (value.Value, bool) {
	switch name {
	case "grouper":
		return g.grouper, true
	case "list":
		return g.list, true
	}
	return nil, false
}
