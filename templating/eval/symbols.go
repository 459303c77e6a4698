package eval

import (
	"maps"

	"github.com/goplay/goplay/templating/syntax"
)

// symbols are the names of a scope as Jinja2 sees them before it runs: what a name is worth that no statement has set yet depends
// on what is written first, not on what runs first. Where the scope around knows the name, it is what it is there. Else it is the
// context's variable if it is read before it is set, or set in some branches of an if only; a name that is set first is undefined
// until then.
type symbols struct {
	outer  *symbols
	known  map[string]origin
	stores map[string]bool
}

// origin is where a name's first value comes from.
type origin uint8

const (
	nowhere     origin = iota // it is undefined
	fromContext               // the context's variable
	fromOutside               // the scope around
)

func newSymbols(outer *symbols) *symbols {
	return &symbols{outer: outer, known: map[string]origin{}, stores: map[string]bool{}}
}

func (s *symbols) clone() *symbols {
	return &symbols{s.outer, maps.Clone(s.known), maps.Clone(s.stores)}
}

// knows tells whether a scope, or one around it, knows a name.
func (s *symbols) knows(name string) bool {
	for ; s != nil; s = s.outer {
		if _, ok := s.known[name]; ok {
			return true
		}
	}
	return false
}

func (s *symbols) param(name string) {
	s.known[name] = nowhere
	s.stores[name] = true
}

func (s *symbols) load(name string) {
	if !s.knows(name) {
		s.known[name] = fromContext
	}
}

func (s *symbols) store(name string) {
	s.stores[name] = true
	if _, ok := s.known[name]; ok {
		return
	}
	s.known[name] = nowhere
	if s.outer.knows(name) {
		s.known[name] = fromOutside
	}
}

// merge takes in the branches of an if.
func (s *symbols) merge(branches ...*symbols) {
	count := map[string]int{}
	for _, b := range branches {
		for name := range b.stores {
			if !s.stores[name] {
				count[name]++
			}
		}
	}
	for _, b := range branches {
		maps.Copy(s.known, b.known)
		maps.Copy(s.stores, b.stores)
	}
	for name, n := range count {
		switch {
		case n == len(branches):
		case s.outer.knows(name):
			s.known[name] = fromOutside
		default:
			s.known[name] = fromContext
		}
	}
}

func (s *symbols) visitAll(body []syntax.Stmt) {
	for _, st := range body {
		s.visit(st)
	}
}

// visit notes the names of a statement that belong to the scope; bodies with a scope of their own do not.
func (s *symbols) visit(st syntax.Stmt) {
	switch st := st.(type) {
	case *syntax.Output:
		s.loads(st.X)
	case *syntax.If:
		s.visitIf(st)
	case *syntax.For:
		s.loads(st.Iter)
	case *syntax.Set:
		s.loads(st.X)
		s.storeTarget(st.Target)
	case *syntax.SetBlock:
		s.storeTarget(st.Target)
	case *syntax.With:
		s.loads(st.Values...)
	case *syntax.Macro:
		s.store(st.Name)
	case *syntax.CallBlock:
		s.loads(st.Call)
	case *syntax.FilterBlock:
		s.loads(st.Filter)
	case *syntax.Do:
		s.loads(st.X)
	default:
		s.visitTemplate(st)
	}
}

func (s *symbols) visitTemplate(st syntax.Stmt) {
	switch st := st.(type) {
	case *syntax.Extends:
		s.loads(st.Template)
	case *syntax.Include:
		s.loads(st.Template)
	case *syntax.Import:
		s.loads(st.Template)
		s.store(st.Name)
	case *syntax.FromImport:
		s.loads(st.Template)
		for _, n := range st.Names {
			s.store(n.Alias)
		}
	}
}

func (s *symbols) visitIf(st *syntax.If) {
	s.loads(st.Test)
	body, elifs, orelse := s.clone(), s.clone(), s.clone()
	body.visitAll(st.Body)
	rest := st.Else
	for len(rest) == 1 {
		next, ok := rest[0].(*syntax.If)
		if !ok || !next.Elif {
			break
		}
		elifs.visitIf(&syntax.If{Test: next.Test, Body: next.Body})
		rest = next.Else
	}
	orelse.visitAll(rest)
	s.merge(body, elifs, orelse)
}

func (s *symbols) storeTarget(x syntax.Expr) {
	switch x := x.(type) {
	case *syntax.Name:
		s.store(x.Name)
	case *syntax.Tuple:
		for _, item := range x.Items {
			s.storeTarget(item)
		}
	}
}

// loads notes the names that expressions read.
func (s *symbols) loads(exprs ...syntax.Expr) {
	for _, x := range exprs {
		if n, ok := x.(*syntax.Name); ok {
			s.load(n.Name)
		} else if x != nil {
			s.loads(operands(x)...)
		}
	}
}

// operands gives the expressions inside an expression.
func operands(x syntax.Expr) []syntax.Expr {
	switch x := x.(type) {
	case *syntax.Tuple:
		return x.Items
	case *syntax.List:
		return x.Items
	case *syntax.Dict:
		return append(append([]syntax.Expr(nil), x.Keys...), x.Values...)
	case *syntax.Unary:
		return []syntax.Expr{x.X}
	case *syntax.Binary:
		return []syntax.Expr{x.L, x.R}
	case *syntax.Compare:
		return append([]syntax.Expr{x.X}, x.Rest...)
	case *syntax.Concat:
		return x.Items
	case *syntax.Cond:
		return []syntax.Expr{x.If, x.Then, x.Else}
	case *syntax.Filter:
		return append(argOperands(x.Args), x.X)
	case *syntax.Test:
		return append(argOperands(x.Args), x.X)
	case *syntax.Call:
		return append(argOperands(x.Args), x.Fn)
	case *syntax.Getattr:
		return []syntax.Expr{x.X}
	case *syntax.Getitem:
		return []syntax.Expr{x.X, x.Index}
	case *syntax.Slice:
		return []syntax.Expr{x.Low, x.High, x.Step}
	}
	return nil
}

func argOperands(a syntax.Args) []syntax.Expr {
	out := append([]syntax.Expr(nil), a.Pos...)
	for _, k := range a.Keywords {
		out = append(out, k.Value)
	}
	return append(out, a.Star, a.StarStar)
}
