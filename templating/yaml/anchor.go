package yaml

import (
	"fmt"

	"github.com/goplay/goplay/templating/value"
)

// anchors are the names of values that come up more than once.
type anchors struct {
	numbers map[value.Value]int // of all values that were seen; 0: once
	last    int
	written map[value.Value]bool
}

// shared tells of the values that have an identity.
func shared(v value.Value) bool {
	switch v.(type) {
	case *value.List, *value.Dict, *value.Vaulted:
		return true
	}
	return false
}

// count looks through a value in the order in which it is written, and numbers what comes up again.
func (e *emitter) count(v value.Value) {
	if shared(v) {
		number, seen := e.anchors.numbers[v]
		if seen && number == 0 {
			e.anchors.last++
			e.anchors.numbers[v] = e.anchors.last
		}
		if seen {
			return
		}
		e.anchors.numbers[v] = 0
	}
	switch v := v.(type) {
	case *value.List:
		for _, elem := range v.Elems {
			e.count(elem)
		}
	case *value.Dict:
		pairs, _ := e.pairs(v)
		for _, p := range pairs {
			e.count(p.val)
		}
	}
}

// alias names a value that comes up more than once, and tells whether the name is all, since the value stands elsewhere.
func (e *emitter) alias(v value.Value) bool {
	if !e.o.Anchors || !shared(v) || e.anchors.numbers[v] == 0 {
		return false
	}
	name := fmt.Sprintf("id%03d", e.anchors.numbers[v])
	if e.anchors.written[v] {
		e.indicator("*"+name, true, false, false)
		return true
	}
	e.anchors.written[v] = true
	e.indicator("&"+name, true, false, false)
	return false
}

// vaulted writes encrypted text with its tag, as a block where one may stand.
func (e *emitter) vaulted(v *value.Vaulted) {
	e.indicator("!vault", true, false, false)
	saved := e.deeper(true, false)
	if e.flowLevel > 0 || e.o.Canonical {
		e.double(v.Ciphertext, true)
	} else {
		e.literal(v.Ciphertext)
	}
	e.indent = saved
}
