package runner

import (
	"context"
	"fmt"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// prompt asks for the play's vars_prompt, but for what extra variables give. Where nobody can be asked the defaults are taken.
func (p *play) prompt(ctx context.Context) error {
	for i := range p.p.VarsPrompt {
		q := &p.p.VarsPrompt[i]
		if _, ok := p.run.extra.Lookup(q.Name); ok {
			continue
		}
		v, err := p.ask(ctx, q)
		if err != nil {
			return err
		}
		if p.prompted == nil {
			p.prompted = &value.Dict{}
		}
		p.prompted.Set(q.Name, v)
	}
	return nil
}

// ask gives one variable: what was typed, the default where nothing was, hashed where the playbook says so.
func (p *play) ask(ctx context.Context, q *playbook.VarPrompt) (value.Value, error) {
	def := value.Value(value.None)
	if q.Default != nil {
		var err error
		if def, err = p.static().Resolve(q.Default); err != nil {
			return nil, source.At(q.Pos, "Error processing keyword 'vars_prompt'", err)
		}
	}
	answer := def
	switch term := p.run.term; {
	case term == nil || !term.Interactive():
		p.run.warn("Not prompting as we are not in interactive mode", source.Pos{})
	default:
		typed, err := p.typed(ctx, q, def)
		if err != nil {
			return nil, err
		}
		if typed != "" || def == value.None {
			answer = value.String(typed)
		}
	}
	if q.Encrypt != "" && answer == value.None {
		return nil, &source.Error{
			Pos: q.Pos, Msg: fmt.Sprintf("There is no answer for '%s' that could be encrypted, and no default.", q.Name), Exit: source.ExitGeneric,
		}
	}
	return p.hashed(q, answer.String())
}

// typed asks, twice where the answer is to be confirmed, until both answers are the same.
func (p *play) typed(ctx context.Context, q *playbook.VarPrompt, def value.Value) (string, error) {
	text, err := p.promptText(q, def)
	if err != nil {
		return "", err
	}
	p.run.flush()
	for {
		answer, err := p.run.term.Pause(ctx, text, !q.Private)
		if err != nil || !q.Confirm {
			return answer, err
		}
		again, err := p.run.term.Pause(ctx, "confirm "+text, !q.Private)
		if err != nil || again == answer {
			return answer, err
		}
		p.run.send(event.Message{Level: event.Display, Text: "***** VALUES ENTERED DO NOT MATCH ****"})
		p.run.flush()
	}
}

func (p *play) promptText(q *playbook.VarPrompt, def value.Value) (string, error) {
	text := q.Name
	if q.Prompt != nil {
		v, err := p.static().Resolve(q.Prompt)
		if err != nil {
			return "", source.At(q.Pos, "Error processing keyword 'vars_prompt'", err)
		}
		text = v.String()
	}
	if def != value.None {
		text += fmt.Sprintf(" [%s]", def)
	}
	return text + ": ", nil
}

// hashed gives the answer as it is kept.
func (p *play) hashed(q *playbook.VarPrompt, answer string) (value.Value, error) {
	if q.Encrypt == "" {
		return value.String(answer), nil
	}
	args := value.DictOf("answer", value.String(answer), "scheme", value.String(q.Encrypt), "salt", value.Omit, "salt_size", value.Omit)
	expr := "answer | password_hash(scheme"
	if q.Salt != "" {
		args.Set("salt", value.String(q.Salt))
		expr += ", salt=salt"
	} else if q.SaltSize > 0 {
		args.Set("salt_size", value.Int(int64(q.SaltSize)))
		expr += ", salt_size=salt_size"
	}
	v, err := p.run.static(args).Resolve(&value.Template{Text: "{{ " + expr + ") }}", Pos: q.Pos})
	if err != nil {
		return nil, source.At(q.Pos, "Error processing keyword 'vars_prompt'", err)
	}
	return v, nil
}
