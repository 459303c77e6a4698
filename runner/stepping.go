package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
)

// stepping is --step in one batch of a play: before each task the user says whether it is done, until one answer is to go on with all.
type stepping struct {
	mu sync.Mutex
	on bool
}

// takeStep asks whether a task is done: by all hosts in lock-step, by the one that is there where hosts run ahead.
func (p *play) takeStep(ctx context.Context, t *playbook.Task, h *hostState) bool {
	p.stepping.mu.Lock()
	defer p.stepping.mu.Unlock()
	if !p.stepping.on {
		return true
	}
	question := "Perform task: " + writtenName(t)
	if !p.lockStep {
		question += " on " + h.name
	}
	answer, err := p.run.question(ctx, question+" (N)o/(y)es/(c)ontinue: ")
	if err != nil {
		p.run.fatal(&endError{msg: fmt.Sprintf("--step needs an answer: %v", err), exit: ExitUnexpected})
		return false
	}
	switch strings.ToLower(answer) {
	case "y", "yes":
		return true
	case "c", "continue":
		p.stepping.on = false
		return true
	}
	return false
}

// writtenName is a task's name before it is templated, with its role's.
func writtenName(t *playbook.Task) string {
	kind, name := "TASK: ", t.Action
	if t.Handler {
		kind = "HANDLER: "
	}
	if t.Name != nil {
		name = asWritten(t.Name).String()
	}
	if t.Role != nil {
		name = t.Role.Name + " : " + name
	}
	return kind + name
}

// errNobody says that there is neither a terminal nor other input.
var errNobody = errors.New("nobody can be asked")

// question asks for a line, while nothing else is shown; the question is shown again as a heading, as the reference does.
func (r *run) question(ctx context.Context, text string) (answer string, err error) {
	r.interlude(func(s event.Sink) {
		if answer, err = r.ask(ctx, text); err == nil {
			s.Event(event.Message{Level: event.Heading, Text: text})
		}
	})
	return answer, err
}

// ask shows a prompt, on standard output as the reference does, and reads a line. Only an interlude may do so.
func (r *run) ask(ctx context.Context, prompt string) (string, error) {
	if r.term == nil {
		return "", errNobody
	}
	if _, err := io.WriteString(r.opts.Stdout, prompt); err != nil {
		return "", err
	}
	return r.term.Pause(ctx, "", true)
}
