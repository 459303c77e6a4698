package runner

import (
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/vars"
)

// Read is a variable that an evaluation has read, and where it comes from.
type Read struct {
	Host  string
	Name  string
	Level string     // Ansible's name of the level of precedence: "extra vars", "inventory group_vars/web"; "" for one that is not defined
	Pos   source.Pos // unknown for what no file says
}

// trace notes which variables are read.
type trace struct {
	reads []Read
	seen  map[Read]bool
}

// of gives what a scope of a host's variables tells its reads to, or nil where there is no trace.
func (t *trace) of(host string) func(name string, from vars.Level) {
	if t == nil {
		return nil
	}
	return func(name string, from vars.Level) { t.note(Read{Host: host, Name: name, Level: string(from)}) }
}

func (t *trace) note(r Read) {
	if !t.seen[r] {
		t.seen[r] = true
		t.reads = append(t.reads, r)
	}
}

// take gives the reads so far and forgets them.
func (t *trace) take() []Read {
	reads := t.reads
	t.reads, t.seen = nil, map[Read]bool{}
	return reads
}

// origin completes a read with its place.
func (r *run) origin(read Read) Read {
	switch vars.Level(read.Level) {
	case vars.ExtraVars:
		read.Pos = r.extraVarPos(read.Name)
	case vars.Inventory:
		if o, ok := r.inv.Origin(r.host(read.Host), r.playbookDir, read.Name); ok {
			read.Level, read.Pos = o.Level, o.Pos
		}
	}
	return read
}

// extraVarPos finds the last -e that sets a variable.
func (r *run) extraVarPos(name string) source.Pos {
	var pos source.Pos
	for _, text := range r.opts.ExtraVars {
		d, err := r.extraVar(text)
		if _, ok := d.Lookup(name); !ok || err != nil {
			continue
		}
		pos = source.Pos{File: source.ExtraVars}
		if file, isFile := extraVarsFile(text); isFile {
			pos = r.keyPos(file, name)
		}
	}
	return pos
}

// keyPos finds a variable in a YAML file.
func (r *run) keyPos(file, name string) source.Pos {
	data, err := r.readVaulted(file)
	if err != nil {
		return source.Pos{File: file}
	}
	root, err := source.ParseYAMLDocument(file, data)
	if err != nil {
		return source.Pos{File: file}
	}
	return source.KeyPos(file, root, name)
}
