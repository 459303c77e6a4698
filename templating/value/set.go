package value

import "iter"

// Set is Python's set; it is printed and iterated in insertion order. The zero Set is empty and ready for use.
type Set struct{ d Dict }

// NewSet makes a set of hashable values; the error tells of an unhashable one.
func NewSet(elems ...Value) (*Set, error) {
	s := &Set{}
	for _, e := range elems {
		if err := s.Add(e); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Add puts a value in; the error tells of an unhashable one.
func (s *Set) Add(v Value) error { return s.d.SetKey(v, None) }

// Has tells whether a value is in the set.
func (s *Set) Has(v Value) (bool, error) {
	_, ok, err := s.d.LookupKey(v)
	return ok, err
}

// Len is the number of elements.
func (s *Set) Len() int { return s.d.Len() }

// Elements gives the elements.
func (s *Set) Elements() iter.Seq[Value] { return s.d.Elements() }
