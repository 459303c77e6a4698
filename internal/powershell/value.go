package powershell

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Array is an array, or an ArrayList.
type Array struct{ Items []any }

// Hash is a hashtable whose keys are texts of either case, in the order in which they came.
type Hash struct {
	keys   []string
	values map[string]any
}

// Object is anything else: its members are found by names of either case.
type Object struct {
	Type    string
	Fields  Hash
	methods map[string]method
	text    string // what ToString gives; "": the type
	inner   any    // what it is made of, in Go
}

type method func(args []any) (any, error)

// Type is a type.
type Type struct{ Name string }

// Script is a block of script as a value.
type Script struct {
	body  *block
	scope *scope
}

// void is the value of what gives none.
type void struct{}

// NewHash makes a hashtable of pairs.
func NewHash(pairs ...any) *Hash {
	h := &Hash{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i].(string), pairs[i+1])
	}
	return h
}

// Get gives a value; found is false where there is none.
func (h *Hash) Get(key string) (v any, found bool) {
	v, found = h.values[strings.ToLower(key)]
	return v, found
}

// Set sets a value.
func (h *Hash) Set(key string, v any) {
	if h.values == nil {
		h.values = map[string]any{}
	}
	low := strings.ToLower(key)
	if _, known := h.values[low]; !known {
		h.keys = append(h.keys, key)
	}
	h.values[low] = v
}

// Remove removes a value.
func (h *Hash) Remove(key string) {
	low := strings.ToLower(key)
	if _, known := h.values[low]; !known {
		return
	}
	delete(h.values, low)
	for i, k := range h.keys {
		if strings.EqualFold(k, key) {
			h.keys = append(h.keys[:i:i], h.keys[i+1:]...)
			return
		}
	}
}

// Keys are the keys in their order.
func (h *Hash) Keys() []string { return h.keys }

// Text gives what a value is as a text.
func Text(v any) string {
	switch v := v.(type) {
	case nil, void:
		return ""
	case string:
		return v
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case rune:
		return string(v)
	case []byte:
		var words []string
		for _, b := range v {
			words = append(words, strconv.Itoa(int(b)))
		}
		return strings.Join(words, " ")
	case *Array:
		var words []string
		for _, e := range v.Items {
			words = append(words, Text(e))
		}
		return strings.Join(words, " ")
	case *Hash:
		return "System.Collections.Hashtable"
	case *Object:
		if m := v.methods["tostring"]; m != nil {
			if got, err := m(nil); err == nil {
				return Text(got)
			}
		}
		if v.text != "" {
			return v.text
		}
		return v.Type
	case *Type:
		return v.Name
	case *Script:
		return "script"
	}
	return fmt.Sprint(v)
}

// truth tells whether a value counts as true.
func truth(v any) bool {
	switch v := v.(type) {
	case nil, void:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case int:
		return v != 0
	case float64:
		return v != 0
	case *Array:
		switch len(v.Items) {
		case 0:
			return false
		case 1:
			return truth(v.Items[0])
		}
	}
	return true
}

// items gives what a value is made of where it is gone through.
func items(v any) []any {
	switch v := v.(type) {
	case nil, void:
		return nil
	case *Array:
		return v.Items
	case []byte:
		var all []any
		for _, b := range v {
			all = append(all, int(b))
		}
		return all
	}
	return []any{v}
}

// one makes a value of what was given out.
func one(out []any) any {
	switch len(out) {
	case 0:
		return nil
	case 1:
		return out[0]
	}
	return &Array{out}
}

// typeOf gives the full name of a value's type.
func typeOf(v any) string {
	switch v := v.(type) {
	case string:
		return "System.String"
	case bool:
		return "System.Boolean"
	case int:
		return "System.Int32"
	case float64:
		return "System.Double"
	case rune:
		return "System.Char"
	case []byte:
		return "System.Byte[]"
	case *Array:
		return "System.Object[]"
	case *Hash:
		return "System.Collections.Hashtable"
	case *Object:
		return v.Type
	case *Script:
		return "System.Management.Automation.ScriptBlock"
	}
	return ""
}

// also are types that values of other types are of, too.
var also = map[string]string{
	"system.collections.hashtable": "system.collections.idictionary", "system.object[]": "system.collections.ilist system.array system.collections.ienumerable",
	"system.byte[]": "system.array", "system.int32": "system.int64",
	"system.io.fileinfo": "system.io.filesysteminfo", "system.io.directoryinfo": "system.io.filesysteminfo",
}

func isA(v any, name string) bool {
	is, want := strings.ToLower(typeOf(v)), strings.ToLower(fullType(name))
	if is == "" {
		return false
	}
	if is == want || want == "system.object" {
		return true
	}
	for _, other := range strings.Fields(also[is]) {
		if other == want {
			return true
		}
	}
	return strings.HasSuffix(is, "exception") && want == "system.exception"
}

// short are names of types that PowerShell has.
var short = map[string]string{
	"string": "System.String", "int": "System.Int32", "long": "System.Int64", "bool": "System.Boolean", "double": "System.Double", "char": "System.Char",
	"byte[]": "System.Byte[]", "array": "System.Array", "object[]": "System.Object[]", "hashtable": "System.Collections.Hashtable", "object": "System.Object",
	"scriptblock": "System.Management.Automation.ScriptBlock", "pscustomobject": "System.Management.Automation.PSCustomObject",
	"powershell": "System.Management.Automation.PowerShell", "string[]": "System.String[]", "switch": "System.Boolean", "datetime": "System.DateTime",
	"runspacefactory": "System.Management.Automation.Runspaces.RunspaceFactory", "ordered": "System.Collections.Hashtable", "regex": "System.Text.RegularExpressions.Regex",
	"math": "System.Math", "convert": "System.Convert", "environment": "System.Environment", "console": "System.Console",
}

func fullType(name string) string {
	if full, ok := short[strings.ToLower(name)]; ok {
		return full
	}
	if !strings.HasPrefix(strings.ToLower(name), "system.") {
		return "System." + name
	}
	return name
}

// number gives a value as a number.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case nil:
		return 0, true
	case int:
		return float64(v), true
	case float64:
		return v, true
	case bool:
		return map[bool]float64{true: 1}[v], true
	case rune:
		return float64(v), true
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return f, err == nil
	case *Object:
		if n, ok := v.inner.(int); ok {
			return float64(n), true
		}
	}
	return 0, false
}

func whole(f float64) any {
	if n := int(f); float64(n) == f {
		return n
	}
	return f
}

func sorted(all []any) []any {
	sort.SliceStable(all, func(i, j int) bool { return strings.ToLower(Text(all[i])) < strings.ToLower(Text(all[j])) })
	return all
}

// NewObject makes an object of properties and methods, whose names are in small letters.
func NewObject(fields *Hash, methods map[string]func(args []any) (any, error)) *Object {
	o := &Object{Type: "System.Object", Fields: *fields, methods: map[string]method{}}
	for name, m := range methods {
		o.methods[name] = m
	}
	return o
}
