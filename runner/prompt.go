package runner

import (
	"context"
	"errors"
	"fmt"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// question is an entry of vars_prompt, evaluated.
type question struct {
	pos                         source.Pos
	name, prompt, encrypt, salt string
	def                         value.Value // value.None: no default
	private, confirm            bool
	saltSize                    value.Value // nil: the usual one
}

// prompt asks for the play's vars_prompt, but for what extra variables give. Where nobody can be asked the defaults are taken.
func (p *play) prompt(ctx context.Context) error {
	asked, err := p.questions()
	if err != nil {
		return err
	}
	for _, q := range asked {
		if _, ok := p.run.extra.Lookup(q.name); ok {
			continue
		}
		p.run.send(prompted(q))
		v, err := p.ask(ctx, q)
		if err != nil {
			return err
		}
		if p.prompted == nil {
			p.prompted = &value.Dict{}
		}
		p.prompted.Set(q.name, v)
	}
	return nil
}

// questions evaluates all of vars_prompt, before anything is asked.
func (p *play) questions() ([]*question, error) {
	var all []*question
	for _, written := range p.p.VarsPrompt {
		d := &value.Dict{}
		for k, v := range written.Fields.Strings() {
			got, err := p.static().Finalize(v)
			if err != nil {
				return nil, endsRun(err)
			}
			d.Set(k, got)
		}
		q, err := readQuestion(d)
		if err != nil {
			return nil, at(written.Pos, err)
		}
		q.pos = written.Pos
		all = append(all, q)
	}
	return all, nil
}

func readQuestion(d *value.Dict) (*question, error) {
	switch name := d.Get("name"); name.(type) {
	case *value.List, *value.Dict:
		return nil, &source.Error{Msg: fmt.Sprintf("The name of a variable in vars_prompt must be text, not %s.", value.Repr(name)), Exit: ExitUnexpected}
	}
	q := &question{name: promptText(d, "name", ""), encrypt: promptText(d, "encrypt", ""), salt: promptText(d, "salt", ""), def: value.None}
	if v := d.Get("encrypt"); v != nil && !v.Truth() {
		q.encrypt = ""
	}
	q.prompt = promptText(d, "prompt", q.name)
	q.saltSize = d.Get("salt_size")
	if v := d.Get("default"); v != nil {
		q.def = v
	}
	unsafe := false // whatever is typed is no template
	for _, f := range []struct {
		name string
		to   *bool
		def  bool
	}{{"private", &q.private, true}, {"confirm", &q.confirm, false}, {"unsafe", &unsafe, false}} {
		*f.to = f.def
		v := d.Get(f.name)
		if v == nil {
			continue
		}
		var ok bool
		if *f.to, ok = value.Boolean(v); !ok {
			return nil, &source.Error{Msg: fmt.Sprintf("The value '%s' is not a valid boolean.", v), Exit: ExitUnexpected}
		}
	}
	return q, nil
}

func promptText(d *value.Dict, name, otherwise string) string {
	if v := d.Get(name); v != nil {
		return v.String()
	}
	return otherwise
}

// ask gives one variable: what was typed, the default where nothing was, hashed where the playbook says so.
func (p *play) ask(ctx context.Context, q *question) (value.Value, error) {
	answer := q.def
	switch term := p.run.term; {
	case term == nil || !term.Interactive():
		p.run.warn("Not prompting as we are not in interactive mode", source.Pos{})
	default:
		typed, err := p.typed(ctx, q)
		if err != nil {
			return nil, err
		}
		if typed != "" || q.def == value.None {
			answer = value.String(typed)
		}
	}
	if q.encrypt != "" && answer == value.None {
		return nil, &source.Error{
			Pos: q.pos, Msg: fmt.Sprintf("There is no answer for '%s' that could be encrypted, and no default.", q.name), Exit: source.ExitGeneric,
		}
	}
	return p.hashed(q, answer.String())
}

// typed asks, twice where the answer is to be confirmed, until both answers are the same.
func (p *play) typed(ctx context.Context, q *question) (string, error) {
	text := q.text()
	p.run.flush()
	for {
		answer, err := p.run.term.Pause(ctx, text, !q.private)
		if err != nil || !q.confirm {
			return answer, err
		}
		again, err := p.run.term.Pause(ctx, "confirm "+text, !q.private)
		if err != nil || again == answer {
			return answer, err
		}
		p.run.send(event.Message{Level: event.Display, Text: "***** VALUES ENTERED DO NOT MATCH ****"})
		p.run.flush()
	}
}

func (q *question) text() string {
	text := q.prompt
	if q.def != value.None {
		text += fmt.Sprintf(" [%s]", q.def)
	}
	return text + ": "
}

// hashed gives the answer as it is kept.
func (p *play) hashed(q *question, answer string) (value.Value, error) {
	if q.encrypt == "" {
		return value.String(answer), nil
	}
	args := value.DictOf("answer", value.String(answer), "scheme", value.String(q.encrypt), "salt", value.Omit, "salt_size", value.Omit)
	expr := "answer | password_hash(scheme"
	if q.salt != "" {
		args.Set("salt", value.String(q.salt))
		expr += ", salt=salt"
	} else if q.saltSize != nil {
		args.Set("salt_size", q.saltSize)
		expr += ", salt_size=salt_size"
	}
	v, err := p.run.static(args).Resolve(&value.Template{Text: "{{ " + expr + ") }}"})
	if err != nil {
		return nil, &source.Error{Msg: "Could not hash the secret: " + cause(err), Exit: ExitError}
	}
	return v, nil
}

// cause is what an error tells at its end.
func cause(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}
