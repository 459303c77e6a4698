package evaluate

import "github.com/goplay/goplay/templating/value"

const (
	// maxAnswer bounds the value of an answer: the bytes of all text in it, where everything else counts as perValue.
	maxAnswer = 32 << 20
	perValue  = 8
	// maxDepth is deeper than JSON can be nested: what is deeper holds itself.
	maxDepth = 2000
)

var errTooBig = value.Errorf("MemoryError", "the value is too big for an answer")

// room is what is left for a value.
type room struct{ bytes, depth int }

// fits tells whether a value is small enough for an answer.
func fits(v value.Value) bool { return (&room{maxAnswer, maxDepth}).take(v) }

func (r *room) take(v value.Value) bool {
	r.bytes -= perValue
	r.depth--
	defer func() { r.depth++ }()
	if r.depth < 0 {
		return false
	}
	switch v := v.(type) {
	case value.String:
		r.bytes -= len(v)
	case value.Markup:
		r.bytes -= len(v)
	case *value.List:
		return r.takeAll(v.Elems)
	case value.Tuple:
		return r.takeAll(v)
	case value.Mapping:
		for k, e := range v.All() {
			if !r.take(k) || !r.take(e) {
				return false
			}
		}
	}
	return r.bytes > 0
}

func (r *room) takeAll(elems []value.Value) bool {
	for _, e := range elems {
		if !r.take(e) {
			return false
		}
	}
	return r.bytes > 0
}
