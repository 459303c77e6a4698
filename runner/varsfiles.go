package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// hostFiles are a host's vars_files, as they are with the facts that it had.
type hostFiles struct {
	facts  *value.Dict
	layers []*value.Dict
}

// varsFiles gives the play's vars_files for a host, the last file first. Their names may depend on facts, and so are looked at again
// when those change.
func (p *play) varsFiles(h *hostState) []*value.Dict {
	if len(p.p.VarsFiles) == 0 {
		return nil
	}
	facts := p.run.store.Known(h.name)
	p.mu.Lock()
	have, ok := p.fileVars[h.name]
	p.mu.Unlock()
	if ok && (have.facts == facts || p.fixedFiles) {
		return have.layers
	}
	layers, err := p.readVarsFiles(h)
	if err != nil {
		p.run.fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fileVars[h.name] = hostFiles{facts, layers}
	return layers
}

// loadVarsFiles reads the vars_files for every host of the play, and warns of those that depend on the host, as the reference does.
func (p *play) loadVarsFiles() error {
	p.fixedFiles = true
	for _, entry := range p.p.VarsFiles {
		for _, name := range alternatives(entry) {
			t, ok := name.(*value.Template)
			p.fixedFiles = p.fixedFiles && !ok
			if !ok {
				continue
			}
			_, err := p.static().Resolve(t)
			var undefined *templating.UndefinedError
			if err != nil && !errors.As(err, &undefined) {
				return endsRun(err)
			}
			if err != nil {
				p.run.warn("skipping vars_files item due to an undefined variable", t.Pos)
				break
			}
		}
	}
	for _, h := range p.all {
		layers, err := p.readVarsFiles(h)
		if err != nil {
			return err
		}
		p.mu.Lock()
		p.fileVars[h.name] = hostFiles{p.run.store.Known(h.name), layers}
		p.mu.Unlock()
	}
	return nil
}

// alternatives are the names of an entry of vars_files: of a list the first file that exists is read.
func alternatives(entry value.Value) []value.Value {
	if l, ok := entry.(*value.List); ok {
		return l.Elems
	}
	return []value.Value{entry}
}

func (p *play) readVarsFiles(h *hostState) ([]*value.Dict, error) {
	var layers []*value.Dict
	for _, entry := range p.p.VarsFiles {
		d, err := p.varsFile(h, entry, layers)
		if err != nil {
			return nil, err
		}
		if d != nil {
			layers = append([]*value.Dict{d}, layers...)
		}
	}
	return layers, nil
}

func (p *play) varsFile(h *hostState, entry value.Value, before []*value.Dict) (*value.Dict, error) {
	ctx := p.varsFileContext(h, before)
	for _, a := range alternatives(entry) {
		v, err := ctx.Resolve(a)
		if err != nil {
			return nil, nil // its name needs what is not known yet
		}
		if v.Type() != "str" {
			return nil, playbook.NoVarsFile(posOf(a, source.Pos{}), v)
		}
		d, err := p.readVarsFile(v.String())
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return d, err
		}
	}
	return nil, nil // as in the reference, a file that is not there is passed over
}

// varsFileContext has what names of vars_files may depend on: facts, the inventory and the play, but not what tasks set.
func (p *play) varsFileContext(h *hostState, before []*value.Dict) *templating.Context {
	s := &vars.Scope{Merge: p.run.mergesDicts()}
	s.Add(vars.Magic, &hostMagic{run: p.run, play: p, host: h})
	s.Push(vars.ExtraVars, p.run.extra)
	s.Push(vars.VarsFiles, before...)
	s.Push(vars.VarsPrompt, p.prompted)
	s.Push(vars.PlayVars, p.playVars)
	s.Add(vars.Facts, p.run.injected(h.name))
	s.Push(vars.Inventory, p.run.hostDict(h.inventory(), nil))
	return p.run.engine.NewContext(s, p.run.env([]string{p.run.playbookDir}))
}

func (p *play) varsPath(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	for _, dir := range []string{filepath.Join(p.p.Dir, "vars"), p.p.Dir} {
		if path := filepath.Join(dir, name); exists(path) {
			return path
		}
	}
	return filepath.Join(p.p.Dir, name)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func invalidVarsFile(path string, err error) error {
	why := source.At(source.Pos{File: path}, err.Error(), nil)
	return &source.Error{Msg: fmt.Sprintf("Invalid vars_files file '%s'", path), Err: why, Exit: source.ExitGeneric}
}

func (p *play) readVarsFile(name string) (*value.Dict, error) {
	path := p.varsPath(name)
	p.mu.Lock()
	d, ok := p.readFiles[path]
	p.mu.Unlock()
	if ok {
		return d, nil
	}
	data, err := p.run.readVaulted(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if unread := (*source.Error)(nil); errors.As(err, &unread) && !unread.Pos.IsValid() {
			return nil, unread
		}
		return nil, invalidVarsFile(path, err)
	}
	d, err = p.run.parseVars(path, data)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readFiles[path] = d
	return d, nil
}

// parseVars reads the text of a file of variables, nil for an empty one, and warns of their names. A file may have a list of dicts, of which
// later ones win.
func (r *run) parseVars(path string, data []byte) (*value.Dict, error) {
	n, err := source.ParseYAMLDocument(path, data)
	if err != nil || n == nil {
		return nil, err
	}
	all := &value.Dict{}
	o := r.documents()
	for _, part := range document.Parts(n) {
		v, err := o.ToValue(path, part)
		if err != nil {
			return nil, err
		}
		d, ok := v.(*value.Dict)
		switch {
		case ok:
		case part == n && !v.Truth():
			return nil, nil
		default:
			return nil, &source.Error{
				Pos: source.NodePos(path, part), Msg: "Invalid variable file contents.",
				Hint: "Variable files must contain either a dictionary of variables, or a list of dictionaries.",
			}
		}
		fields, err := document.Options{}.Fields(path, document.Deref(part))
		if err != nil {
			return nil, err
		}
		for _, f := range fields {
			r.warnReservedName(f.Name, f.Pos)
		}
		all = r.united(all, d)
	}
	return all, nil
}

// united puts a dict over another one, as hash_behaviour says.
func (r *run) united(under, over *value.Dict) *value.Dict {
	if r.mergesDicts() {
		return under.Merged(over)
	}
	under.Update(over)
	return under
}
