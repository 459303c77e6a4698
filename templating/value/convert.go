package value

import (
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
)

// FromGo makes a value of a Go one: nil, bools, numbers, strings, slices, maps with string keys (in sorted order), []byte, and
// values themselves. Anything else is shown as text.
func FromGo(x any) Value {
	switch x := x.(type) {
	case nil:
		return None
	case Value:
		return x
	case bool:
		return Bool(x)
	case string:
		return String(x)
	case int:
		return Int(x)
	case float64:
		return Float(x)
	case []byte:
		return Bytes(x)
	case *big.Int:
		return NewInt(x)
	case []any:
		return listOf(x)
	case []string:
		return listOf(x)
	case map[string]any:
		return dictOf(x)
	default:
		return fromReflect(reflect.ValueOf(x))
	}
}

func listOf[T any](elems []T) *List {
	l := &List{Elems: make([]Value, len(elems))}
	for i, e := range elems {
		l.Elems[i] = FromGo(e)
	}
	return l
}

func dictOf[T any](m map[string]T) *Dict {
	d := NewDict(len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		d.Set(k, FromGo(m[k]))
	}
	return d
}

func fromReflect(r reflect.Value) Value {
	switch r.Kind() {
	case reflect.Bool:
		return Bool(r.Bool())
	case reflect.String:
		return String(r.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int(r.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return NewInt(new(big.Int).SetUint64(r.Uint()))
	case reflect.Float32, reflect.Float64:
		return Float(r.Float())
	case reflect.Slice, reflect.Array:
		l := &List{Elems: make([]Value, r.Len())}
		for i := range l.Elems {
			l.Elems[i] = FromGo(r.Index(i).Interface())
		}
		return l
	case reflect.Map:
		return fromReflectMap(r)
	case reflect.Pointer, reflect.Interface:
		if r.IsNil() {
			return None
		}
		return FromGo(r.Elem().Interface())
	}
	return String(fmt.Sprint(r.Interface()))
}

func fromReflectMap(r reflect.Value) Value {
	m := make(map[string]any, r.Len())
	for it := r.MapRange(); it.Next(); {
		m[fmt.Sprint(it.Key().Interface())] = it.Value().Interface()
	}
	return dictOf(m)
}

// ToGo makes plain Go data of a value: nil, bool, int64, *big.Int, float64, string, []byte, []any and map[string]any.
func ToGo(v Value) any {
	switch v := v.(type) {
	case nil, NoneType, *Undefined:
		return nil
	case Bool:
		return bool(v)
	case Int:
		return int64(v)
	case *BigInt:
		return v.V
	case Float:
		return float64(v)
	case Bytes:
		return []byte(v)
	case Mapping:
		m := make(map[string]any, v.Len())
		for k, e := range v.All() {
			m[k.String()] = ToGo(e)
		}
		return m
	case *List, Tuple, *Set:
		return sliceToGo(v.(Iterable))
	case Sequence:
		return sliceToGo(NewList(sequenceElems(v)...))
	default:
		return v.String()
	}
}

func sliceToGo(it Iterable) []any {
	s := []any{}
	for e := range it.Elements() {
		s = append(s, ToGo(e))
	}
	return s
}
