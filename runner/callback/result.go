package callback

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

const invocationVerbosity = 3 // -vvv shows how the module was called, the diff and the traceback as data

// isTrue tells whether a result has a key with a true value.
func isTrue(d *value.Dict, key string) bool {
	v, ok := d.Lookup(key)
	return ok && v.Truth()
}

// verbose tells whether a result is shown as data.
func (d *Default) verbose(t *event.Task, r *value.Dict) bool {
	always := alwaysShown(t, r)
	facts := isFacts(t) && !isTrue(r, "finished") && !isTrue(r, "skipped") // as a job in the background has it
	return !facts && (d.o.Verbosity > 0 || always) && !isTrue(r, "_ansible_verbose_override")
}

// alwaysShown tells of a result that is shown as data at any verbosity, which no secret one is.
func alwaysShown(t *event.Task, r *value.Dict) bool {
	return isTrue(r, "_ansible_verbose_always") && !t.NoLog && !isTrue(r, "_ansible_no_log")
}

// debugHides are the keys that a debug task of a variable does not show; one with a message shows nothing but the message.
var debugHides = map[string]bool{
	"changed": true, "failed": true, "skipped": true, "invocation": true, "skip_reason": true,
	"ansible_loop_var": true, "ansible_index_var": true, "ansible_loop": true,
}

// debugged gives what a debug task shows.
func debugged(r *value.Dict) *value.Dict {
	if msg, ok := r.Lookup("msg"); ok {
		return value.DictOf("msg", msg)
	}
	out := value.NewDict(r.Len())
	for k, v := range r.Strings() {
		if !debugHides[k] {
			out.Set(k, v)
		}
	}
	return out
}

// isFacts tells of the tasks whose results are too long to be shown.
func isFacts(t *event.Task) bool { return t.BaseName() == "setup" || t.BaseName() == "gather_facts" }

func isDebug(t *event.Task) bool { return t.BaseName() == "debug" }

// shown gives what a printer may show of a result: nothing internal, nothing secret.
func shown(t *event.Task, r *value.Dict, verbosity int) *value.Dict {
	switch secret := t.NoLog || isTrue(r, "_ansible_no_log"); {
	case !isDebug(t):
		return whole(t, r, verbosity)
	case secret:
		return debugged(whole(t, r, verbosity))
	}
	return whole(t, debugged(r), verbosity)
}

// whole gives what a callback may keep of a result: as shown, and of a debug task more than what it prints.
func whole(t *event.Task, r *value.Dict, verbosity int) *value.Dict {
	if !t.NoLog && !isTrue(r, "_ansible_no_log") {
		return bared(r, verbosity)
	}
	out := censored(r)
	if _, ok := r.Lookup("results"); ok && t.Loop {
		out.Set("results", eachCensored(elements(r, "results")))
	}
	return out
}

// someSecret tells whether an item of a loop must not be shown.
func someSecret(r *value.Dict) bool {
	return slices.ContainsFunc(elements(r, "results"), func(e value.Value) bool {
		m, ok := e.(*value.Dict)
		return ok && isTrue(m, "_ansible_no_log")
	})
}

func eachCensored(items []value.Value) *value.List {
	out := &value.List{}
	for _, e := range items {
		if m, ok := e.(*value.Dict); ok {
			out.Append(censored(m))
		}
	}
	return out
}

// bared takes out of a result what is internal, what is told elsewhere, and what is of interest at -vvv only.
func bared(r *value.Dict, verbosity int) *value.Dict {
	out := value.NewDict(r.Len())
	for k, v := range r.Strings() {
		switch {
		case strings.HasPrefix(k, "_ansible_"):
		case k == "failed", k == "skipped", k == "exception", k == "warnings", k == "deprecations":
		case verbosity < invocationVerbosity && (k == "invocation" || k == "diff"):
		default:
			out.Set(k, clean(v, k == "results"))
		}
	}
	return out
}

