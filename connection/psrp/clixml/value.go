// Package clixml reads and writes PowerShell's objects as MS-PSRP's section 2.2.5 has them in XML ("CLIXML").
//
// Primitive values are those of Go: nil, string, bool, int8 to int64, uint8 to uint64, float32, float64, []byte, [time.Time],
// [time.Duration]; and [Char], [Decimal], [GUID], [URI], [Version], [XML], [ScriptBlock], [SecureString]. Everything else is an
// [*Object]: a list, a dictionary, a value with properties beside it.
package clixml

// Text of other kinds than strings.
type (
	Char         uint16 // a UTF-16 code unit
	Decimal      string
	GUID         string // 8-4-4-4-12 digits
	URI          string
	Version      string
	XML          string
	ScriptBlock  string
	SecureString string // encrypted with the session key, in base64
	Secret       string // a text that [EncodeSecret] writes as a SecureString; it is never read
)

// Object is what is not a primitive value.
type Object struct {
	Types []string // names of .NET types, the most special one first; "Deserialized.…" where only properties are left
	Text  string   // what ToString gives
	// Value is a primitive value, a List, a Dict, or nil. Properties do not hide it: an error record's text has both.
	Value    any
	Adapted  []Property // of the .NET object
	Extended []Property // that PowerShell added
}

// The containers that an Object's Value may be.
type (
	List struct {
		Kind  ListKind
		Items []any
	}
	Dict []Entry
)

// ListKind tells lists apart.
type ListKind string

// The kinds of lists, by their elements' names.
const (
	Array      ListKind = "LST"
	Stack      ListKind = "STK"
	Queue      ListKind = "QUE"
	Enumerable ListKind = "IE"
)

// Entry is a pair of a dictionary.
type Entry struct{ Key, Value any }

// Property is a named value of an object.
type Property struct {
	Name  string
	Value any
}

// Get gives a property by its name, extended ones first; found is false if there is none.
func (o *Object) Get(name string) (value any, found bool) {
	for _, properties := range [][]Property{o.Extended, o.Adapted} {
		for _, p := range properties {
			if p.Name == name {
				return p.Value, true
			}
		}
	}
	return nil, false
}

// NewList makes an array.
func NewList(items ...any) *Object {
	return &Object{Types: []string{"System.Collections.ArrayList", "System.Object"}, Value: List{Kind: Array, Items: items}}
}

// NewDict makes a hashtable.
func NewDict(entries ...Entry) *Object {
	return &Object{Types: []string{"System.Collections.Hashtable", "System.Object"}, Value: Dict(entries)}
}

// NewObject makes an object of properties.
func NewObject(properties ...Property) *Object { return &Object{Extended: properties} }

// NewEnum makes a value of an enumeration.
func NewEnum(typ, text string, value int32) *Object {
	return &Object{Types: []string{typ, "System.Enum", "System.ValueType", "System.Object"}, Text: text, Value: value}
}

// Get gives a property of a value that should be an object; nil if it is none, or does not have it.
func Get(v any, name string) any {
	o, ok := v.(*Object)
	if !ok || o == nil {
		return nil
	}
	value, _ := o.Get(name)
	return value
}
