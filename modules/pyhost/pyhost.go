// Package pyhost runs users' Python plugins on the controller: filters, tests and lookups of folders beside the playbook, of roles, of
// settings and of collections. A side car of Python interpreters is started when the first of them is used, and imports what goplay
// gives it as the package ansible; a plugin's questions about variables, templates and files are answered while its call goes on.
package pyhost

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/goplay/goplay/templating/value"
)

// Options say how plugins are run.
type Options struct {
	Python         string   // the interpreter, or its name on PATH; "" is "python3"
	Collections    []string // folders that hold ansible_collections
	Processes      int      // how many calls run at once; at least 1
	Verbosity      int
	Basedir        string // the playbook's folder
	Stdout, Stderr io.Writer
	// Tell takes what a plugin shows.
	Tell func(Said)
	// Load reads a YAML document.
	Load func(text string) (value.Value, error)
	// Config gives the value of one of Ansible's settings.
	Config func(name string) (value.Value, bool)
	// Ini gives what ansible.cfg says of a plugin's own option.
	Ini func(section, key string) (string, bool)
	// Answer answers what a callback asks about the run; nil: there is none that asks. An unknown question gives false.
	Answer func(question string, args []value.Value) (v value.Value, known bool, err error)
}

// Said is what a plugin shows.
type Said struct {
	Level string // "display", "banner", "warning", "error", "deprecation" or "v1" to "v6"
	Text  string
	How
}

// How is where and in which form a plugin shows something.
type How struct {
	Color      string `json:"color"`       // "" is none
	Stderr     bool   `json:"stderr"`      // what is displayed goes there
	Stdout     bool   `json:"stdout"`      // an error goes there
	ScreenOnly bool   `json:"screen_only"` // not to the log file
	LogOnly    bool   `json:"log_only"`
	Unended    bool   `json:"unended"` // without the end of the line
}

// Host is the side car. It is safe for concurrent use.
type Host struct {
	opts  Options
	turns chan struct{} // a token for each call that may run

	mu   sync.Mutex
	idle []*process
	all  map[*process]bool
	done bool
}

// New makes a side car, which starts no process yet.
func New(o Options) *Host {
	return &Host{opts: o, turns: make(chan struct{}, max(1, o.Processes)), all: map[*process]bool{}}
}

// Close ends all processes, those in the middle of a call too.
func (h *Host) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done = true
	for p := range h.all {
		p.end()
	}
	h.all, h.idle = nil, nil
}

// do runs a request in an interpreter that has nothing to do.
func (h *Host) do(r request, a *answers) (value.Value, error) {
	h.turns <- struct{}{}
	defer func() { <-h.turns }()
	p, err := h.take()
	if err != nil {
		return nil, err
	}
	data, err := p.do(r, a.answer)
	var broken *brokenError
	if errors.As(err, &broken) {
		h.drop(p)
		return nil, err
	}
	h.give(p)
	if err != nil {
		return nil, err
	}
	if a.trusting {
		return a.views.decode(data) // a user's templates in it are evaluated where the result is used
	}
	return a.views.result(data)
}

func (h *Host) take() (*process, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.done {
		return nil, context.Canceled
	}
	if n := len(h.idle); n > 0 {
		p := h.idle[n-1]
		h.idle = h.idle[:n-1]
		return p, nil
	}
	p, err := start(&h.opts)
	if err != nil {
		return nil, err
	}
	h.all[p] = true
	return p, nil
}

func (h *Host) give(p *process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.done {
		h.idle = append(h.idle, p)
	}
}

func (h *Host) drop(p *process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all[p] {
		delete(h.all, p)
		p.end()
	}
}
