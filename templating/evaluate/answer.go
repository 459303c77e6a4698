package evaluate

import (
	"errors"

	"github.com/goplay/goplay/templating/value"
)

// Answers are ASCII: some readers take other characters for line ends too.

// answer gives the line for a value: a list, dict, text, number, boolean or null, or what JSON comes nearest to it.
func answer(v value.Value, text string, strict bool) ([]byte, error) {
	line := []byte(`{"value": `)
	o := value.JSONOptions{Default: nearest, NonFinite: "null", EnsureASCII: true}
	if strict {
		o.Default = refused
	}
	line, err := value.AppendJSON(line, v, o)
	if err != nil {
		return nil, err
	}
	line = append(line, `, "text": `...)
	line = appendText(line, text)
	line = append(line, `, "type": `...)
	line = appendText(line, v.Type())
	return append(line, '}'), nil
}

// refused is json.dumps' refusal of a type, which is what Ansible's results run into.
func refused(v value.Value) (value.Value, error) {
	return nil, value.TypeError("Object of type %s is not JSON serializable", v.Type())
}

// nearest gives for a value that JSON has no form for one that it has: a list of what can be listed in order, null for what is undefined, the
// text for everything else.
func nearest(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case *value.Undefined:
		return value.None, nil
	case *value.Set, value.Range:
		l := &value.List{}
		for e := range v.(value.Iterable).Elements() {
			l.Append(e)
		}
		return l, nil
	}
	return value.String(v.String()), nil
}

// errorAnswer gives the line for an error.
func errorAnswer(kind, msg, template string, line, column int) []byte {
	out := appendText([]byte(`{"error": {"kind": `), kind)
	out = appendText(append(out, `, "message": `...), msg)
	out = appendNumber(append(out, `, "line": `...), line)
	out = appendNumber(append(out, `, "column": `...), column)
	if template != "" {
		out = appendText(append(out, `, "template": `...), template)
	}
	return append(out, "}}"...)
}

// errorLine gives the line for an evaluation's error.
func errorLine(err error, kind func(error) string) []byte {
	var bad *requestError
	if errors.As(err, &bad) {
		return errorAnswer("RequestError", bad.msg, "", 0, 0)
	}
	template, line, column := place(err)
	return errorAnswer(kind(err), err.Error(), template, line, column)
}

// appendText adds JSON's form of text. It cannot fail.
func appendText(dst []byte, text string) []byte {
	dst, _ = value.AppendJSON(dst, value.String(text), value.JSONOptions{EnsureASCII: true})
	return dst
}

func appendNumber(dst []byte, n int) []byte {
	v := value.Value(value.Int(n))
	if n == 0 {
		v = value.None
	}
	dst, _ = value.AppendJSON(dst, v, value.JSONOptions{EnsureASCII: true})
	return dst
}
