package runner

import (
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// aggregated tells whether a statistic is added to the one of that name, and does not take its place.
func aggregated(data *value.Dict) bool {
	v, ok := data.Lookup("aggregate")
	return !ok || v.Truth()
}

// aggregate adds a statistic to another one of its type: numbers are added up, texts and lists joined, dicts merged in their depth. One of
// another type is left out.
func aggregate(have, more value.Value) value.Value {
	if h, ok := have.(*value.Dict); ok {
		if m, ok := more.(*value.Dict); ok {
			return mergedStats(h, m)
		}
		return have
	}
	if !addsTo(have, more) {
		return have
	}
	sum, err := eval.Add(have, more)
	if err != nil {
		return have
	}
	return sum
}

// addsTo tells whether a value is of the other one's type; True and False are whole numbers, as in Python.
func addsTo(have, more value.Value) bool {
	switch have.(type) {
	case value.Int, *value.BigInt:
		switch more.(type) {
		case value.Int, *value.BigInt, value.Bool:
			return true
		}
	case value.Bool:
		_, ok := more.(value.Bool)
		return ok
	case value.Float:
		_, ok := more.(value.Float)
		return ok
	case value.String:
		_, ok := more.(value.String)
		return ok
	case *value.List:
		_, ok := more.(*value.List)
		return ok
	}
	return false
}

func mergedStats(have, more *value.Dict) *value.Dict {
	out := have.Clone()
	for name, v := range more.Strings() {
		h, ok1 := out.Get(name).(*value.Dict)
		m, ok2 := v.(*value.Dict)
		if ok1 && ok2 {
			v = mergedStats(h, m)
		}
		out.Set(name, v)
	}
	return out
}
