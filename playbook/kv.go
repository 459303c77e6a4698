package playbook

import (
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// commandOptions are the options that a free-form command may carry; every other word with = belongs to the command.
var commandOptions = map[string]bool{
	"creates": true, "removes": true, "chdir": true, "executable": true, "warn": true,
	"stdin": true, "stdin_add_newline": true, "strip_empty_ends": true,
}

// keyValues reads "a=1 b='x y'" arguments. What is no key=value is the free-form text, "_raw_params". In a command only the command's
// options are read out of the text.
func keyValues(text string, pos source.Pos, command bool) (*value.Dict, error) {
	ws, err := source.Words(text)
	if err != nil {
		return nil, err
	}
	d := value.NewDict(len(ws))
	var raw []string
	for _, w := range ws {
		k, v, ok := source.Pair(w)
		if !ok || command && !commandOptions[k] {
			raw = append(raw, w)
			continue
		}
		d.Set(k, userText(v, pos))
	}
	if len(raw) > 0 {
		d.Set("_raw_params", userText(source.JoinWords(raw), pos))
	}
	return d, nil
}

// userText is text that the user wrote: a template where it has markers.
func userText(s string, pos source.Pos) value.Value {
	if document.HasMarkers(s) {
		return &value.Template{Text: s, Pos: pos}
	}
	return value.Authored(s)
}

// KeyValues reads extra variables that are given as "a=1 b='x y'". What is no key=value is under "_raw_params".
func KeyValues(text string) (*value.Dict, error) {
	d, err := keyValues(text, source.Pos{}, false)
	if err != nil {
		return nil, source.New(source.Pos{}, err.Error()+": "+text)
	}
	for _, v := range d.Strings() {
		if t, ok := v.(*value.Template); ok {
			t.Pos = source.InExtraVars(t.Text, 0, 0)
		}
	}
	return d, nil
}
