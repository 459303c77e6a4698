package vars

import (
	"testing"

	"github.com/goplay/goplay/templating/value"
)

// Dicts of several layers become one, down to the first layer that has something else.
func TestMerge(t *testing.T) {
	dict := func(k string, v int) *value.Dict {
		return value.DictOf("d", value.DictOf(k, value.Int(v), "deep", value.DictOf(k, value.Int(v))))
	}
	s := &Scope{Merge: true}
	s.Push(ExtraVars, dict("a", 1))
	s.Push(PlayVars, dict("b", 2))
	s.Push(Inventory, dict("a", 3))
	s.Push(RoleDefaults, value.DictOf("d", value.String("text")))
	s.Push(Settings, dict("z", 4))
	got, _ := s.Lookup("d")
	want := value.DictOf("a", value.Int(1), "b", value.Int(2),
		"deep", value.DictOf("a", value.Int(1), "b", value.Int(2)))
	if !value.Equal(got, want) {
		t.Errorf("%s, want %s", value.Repr(got), value.Repr(want))
	}
	s.Merge = false
	if got, _ := s.Lookup("d"); value.Repr(got) != "{'a': 1, 'deep': {'a': 1}}" {
		t.Error(value.Repr(got))
	}
}
