package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// decrypt opens vault data with the secrets of the run, or is nil without any.
func (r *run) decrypt() func([]byte) ([]byte, error) { return r.opts.Decrypt }

func (r *run) decryptText() func(string) (string, error) {
	if r.opts.Decrypt == nil {
		return nil
	}
	return func(text string) (string, error) {
		plain, err := r.opts.Decrypt([]byte(text))
		return string(plain), err
	}
}

// readVaulted reads a file, decrypted where it is vaulted.
func (r *run) readVaulted(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &missingFile{name}
	}
	if err != nil || !bytes.HasPrefix(data, []byte("$ANSIBLE_VAULT;")) {
		return data, err
	}
	if r.opts.Decrypt == nil {
		return nil, value.ErrNoVaultSecrets
	}
	return r.opts.Decrypt(data)
}

// missingFile says that a file is not there, in the reference's words.
type missingFile struct{ name string }

func (e *missingFile) Error() string {
	return fmt.Sprintf("Unable to retrieve file contents.\nCould not find or access '%s' on the Ansible Controller.\n"+
		"If you are using a module and expect the file to exist on the remote, see the remote_src option: [Errno 2] No such file or directory: '%s'", e.name, e.name)
}

// Unwrap makes it an fs.ErrNotExist.
func (e *missingFile) Unwrap() error { return fs.ErrNotExist }

// varsFiles gives the play's vars_files for a host, the last file first: names may depend on the host's variables, and of a list of
// alternatives the first that exists is read.
func (p *play) varsFiles(h *hostState) []*value.Dict {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fileVars[h.name]
}

// loadVarsFiles reads the vars_files for every host of the play.
func (p *play) loadVarsFiles() error {
	if len(p.p.VarsFiles) == 0 {
		return nil
	}
	cache := map[string]*value.Dict{}
	for _, h := range p.all {
		var layers []*value.Dict
		for _, entry := range p.p.VarsFiles {
			d, err := p.varsFile(h, entry, layers, cache)
			if err != nil {
				return err
			}
			if d != nil {
				layers = append([]*value.Dict{d}, layers...)
			}
		}
		p.mu.Lock()
		p.fileVars[h.name] = layers
		p.mu.Unlock()
	}
	return nil
}

func (p *play) varsFile(h *hostState, entry value.Value, before []*value.Dict, cache map[string]*value.Dict) (*value.Dict, error) {
	alternatives := []value.Value{entry}
	if l, ok := entry.(*value.List); ok {
		alternatives = l.Elems
	}
	ctx := p.run.static(append(append([]*value.Dict{}, before...), p.prompted, p.playVars, p.run.hostDict(h.inv))...)
	for _, a := range alternatives {
		v, err := ctx.Resolve(a)
		if err != nil {
			continue // its name needs what is not known yet
		}
		d, err := p.readVarsFile(v.String(), cache)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return d, err
		}
	}
	return nil, nil // as in the reference, a file that is not there is passed over
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

func (p *play) readVarsFile(name string, cache map[string]*value.Dict) (*value.Dict, error) {
	path := p.varsPath(name)
	if d, ok := cache[path]; ok {
		return d, nil
	}
	data, err := p.run.readVaulted(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, invalidVarsFile(path, err)
	}
	v, err := document.Options{Decrypt: p.run.decryptText(), Warn: p.run.documentWarning}.Load(path, data)
	if err != nil {
		return nil, err
	}
	d, ok := v.(*value.Dict)
	if !ok && v != value.None {
		return nil, source.New(source.Pos{File: path}, fmt.Sprintf("Invalid vars_files entry. Must be a dictionary, not %s.", v.Type()))
	}
	cache[path] = d
	return d, nil
}
