package callback

import (
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// deprecation words a deprecation that came with a result: {msg, version or date, collection_name}.
func deprecation(d *value.Dict, module string) string {
	msg := text(d, "msg")
	if text(d, "version") == "" && text(d, "date") == "" && text(d, "collection_name") == "" && strings.Contains(msg, "This feature will be removed") {
		return msg // worded already
	}
	return strings.TrimRight(msg, ". ") + ". This feature will be removed from " + from(d, module) + when(d) + "."
}

// from names what the feature will be removed from.
func from(d *value.Dict, module string) string {
	if by, ok := d.Get("deprecator").(*value.Dict); ok && text(by, "type") == "module" {
		name := text(by, "resolved_name")
		return "module '" + name[strings.LastIndexByte(name, '.')+1:] + "' in collection '" + text(d, "collection_name") + "'"
	}
	switch c := text(d, "collection_name"); c {
	case "":
		return "module '" + module + "' in collection 'ansible.legacy'"
	case "ansible.builtin":
		return "ansible-core"
	default:
		return "collection '" + c + "'"
	}
}

func when(d *value.Dict) string {
	switch {
	case text(d, "date") != "":
		return " in a release after " + text(d, "date")
	case text(d, "version") != "":
		return " version " + text(d, "version")
	}
	return " in a future release"
}

func text(d *value.Dict, key string) string {
	v, ok := d.Lookup(key)
	if !ok || v == value.None {
		return ""
	}
	return v.String()
}
