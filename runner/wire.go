package runner

import (
	"strings"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// warningHelp is the internal key of a result with the advice that belongs to its warnings and deprecations, by their texts: it is
// shown, but no part of what playbooks see.
const warningHelp = "_ansible_warning_help"

// reasons are a module's message and what caused it, the message first.
type reasons struct {
	texts []string
	apart bool // the last one is told by itself, as it happened while something else was handled
}

// join makes one text of the reasons, as a result without a message has it.
func (r reasons) join() string {
	all := ""
	for _, t := range r.texts {
		switch {
		case all == "":
			all = t
		case t != "" && !strings.HasSuffix(all, t):
			all = strings.TrimRight(all, ". ") + ": " + t
		}
	}
	return all
}

// causes tells the reasons of a module's failure.
func (r reasons) causes(pos source.Pos) []event.Cause {
	const task = "Task failed: Module failed"
	head, last := r, event.Cause{}
	if n := len(r.texts) - 1; r.apart && n >= 0 {
		head.texts, last.Msg = r.texts[:n], r.texts[n]
	}
	first := event.Cause{Msg: task, Pos: pos}
	if text := head.join(); text != "" {
		first.Msg += ": " + text
	}
	switch {
	case last.Msg != "":
		return []event.Cause{first, last}
	case first.Msg == task:
		first.Msg += "."
	}
	return []event.Cause{first}
}

func crashReasons(reply *agent.Reply) reasons {
	return reasons{texts: append([]string{reply.Crash}, reply.Causes...), apart: reply.Apart}
}

// decodeMessages takes the errors, warnings and deprecations of a module's result out of the form in which modules of ansible-core send
// them.
func decodeMessages(d *value.Dict, module string) (r reasons) {
	if summary, ok := d.Get("exception").(*value.Dict); ok {
		d.Set("exception", traceback)
		event, _ := summary.Get("event").(*value.Dict)
		r = eventReasons(event)
	}
	help := &value.Dict{}
	decodeEach(d, "warnings", func(w *value.Dict) value.Value { return eventText(w, help) })
	decodeEach(d, "deprecations", func(w *value.Dict) value.Value { return deprecationOf(w, module, help) })
	if help.Len() > 0 {
		d.Set(warningHelp, help)
	}
	return r
}

func decodeEach(d *value.Dict, key string, decode func(*value.Dict) value.Value) {
	list, ok := d.Get(key).(*value.List)
	if !ok {
		return
	}
	for i, e := range list.Elems {
		if w, ok := e.(*value.Dict); ok {
			list.Elems[i] = decode(w)
		}
	}
}

// eventReasons reads an Event and the chain of those that caused it.
func eventReasons(e *value.Dict) (r reasons) {
	for e != nil {
		r.texts = append(r.texts, textOf(e, "msg"))
		chain, _ := e.Get("chain").(*value.Dict)
		if chain == nil {
			return r
		}
		if !isTrue(chain, "follow") {
			r.apart = true
			return r
		}
		e, _ = chain.Get("event").(*value.Dict)
	}
	return r
}

// eventText gives the text of a summary, and keeps its advice.
func eventText(summary, help *value.Dict) value.Value {
	e, ok := summary.Get("event").(*value.Dict)
	if !ok {
		return summary
	}
	msg := value.String(eventReasons(e).join())
	if advice := textOf(e, "help_text"); advice != "" {
		help.Set(string(msg), value.String(advice))
	}
	return msg
}

// deprecationOf gives a deprecation the form that results have it in.
func deprecationOf(summary *value.Dict, module string, help *value.Dict) value.Value {
	msg := eventText(summary, help)
	if msg == value.Value(summary) { // not the wire's form
		msg = summary.Get("msg")
		if advice := textOf(summary, "help_text"); advice != "" && msg != nil {
			help.Set(msg.String(), value.String(advice))
		}
	}
	from, kind := textOf(summary, "collection_name"), value.Value(value.None)
	if by, ok := summary.Get("deprecator").(*value.Dict); ok && from == "" {
		from = textOf(by, "resolved_name")
	}
	collection := from
	if from == "" {
		collection, from, kind = "ansible.legacy", "ansible.legacy."+module, value.String("module")
	}
	d := value.DictOf("msg", msg, "collection_name", value.String(collection),
		"deprecator", value.DictOf("resolved_name", value.String(from), "type", kind))
	if date := textOf(summary, "date"); date != "" {
		d.Set("date", value.String(date))
	} else {
		d.Set("version", versionOf(summary))
	}
	return d
}

// versionOf gives the version in which something goes away, or None.
func versionOf(summary *value.Dict) value.Value {
	if v := summary.Get("version"); v != nil {
		return v
	}
	return value.None
}

// textOf gives a key's text, or "".
func textOf(d *value.Dict, key string) string {
	if v := d.Get(key); v != nil && v != value.None {
		return v.String()
	}
	return ""
}
