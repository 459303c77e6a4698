package runner

import (
	"slices"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules/pyhost"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// pythonCallbacks are users' Python callbacks. All live in one interpreter, which is started when there is one to be loaded.
type pythonCallbacks struct {
	run       *run
	callbacks *pyhost.Callbacks
	stdout    pyhost.File // the one that writes to stdout
	adjacent  []adjacent
	tasks     map[int]*event.Task
	plays     map[int]event.PlayStart
	active    bool // there are some
	broken    bool // the interpreter has ended
}

var _ callback.Foreign = (*pythonCallbacks)(nil)

func newPythonCallbacks(r *run, o pyhost.Options) *pythonCallbacks {
	p := &pythonCallbacks{run: r, tasks: map[int]*event.Task{}, plays: map[int]event.PlayStart{}}
	o.Tell, o.Answer = p.show, p.answer
	p.callbacks = pyhost.NewCallbacks(o)
	return p
}

// files are those beside the playbook, in roles and in folders of settings.
func (p *pythonCallbacks) files() []pyhost.File {
	var list []pyhost.File
	for _, path := range p.run.plugins.Files("callback") {
		list = append(list, pyhost.FileOf(path))
	}
	return list
}

// local finds the file of a short name.
func (p *pythonCallbacks) local(name string) (pyhost.File, bool) {
	files := p.files()
	i := slices.IndexFunc(files, func(f pyhost.File) bool { return f.Module == name })
	if i < 0 {
		return pyhost.File{}, false
	}
	return files[i], true
}

// formerly are the collections that callbacks of ansible-core have gone to; their short names still lead there.
var formerly = []string{"community.general.", "ansible.posix."}

// collected finds the file of a collection's callback.
func (p *pythonCallbacks) collected(name string) (pyhost.File, bool) {
	if f, ok := p.callbacks.InCollection(name); ok {
		return f, true
	}
	for _, collection := range formerly {
		if f, ok := p.callbacks.InCollection(collection + name); ok {
			return f, true
		}
	}
	return pyhost.File{}, false
}

// Stdout makes the callback that stdout_callback names.
func (p *pythonCallbacks) Stdout(name string) (event.Sink, error) {
	f, ok := p.local(name)
	if !ok && !callback.Has(name) {
		f, ok = p.collected(name)
	}
	if !ok {
		return nil, nil
	}
	about, err := p.callbacks.Read(f)
	if err != nil {
		return nil, unexpected(err)
	}
	if about == nil {
		return nil, nil
	}
	made, err := p.callbacks.Make(f)
	switch {
	case err != nil:
		return nil, unexpected(err)
	case made == nil:
		return quiet{}, nil
	}
	p.stdout = f
	return p.sink(made), nil
}

// quiet is a callback that does not want to be called.
type quiet struct{}

func (quiet) Event(event.Event) {}

// unexpected is the error of a callback that the run cannot do without.
func unexpected(err error) error {
	if exception := pyhost.KindOf(err); exception == "AnsibleOptionsError" || exception == "AnsibleRequiredOptionError" {
		return err
	}
	return &source.Error{Msg: "Unexpected Exception, this is probably a bug: " + err.Error(), Exit: ExitUnexpected}
}

// Knows tells whether there is a callback that callbacks_enabled names.
func (p *pythonCallbacks) Knows(name string) (known, adjacent bool) {
	if _, ok := p.local(name); ok {
		return true, true
	}
	if callback.Has(name) {
		return false, false
	}
	f, ok := p.collected(name)
	return ok && f != p.stdout, false
}

// Adjacent makes the callbacks beside the playbook, in its roles and in folders of settings.
func (p *pythonCallbacks) Adjacent() event.Sink {
	var made []*pyhost.Made
	for _, a := range p.adjacent {
		if a.about.Stdout {
			p.run.opts.Display.Verbose(2, "Skipping callback '"+a.file.Module+"', as we already have a stdout callback.")
			continue
		}
		if m := p.made(a.file, a.file.Module); m != nil {
			made = append(made, m)
		}
	}
	if len(made) == 0 {
		return nil
	}
	return p.sink(made...)
}

// Read reads all adjacent files and keeps those that are to be made.
func (p *pythonCallbacks) Read(enabled []string) {
	for _, f := range p.files() {
		if f == p.stdout || p.run.opts.Pattern != "" && !p.run.opts.Config.Bool("DEFAULT_LOAD_CALLBACK_PLUGINS") {
			continue
		}
		about, err := p.callbacks.Read(f)
		switch {
		case err != nil:
			p.run.opts.Display.Warning("Skipping plugin (" + f.Path + ")" + pyhost.Why(err))
		case about == nil || about.Asked && !slices.Contains(enabled, f.Module):
		default:
			p.adjacent = append(p.adjacent, adjacent{f, about})
		}
	}
}

// adjacent is a callback that is there without being asked for.
type adjacent struct {
	file  pyhost.File
	about *pyhost.About
}

// Enabled makes a collection's callback.
func (p *pythonCallbacks) Enabled(name string) event.Sink {
	f, _ := p.collected(name)
	about, err := p.callbacks.Read(f)
	if err != nil || about == nil {
		p.run.opts.Display.Warning("Skipping callback plugin '" + name + "', unable to load")
		return nil
	}
	if about.Stdout {
		p.run.opts.Display.Verbose(2, "Skipping callback '"+name+"', as we already have a stdout callback.")
		return nil
	}
	if m := p.made(f, name); m != nil {
		return p.sink(m)
	}
	return nil
}

// made makes a callback; one that cannot be made is warned of.
func (p *pythonCallbacks) made(f pyhost.File, name string) *pyhost.Made {
	m, err := p.callbacks.Make(f)
	if err != nil {
		p.run.opts.Display.Warning("Failed to load callback plugin '" + name + "': " + err.Error())
		return nil
	}
	return m
}

func (p *pythonCallbacks) sink(made ...*pyhost.Made) event.Sink {
	p.active = true
	s := &pythonSink{all: p, methods: map[string]bool{}}
	for _, m := range made {
		s.to = append(s.to, m.Number)
		for _, name := range m.Methods {
			s.methods[name] = true
		}
	}
	return s
}

// show shows what callbacks say, in the place where they say it.
func (p *pythonCallbacks) show(s pyhost.Said) {
	d := p.run.opts.Display
	form := callback.Form{Color: s.Color, Stderr: s.Stderr, ScreenOnly: s.ScreenOnly, LogOnly: s.LogOnly, Unended: s.Unended}
	switch s.Level {
	case "display":
		d.Show(s.Text, form)
	case "banner":
		d.ShowBanner(s.Text, form)
	case "error":
		d.Error(s.Text, !s.Stdout)
	default:
		d.Message(event.Message{Level: levels[s.Level], Text: s.Text})
	}
}

// answer answers what callbacks ask about the run.
func (p *pythonCallbacks) answer(question string, args []value.Value) (v value.Value, known bool, err error) {
	r := p.run
	switch question {
	case "run":
		return r.switches(), true, nil
	case "paint":
		return value.String(r.opts.Display.Paint(args[0].String(), args[1].String())), true, nil
	case "yaml_text":
		d, _ := args[0].(*value.Dict)
		indent, _ := args[2].(value.Int)
		return value.String(callback.YAML(d, args[1].Truth(), int(indent))), true, nil
	case "render":
		vars, _ := args[1].(*value.Dict)
		v, err := r.static(vars).Resolve(args[0])
		return v, true, err
	case "extra_variables":
		return r.extra, true, nil
	case "play_variables":
		number, _ := args[0].(value.Int)
		if play, ok := p.plays[int(number)]; ok {
			return play.Variables(args[1].String()), true, nil
		}
		return &value.Dict{}, true, nil
	case "host":
		return r.describe(args[0].String()), true, nil
	}
	return nil, false, nil
}

// switches are what the command line says of the whole run.
func (r *run) switches() *value.Dict {
	o := &r.opts
	d := value.DictOf("check", value.Bool(o.Check), "diff", value.Bool(o.Diff), "verbosity", value.Int(o.Verbosity), "forks", value.Int(o.Forks),
		"color", value.Bool(o.Display.Colored()), "subset", value.None, "tags", strs(o.runTags()), "skip_tags", strs(o.SkipTags),
		"extra_vars", strs(o.ExtraVars), "inventory", strs(o.Inventory), "args", strs(o.Playbooks), "syntax", value.Bool(false),
		"start_at_task", value.None, "step", value.Bool(o.Step))
	if o.Limit != "" {
		d.Set("subset", value.String(o.Limit))
	}
	if o.StartAt != "" {
		d.Set("start_at_task", value.String(o.StartAt))
	}
	return d
}

// describe gives a host's own variables and its groups.
func (r *run) describe(name string) value.Value {
	h := r.host(name)
	if h == nil {
		return value.DictOf("vars", &value.Dict{}, "groups", value.NewList(), "implicit", value.Bool(false))
	}
	return value.DictOf("vars", h.OwnVars(), "groups", strs(append(h.GroupNames(), "all")), "implicit", value.Bool(h.Implicit))
}
