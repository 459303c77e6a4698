package factcache

import (
	"errors"
	"strings"
	"time"

	"github.com/goplay/goplay/templating/value"
)

const (
	payloadKey = "__payload__"
	typeKey    = "__ansible_type"
)

// errNoPayload says that what is kept has no facts in a form that is known: the reference takes it for nothing, too.
var errNoPayload = errors.New("no payload")

// pack gives the text that stands for facts.
func pack(facts *value.Dict) (string, error) {
	data, err := value.AppendJSON(nil, facts, value.JSONOptions{EnsureASCII: true, Default: packed})
	return string(data), err
}

// packed is the form of values that JSON has none for.
func packed(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case value.Date:
		return value.DictOf("iso8601", value.String(v.String()), typeKey, value.String("AnsibleSerializableDate")), nil
	case value.DateTime:
		return value.DictOf("iso8601", value.String(v.ISO()), "fold", value.Int(0), typeKey, value.String("AnsibleSerializableDateTime")), nil
	case value.Clock:
		return value.DictOf("iso8601", value.String(v.ISO()), "fold", value.Int(0), typeKey, value.String("AnsibleSerializableTime")), nil
	case *value.Vaulted:
		return v.Plain()
	}
	return nil, value.TypeError("Object of type '%s' is not JSON serializable by the 'cache_persistence' profile.", v.Type())
}

// unpack gives the facts of a value that was kept.
func unpack(kept value.Value) (*value.Dict, error) {
	d, ok := kept.(*value.Dict)
	if !ok {
		return nil, errNoPayload
	}
	var text string
	switch payload := d.Get(payloadKey).(type) {
	case value.String:
		text = string(payload)
	case *value.Template: // text in YAML that has markers somewhere in the facts
		text = payload.Text
	default:
		return nil, errNoPayload
	}
	v, err := value.FromJSON([]byte(text))
	if err != nil {
		return nil, err
	}
	facts, ok := untagged(v).(*value.Dict)
	if !ok {
		return nil, errNoPayload
	}
	return facts, nil
}

// untagged takes the reference's tags (where a value was written, whether it is trusted) off: facts are data.
func untagged(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.List:
		for i, e := range v.Elems {
			v.Elems[i] = untagged(e)
		}
	case *value.Dict:
		if kind, ok := v.Get(typeKey).(value.String); ok {
			return typed(string(kind), v)
		}
		for k, e := range v.Strings() {
			v.Set(k, untagged(e))
		}
	}
	return v
}

func typed(kind string, d *value.Dict) value.Value {
	if inner, ok := d.Lookup("value"); ok && strings.HasPrefix(kind, "_AnsibleTagged") {
		if own, ok := inner.(*value.Dict); ok && kind == "_AnsibleTaggedDict" {
			return plainDict(own)
		}
		return untagged(inner)
	}
	text, _ := d.Get("iso8601").(value.String)
	switch kind {
	case "AnsibleSerializableDate":
		if t, err := time.Parse(time.DateOnly, string(text)); err == nil {
			return value.Date{T: t}
		}
	case "AnsibleSerializableTime":
		if t, err := time.Parse("15:04:05.999999999", string(text)); err == nil {
			return value.Clock{T: t}
		}
	case "AnsibleSerializableDateTime":
		if t, err := time.Parse("2006-01-02T15:04:05.999999999", string(text)); err == nil {
			return value.DateTime{T: t, Naive: true}
		}
		if t, err := time.Parse(time.RFC3339Nano, string(text)); err == nil {
			return value.DateTime{T: t}
		}
	}
	return plainDict(d)
}

// plainDict unpacks the entries of a dict that itself has been unpacked.
func plainDict(d *value.Dict) *value.Dict {
	for k, e := range d.Strings() {
		d.Set(k, untagged(e))
	}
	return d
}
