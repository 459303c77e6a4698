package eval

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/syntax"
	"github.com/goplay/goplay/templating/value"
)

// LiteralEval reads text as a Python literal: numbers, strings, None, True, False and containers of them.
func LiteralEval(text string) (value.Value, bool) {
	text = strings.TrimLeft(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	if text == "" || text[0] == ' ' || text[0] == '\t' {
		return nil, false
	}
	if tail := text[len(strings.TrimRight(text, " \t\r\n")):]; strings.TrimRight(tail, " \t") != tail && strings.ContainsAny(tail, "\r\n") {
		return nil, false // Python finds an indented line
	}
	x, err := syntax.ParseExpr(text, syntax.Config{})
	if err != nil && strings.Contains(text, ",") {
		text = "(" + text + ")" // a tuple without its parentheses
		x, err = syntax.ParseExpr(text, syntax.Config{})
	}
	if err != nil || jinjaConst(text, x) {
		return nil, false
	}
	return literalValue(x)
}

// jinjaConst tells of an expression with true, false or none in it, which only Jinja2 knows.
func jinjaConst(text string, x syntax.Expr) bool {
	c, ok := x.(*syntax.Const)
	if !ok {
		return slices.ContainsFunc(operands(x), func(x syntax.Expr) bool { return x != nil && jinjaConst(text, x) })
	}
	switch c.Value.(type) {
	case value.Bool, value.NoneType:
		return c.Pos() < len(text) && text[c.Pos()] >= 'a'
	}
	return false
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
