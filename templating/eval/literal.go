package eval

import (
	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// LiteralEval reads text as a Python literal: numbers, strings, None, True, False and containers of them.
func LiteralEval(text string) (value.Value, bool) {
	if text == "" || text[0] == ' ' || text[0] == '\t' {
		return nil, false
	}
	x, err := syntax.ParseExpr(text, syntax.Config{})
	if err != nil {
		return nil, false
	}
	return literalValue(x)
}

func literalValue(x syntax.Expr) (value.Value, bool) {
	switch x := x.(type) {
	case *syntax.Const:
		return x.Value, true
	case *syntax.List:
		elems, ok := literalValues(x.Items)
		return &value.List{Elems: elems}, ok
	case *syntax.Tuple:
		elems, ok := literalValues(x.Items)
		return value.Tuple(elems), ok
	case *syntax.Unary:
		v, ok := literalValue(x.X)
		if !ok || x.Op == "not" {
			return nil, false
		}
		if x.Op == "-" {
			v, err := negate(v)
			return v, err == nil
		}
		return v, true
	case *syntax.Dict:
		return literalDict(x)
	}
	return nil, false
}

func literalValues(items []syntax.Expr) ([]value.Value, bool) {
	out := make([]value.Value, len(items))
	for i, item := range items {
		v, ok := literalValue(item)
		if !ok {
			return nil, false
		}
		out[i] = v
	}
	return out, true
}

func literalDict(x *syntax.Dict) (value.Value, bool) {
	d := value.NewDict(len(x.Keys))
	for i := range x.Keys {
		k, ok := literalValue(x.Keys[i])
		if !ok {
			return nil, false
		}
		v, ok := literalValue(x.Values[i])
		if !ok || d.SetKey(k, v) != nil {
			return nil, false
		}
	}
	return d, true
}
