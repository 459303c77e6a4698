package callback

import (
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// Raw gives a result as the reference hands it to callbacks that keep results whole: without what is told elsewhere, with the marks
// _ansible_no_log and _ansible_verbose_always. A secret result is censored.
func Raw(t *event.Task, r *value.Dict) *value.Dict {
	_, loop := r.Lookup("results")
	loop = loop && t.Loop
	if t.NoLog || isTrue(r, "_ansible_no_log") {
		return rawSecret(r, loop)
	}
	out := value.NewDict(r.Len())
	if loop {
		out.Set("results", rawItems(r.Get("results")))
		if msg, ok := r.Lookup("msg"); ok && !isTrue(r, "changed") { // changed comes last then
			out.Set("msg", msg)
		}
	}
	for k, v := range r.Strings() {
		switch {
		case k == "failed", k == "skipped", k == "_ansible_no_log", toldApart[k]:
		case internal(k), k == "results" && loop:
		default:
			out.Set(k, unmarked(k, v))
		}
	}
	if isFacts(t) && !isTrue(r, "skipped") {
		out.Set("_ansible_verbose_override", value.Bool(true))
	}
	if _, told := out.Lookup("changed"); !told {
		out.Set("changed", value.Bool(false))
	}
	if !loop {
		out.Set("_ansible_no_log", value.Bool(false))
	}
	return out
}

// unmarked takes the marks out of the depth of facts, which are for the run itself.
func unmarked(key string, v value.Value) value.Value {
	if key == "ansible_facts" {
		return clean(v, false)
	}
	return v
}

// kept are the internal keys that callbacks see.
var kept = map[string]bool{"_ansible_verbose_always": true, "_ansible_verbose_override": true}

func internal(key string) bool {
	return len(key) > len("_ansible_") && key[:len("_ansible_")] == "_ansible_" && !kept[key]
}

func rawItems(v value.Value) value.Value {
	l, ok := v.(*value.List)
	if !ok {
		return v
	}
	out := &value.List{}
	for _, e := range l.Elems {
		if m, ok := e.(*value.Dict); ok {
			e = rawItem(m)
		}
		out.Append(e)
	}
	return out
}

// RawItem gives an item's result as Raw gives a task's.
func RawItem(t *event.Task, r *value.Dict) *value.Dict {
	if t.NoLog {
		return rawSecret(r, false)
	}
	out := rawItem(r)
	out.Delete("failed")
	out.Delete("skipped")
	return out
}

// rawItem gives an item's result: what it is, then which item it is of.
func rawItem(r *value.Dict) *value.Dict {
	if isTrue(r, "_ansible_no_log") {
		return rawSecret(r, false)
	}
	name := text(r, "ansible_loop_var")
	own := map[string]bool{name: true, "ansible_loop_var": true, text(r, "ansible_index_var"): true, "ansible_index_var": true, "ansible_loop": true}
	out, item := value.NewDict(r.Len()), value.NewDict(len(own))
	for k, v := range r.Strings() {
		switch {
		case k == "_ansible_no_log", internal(k), toldApart[k]:
		case own[k]:
			item.Set(k, v)
		default:
			out.Set(k, unmarked(k, v))
		}
	}
	out.Set("_ansible_no_log", value.Bool(false))
	out.Update(item)
	label, ok := r.Lookup("_ansible_item_label")
	if !ok {
		label, ok = r.Lookup(name)
	}
	if ok {
		out.Set("_ansible_item_label", label)
	}
	return out
}

// rawSecret gives what callbacks may see of a secret result.
func rawSecret(r *value.Dict, loop bool) *value.Dict {
	out := value.DictOf("_ansible_no_log", value.Bool(true))
	if _, include := r.Lookup("include_args"); !include || loop {
		out.Set("changed", value.Bool(isTrue(r, "changed")))
	}
	if v, ok := r.Lookup("exception"); ok {
		out.Set("exception", v)
	}
	out.Update(censored(r))
	if !loop {
		return out
	}
	results := &value.List{}
	for _, e := range elements(r, "results") {
		if m, ok := e.(*value.Dict); ok {
			results.Append(rawSecret(m, false))
		}
	}
	out.Set("results", results)
	return out
}
