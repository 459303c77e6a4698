package value

// Walk helps to go through a value that may contain the same container many times, or itself: it tells of those met before. The zero
// Walk is ready to use.
type Walk struct {
	n    int
	seen map[any]struct{}
}

// MaxDepth bounds how deep values are nested that are compared, copied and written.
const MaxDepth = 1000

// unnoticed is how many containers a walk meets before it begins to remember them: most values have fewer.
const unnoticed = 1000

// Again tells whether a container was met before.
func (w *Walk) Again(container Value) bool {
	w.n++
	if w.n <= unnoticed {
		return false
	}
	key := identity(container)
	if key == nil {
		return false
	}
	if _, ok := w.seen[key]; ok {
		return true
	}
	if w.seen == nil {
		w.seen = map[any]struct{}{}
	}
	w.seen[key] = struct{}{}
	return false
}

type tupleIdentity struct {
	first *Value
	n     int
}

// identity gives what is the same for the same container only, or nil.
func identity(v Value) any {
	switch v := v.(type) {
	case *List, *Dict, *Set:
		return v
	case Tuple:
		if len(v) > 0 {
			return tupleIdentity{&v[0], len(v)}
		}
	}
	return nil
}
