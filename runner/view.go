package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

// View is what a host sees outside of a playbook: its variables as a task of a play for it alone has them, without facts that are not known
// yet. It belongs to one goroutine.
type View struct {
	run  *run
	play *play
	plan *taskPlan
}

// NewView reads the inventory and the variables that the options name. No playbook is read, and nothing is connected to. playbookDir is what stands for a playbook's folder; "" is the current one. A traced view tells where variables come from.
func NewView(ctx context.Context, opts Options, playbookDir string, traced bool) (*View, error) {
	r := makeRun(opts, messages{opts.Display}, absolute(playbookDir))
	if traced {
		r.trace = &trace{seen: map[Read]bool{}}
	}
	if err := r.readInputs(ctx); err != nil {
		return nil, err
	}
	r.warnReserved(r.extra)
	return &View{run: r}, nil
}

// messages shows nothing but warnings and errors.
type messages struct{ display *callback.Display }

func (m messages) Event(e event.Event) {
	if msg, ok := e.(event.Message); ok {
		m.display.Message(msg)
	}
}

// Has tells whether the inventory has a host, or a name is this machine's.
func (v *View) Has(host string) bool { return v.run.host(host) != nil }

// As makes the view that of a host.
func (v *View) As(host string) error {
	h := v.run.host(host)
	if h == nil {
		return v.unknown(host)
	}
	s := newHost(h.Name, h)
	v.play = &play{run: v.run, p: &playbook.Play{}, name: "goplay eval", all: []*hostState{s}, batch: []*hostState{s}}
	v.plan = &taskPlan{task: &playbook.Task{}, env: v.run.env([]string{v.run.playbookDir})}
	return v.run.brokenErr()
}

// unknown is the error about a host that is not there.
func (v *View) unknown(host string) error {
	names := []string{"localhost"}
	for _, h := range v.run.inv.Hosts() {
		names = append(names, h.Name)
	}
	e := &source.Error{Msg: fmt.Sprintf("The inventory has no host '%s'.", host), Exit: source.ExitGeneric}
	if hosts, _, err := v.run.inv.Match(host); err == nil && len(hosts) > 1 {
		e.Msg = fmt.Sprintf("'%s' is no host but %d of them.", host, len(hosts))
		e.Hint = "One host is needed, such as '" + hosts[0].Name + "'."
	} else if near := source.Nearest(host, names); near != "" {
		e.Hint = "Did you mean '" + near + "'?"
	}
	return e
}

// context makes a view in which nothing has been evaluated.
func (v *View) context() *templating.Context {
	return v.run.engine.NewContext(v.play.scope(v.play.all[0], v.plan), v.plan.env)
}

// Evaluate evaluates a template, or a bare expression where the text has no markers. An error in the text itself has a place in it.
func (v *View) Evaluate(text string) (value.Value, error) {
	ctx := v.context()
	var got value.Value
	var err error
	if templating.IsTemplate(text) {
		got, err = ctx.EvaluateText("", text, templating.PlaybookSyntax())
	} else {
		got, err = ctx.Expression(text, source.Pos{})
	}
	switch {
	case err != nil:
		return nil, inText(err, text)
	case got == value.Value(value.Omit):
		return nil, said("A template was resolved to an Omit scalar.")
	}
	return settled(got, 0), v.run.brokenErr()
}

// maxSettled is how deep a value is looked into: one that holds itself has no end.
const maxSettled = 200

// settled makes plain dicts, in the order of their keys, of mappings that are computed when they are read, such as hostvars.
func settled(v value.Value, depth int) value.Value {
	if depth > maxSettled {
		return v
	}
	switch v := v.(type) {
	case *value.List:
		l := &value.List{Elems: make([]value.Value, len(v.Elems))}
		for i, e := range v.Elems {
			l.Elems[i] = settled(e, depth+1)
		}
		return l
	case *value.Dict:
		d := value.NewDict(v.Len())
		for k, e := range v.All() {
			_ = d.SetKey(k, settled(e, depth+1)) // a key of a dict is hashable
		}
		return d
	case value.Mapping:
		return settledView(v, depth)
	}
	return v
}

func settledView(v value.Mapping, depth int) *value.Dict {
	vars := map[string]value.Value{}
	for k, e := range v.All() {
		if e != value.Value(value.Omit) {
			vars[k.String()] = e
		}
	}
	d := value.NewDict(len(vars))
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		d.Set(name, settled(vars[name], depth+1))
	}
	return d
}

// inText gives an error that has no place in a file its place in the text.
func inText(err error, text string) error {
	var e *source.Error
	if !errors.As(err, &e) {
		return err
	}
	var in *eval.Error
	if !e.Pos.IsValid() && errors.As(err, &in) {
		e.Pos = source.InText("expression", text, in.Line, in.Col)
	}
	return err
}

// RenderFile renders a template file as the template module does.
func (v *View) RenderFile(name string) (string, error) {
	path := absolute(name)
	text, err := v.run.readVaulted(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no template %s", path)
	case err != nil:
		return "", err
	}
	plan := *v.plan
	plan.env = v.run.env(v.around(path))
	ctx, err := v.run.engine.NewContext(v.play.scope(v.play.all[0], &plan), plan.env).WithTemplate(name, path, value.None)
	if err != nil {
		return "", err
	}
	out, err := ctx.RenderFile(path, string(text), templating.FileOptions{TrimBlocks: true, KeepTrailingNewline: true})
	if err != nil {
		return "", err
	}
	return out, v.run.brokenErr()
}

// around lists where a template's includes and lookups are looked for: its role, if it is in one, its folder, the playbook's.
func (v *View) around(path string) []string {
	dir := filepath.Dir(path)
	dirs := []string{dir, v.run.playbookDir}
	if at := strings.LastIndex(dir+"/", "/templates/"); at > 0 {
		dirs = append([]string{dir[:at]}, dirs...)
	}
	return dirs
}

// Host is the name of the host whose view it is.
func (v *View) Host() string { return v.play.all[0].name }

// Interrupt ends the evaluation that is under way, and all later ones.
func (v *View) Interrupt() { v.run.engine.Interrupt() }

// Names gives the names of all variables, sorted.
func (v *View) Names() []string {
	return slices.Sorted(v.context().Names())
}

// Filters gives the names of all filters, sorted.
func (v *View) Filters() []string { return v.run.engine.Known()["filter"] }

// Tests gives the names of all tests, sorted.
func (v *View) Tests() []string { return v.run.engine.Known()["test"] }

// Reads gives the variables that a traced view has read since the last call, in the order in which they were first read. Functions are not
// among them.
func (v *View) Reads() []Read {
	var reads []Read
	for _, read := range v.run.trace.take() {
		if read.Level != "" || !v.run.engine.HasGlobal(read.Name) {
			reads = append(reads, v.run.origin(read))
		}
	}
	return reads
}
