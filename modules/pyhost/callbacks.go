package pyhost

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// Callbacks runs the callback plugins of a run in one interpreter, which is started when the first file is read and stays until Close. It
// belongs to one goroutine at a time, but for Interrupt.
type Callbacks struct {
	opts      Options
	answers   *answers
	process   *process
	interrupt chan struct{}
	closed    bool
	grace     time.Duration // how long callbacks may go on when the run was interrupted
}

// NewCallbacks makes them; no interpreter is started yet.
func NewCallbacks(o Options) *Callbacks {
	c := &Callbacks{opts: o, interrupt: make(chan struct{}), grace: 5 * time.Second}
	c.answers = &answers{opts: &c.opts}
	return c
}

// KindOf gives the class of the exception that an error of a callback is, or "".
func KindOf(err error) string { return eval.KindOf(err) }

// File is a file with a callback plugin.
type File struct{ Path, Module string }

// FileOf gives the file of a plugin that has a short name.
func FileOf(path string) File { return File{path, moduleName(path)} }

// shown is what messages call the plugin of a file.
func (f File) shown() string {
	if rest, ok := strings.CutPrefix(f.Module, "ansible_collections."); ok {
		return strings.Replace(rest, ".plugins.callback.", ".", 1)
	}
	return f.Path
}

// InCollection finds the file of a collection's callback by its full name, "my.col.name".
func (c *Callbacks) InCollection(name string) (File, bool) {
	collection, rest, ok := parseName(name)
	if !ok {
		return File{}, false
	}
	for dir := range c.opts.pluginsOf(collection, "callback") {
		if path := pluginFile(dir, rest); exists(path) {
			return File{path, "ansible_collections." + collection + ".plugins.callback." + rest}, true
		}
	}
	return File{}, false
}

// About is what a callback says of itself.
type About struct {
	Stdout bool `json:"stdout"` // it is of those that write the run's output
	Asked  bool `json:"asked"`  // it is there only where settings name it
}

// Read reads a file. It is nil for one that has no class of a callback.
func (c *Callbacks) Read(f File) (about *About, err error) {
	err = c.do("read", map[string]any{"path": f.Path, "module": f.Module}, &about)
	return about, err
}

// Made is a callback that can be called.
type Made struct {
	Number  int      `json:"number"`
	Methods []string `json:"methods"` // those that it has
}

// Make makes the callback of a file and sets its options. It is nil for one that does not want to be called.
func (c *Callbacks) Make(f File) (made *Made, err error) {
	err = c.do("make", map[string]any{"path": f.Path, "module": f.Module, "shown": f.shown()}, &made)
	return made, err
}

// Call calls a method of some callbacks. told is JSON, with values as Encode gives them. What goes wrong in a callback it has told of
// itself; an error says that the interpreter has ended.
func (c *Callbacks) Call(to []int, method string, told any) error {
	return c.do("call", map[string]any{"to": to, "method": method, "told": told}, nil)
}

// Encode gives a value's form in what callbacks are told.
func (c *Callbacks) Encode(v value.Value) (any, error) { return c.answers.views.encode(v) }

func (c *Callbacks) do(what string, args map[string]any, to any) error {
	if c.closed {
		return context.Canceled
	}
	if c.process == nil {
		if err := c.start(); err != nil {
			return err
		}
	}
	data, err := c.process.do(request{"callback_" + what, args}, c.answers.answer)
	if err != nil || to == nil {
		return err
	}
	return json.Unmarshal(data, to)
}

func (c *Callbacks) start() error {
	p, err := start(&c.opts)
	if err != nil {
		return err
	}
	c.process = p
	go func() {
		select {
		case <-c.interrupt:
			p.endIn(c.grace)
		case <-p.ended:
		}
	}()
	return nil
}

// Interrupt ends the interpreter in a while, whatever it does.
func (c *Callbacks) Interrupt() { close(c.interrupt) }

// Close ends the interpreter when its callbacks have done what they have to: what they do at their exit is waited for.
func (c *Callbacks) Close() {
	if c.process != nil {
		c.process.finish()
		c.process = nil
	}
	c.closed = true
}
