package value

// taggedTypes are the types whose values carry where they came from in ansible-core 2.19, by their names there.
var taggedTypes = map[string]string{
	"str": "Str", "int": "Int", "float": "Float", "list": "List", "tuple": "Tuple", "dict": "Dict", "date": "Date", "datetime": "DateTime",
}

// TaggedType is the name of a value's class that the reference's messages have: "_AnsibleTaggedStr", or Type where values of it carry
// nothing. No value is a NoneType.
func TaggedType(v Value) string {
	if v == nil {
		return "NoneType"
	}
	if name := taggedTypes[v.Type()]; name != "" {
		return "_AnsibleTagged" + name
	}
	return v.Type()
}

// TaggedClass is Python's text for that class.
func TaggedClass(v Value) string {
	name := TaggedType(v)
	if v != nil && taggedTypes[v.Type()] != "" {
		name = "ansible.module_utils._internal._datatag." + name
	}
	return "<class '" + name + "'>"
}