const secretText = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"

// censored gives what may be seen of a secret result.
func censored(r *value.Dict) *value.Dict {
	out := value.DictOf("censored", value.String(secretText))
	for _, k := range []string{"attempts", "changed", "retries"} {
		if v, ok := r.Lookup(k); ok {
			out.Set(k, v)
		}
	}
	return out
}

// toldApart are the keys of an item's result that are shown as warnings.
var toldApart = map[string]bool{"warnings": true, "deprecations": true}

// clean takes internal keys out of the depth of a result. Items of a loop are cleaned as results: secret ones are censored.
func clean(v value.Value, items bool) value.Value {
	switch v := v.(type) {
	case *value.Dict:
		if items && isTrue(v, "_ansible_no_log") {
			return censored(v)
		}
		out := value.NewDict(v.Len())
		for k, e := range v.All() {
			if s, ok := k.(value.String); ok && (strings.HasPrefix(string(s), "_ansible_") || items && toldApart[string(s)]) {
				continue
			}
			_ = out.SetKey(k, clean(e, false)) // a key of a dict is hashable
		}
		return out
	case *value.List:
		out := &value.List{Elems: make([]value.Value, len(v.Elems))}
		for i, e := range v.Elems {
			out.Elems[i] = clean(e, items)
		}
		return out
	}
	return v
}

// dump shows a result as data, after "=> ".
func (d *Default) dump(t *event.Task, r *value.Dict) string {
	return d.data(shown(t, r, d.o.Verbosity), alwaysShown(t, r))
}

func (d *Default) data(r *value.Dict, pretty bool) string {
	if d.o.ResultFormat == "yaml" {
		if d.o.PrettyResults != nil && !*d.o.PrettyResults {
			return plainYAML(r)
		}
		return yamlResult(r)
	}
	if d.o.PrettyResults != nil {
		pretty = *d.o.PrettyResults
	} else {
		pretty = pretty || d.o.Verbosity >= invocationVerbosity
	}
	if pretty {
		return jsonText(r, 4)
	}
	return jsonText(r, 0)
}

// jsonText writes a value as the reference shows results: sorted, and what JSON has no form for as text.
func jsonText(v value.Value, indent int) string {
	b, err := value.AppendJSON(nil, textKeys(v), value.JSONOptions{SortTexts: true, Indent: indent, Default: asText})
	if err != nil {
		return fmt.Sprintf("%q", v.String())
	}
	return string(b)
}

// textKeys gives a value whose dicts have text for keys; where they have it already it is the same value.
func textKeys(v value.Value) value.Value {
	if !hasOddKeys(v) {
		return v
	}
	switch v := v.(type) {
	case *value.List:
		out := &value.List{}
		for _, e := range v.Elems {
			out.Append(textKeys(e))
		}
		return out
	case *value.Dict:
		out := value.NewDict(v.Len())
		for k, e := range v.All() {
			out.Set(keyText(k), textKeys(e))
		}
		return out
	}
	return v
}

// hasOddKeys tells whether a value has a key, at any depth, that is no text.
func hasOddKeys(v value.Value) bool {
	switch v := v.(type) {
	case *value.List:
		return slices.ContainsFunc(v.Elems, hasOddKeys)
	case *value.Dict:
		for k, e := range v.All() {
			if k.Type() != "str" || hasOddKeys(e) {
				return true
			}
		}
	}
	return false
}

// keyText is a key as JSON has it.
func keyText(k value.Value) string {
	if b, ok := k.(value.Bool); ok {
		return strconv.FormatBool(bool(b))
	}
	return k.String()
}

func asText(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case value.DateTime:
		return value.String(v.ISO()), nil
	case value.Bytes:
		return value.String(v), nil
	case *value.Set:
		return value.NewList(slices.Collect(v.Elements())...), nil
	}
	return value.String(v.String()), nil
}
