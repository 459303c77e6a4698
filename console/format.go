package console

import (
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/templating/yaml"
)

// Format writes a value as "json", "yaml", or "raw": the text that Jinja2 would print. The text ends with a line end. What JSON and YAML have
// no form for is written as its text; an undefined value is its error.
func Format(v value.Value, kind string) (string, error) {
	switch kind {
	case "raw":
		return v.String() + "\n", nil
	case "yaml":
		return yaml.Dump(v, yaml.Options{Flow: yaml.Block})
	}
	out, err := value.AppendJSON(nil, v, value.JSONOptions{Indent: 4, Default: asText})
	return string(out) + "\n", err
}

func asText(v value.Value) (value.Value, error) {
	if u, ok := v.(*value.Undefined); ok {
		return nil, u.Raise()
	}
	return value.String(v.String()), nil
}
