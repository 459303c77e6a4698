package eval

import "github.com/goplay/goplay/templating/syntax"

// scope is where names that statements set live: a template, a block, a macro, a loop's body, a with.
type scope struct {
	names map[string]int // slot of each name
	under *scope         // the enclosing scope
	fn    *fnScope
	read  map[string]bool // the names that something reads, or may
	seen  *symbols        // what its statements set and read; nil where it has none

	conditional int // the compiler's around the scope
}

// fnScope counts the slots of a function. uses tells which of a macro's special names it reads.
type fnScope struct {
	slots   int
	outer   *fnScope
	special map[string]bool
}

// ref is a place where a name may be found: slot of the frame that is depth functions out.
type ref struct{ depth, slot int }

func (c *compiler) push() *scope {
	c.scope = &scope{names: map[string]int{}, under: c.scope, fn: c.scope.fn, conditional: c.conditional}
	c.conditional = 0
	return c.scope
}

func (c *compiler) pop() {
	c.conditional = c.scope.conditional
	c.scope = c.scope.under
}

// pushFunction starts a function inside the current one; a nil outer makes one that sees no enclosing names.
func (c *compiler) pushFunction(closed bool) *scope {
	under := c.scope
	if closed {
		under = nil
	}
	fn := &fnScope{special: map[string]bool{}}
	if under != nil {
		fn.outer = under.fn
	}
	c.scope = &scope{names: map[string]int{}, under: under, fn: fn, conditional: c.conditional}
	c.conditional = 0
	return c.scope
}

func (s *scope) declare(name string) int {
	if slot, ok := s.names[name]; ok {
		return slot
	}
	slot := s.fn.slots
	s.fn.slots++
	s.names[name] = slot
	return slot
}

func (s *scope) temp() int {
	s.fn.slots++
	return s.fn.slots - 1
}

// refs gives the places where a name may be found, the innermost first.
func (s *scope) refs(name string) []ref {
	for sc := s; sc != nil; sc = sc.under {
		if _, ok := sc.names[name]; ok {
			sc.fn.special[name] = true
			sc.reads(name)
		}
	}
	return s.places(name)
}

// places is refs for what does not read the name.
func (s *scope) places(name string) []ref {
	var found []ref
	depth := 0
	for sc := s; sc != nil; sc = sc.under {
		if slot, ok := sc.names[name]; ok {
			found = append(found, ref{depth, slot})
		}
		if sc.under != nil && sc.under.fn != sc.fn {
			depth++
		}
	}
	return found
}

func (s *scope) reads(name string) {
	if s.read == nil {
		s.read = map[string]bool{}
	}
	s.read[name] = true
}

// visible gives all names of a scope and those around it.
func (s *scope) visible() map[string][]ref {
	all := map[string][]ref{}
	for sc := s; sc != nil; sc = sc.under {
		for name := range sc.names {
			sc.reads(name)
			if _, ok := all[name]; !ok && name != "caller" {
				all[name] = s.places(name)
			}
		}
	}
	return all
}

// declareAll declares what the statements of a scope set, those inside ifs included, before anything reads a name. What is declared
// already are the scope's parameters.
func (s *scope) declareAll(body []syntax.Stmt) {
	s.seen = newSymbols(s.under.symbols())
	for name := range s.names {
		s.seen.param(name)
	}
	s.seen.visitAll(body)
	s.declareSet(body)
}

// symbols gives the symbols of the nearest scope that has some, or nil.
func (s *scope) symbols() *symbols {
	for ; s != nil; s = s.under {
		if s.seen != nil {
			return s.seen
		}
	}
	return nil
}

// fromContext tells whether a name that no slot holds is the context's: it is not where the outermost scope that sets it does so
// before it reads it.
func (s *scope) fromContext(name string) bool {
	context := true
	for ; s != nil; s = s.under {
		if _, ok := s.names[name]; ok && s.seen != nil {
			context = s.seen.known[name] != nowhere
		}
	}
	return context
}

func (s *scope) declareSet(body []syntax.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case *syntax.Set:
			s.declareTarget(st.Target)
		case *syntax.SetBlock:
			s.declareTarget(st.Target)
		case *syntax.Macro:
			s.declare(st.Name)
		case *syntax.Import:
			s.declare(st.Name)
		case *syntax.FromImport:
			for _, n := range st.Names {
				s.declare(n.Alias)
			}
		case *syntax.If:
			s.declareSet(st.Body)
			s.declareSet(st.Else)
		}
	}
}

func (s *scope) declareTarget(x syntax.Expr) {
	switch x := x.(type) {
	case *syntax.Name:
		s.declare(x.Name)
	case *syntax.Tuple:
		for _, item := range x.Items {
			s.declareTarget(item)
		}
	}
}
