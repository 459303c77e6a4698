package factcache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// maxFile bounds what is read of a file: far above the facts of any host.
const maxFile = 64 << 20

// files is a folder with a file a host.
type files struct {
	plugin string // jsonfile or yaml
	dir    string
	o      Options
}

var _ Cache = (*files)(nil)

// openFiles makes the folder where it is missing.
func openFiles(plugin string, o Options) (Cache, error) {
	dir := expanded(o.Connection)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, said("Error in '%s' cache plugin while trying to create cache dir '%s': %w", plugin, dir, err)
	}
	return &files{plugin: plugin, dir: dir, o: o}, nil
}

// path is not made shorter: a host's name with slashes and dots must not lead elsewhere.
func (f *files) path(host string) string { return f.dir + "/" + f.o.Prefix + schema + host }

// Get reads a host's file. One that cannot be understood is removed, so that the next run goes well.
func (f *files) Get(host string) (*value.Dict, error) {
	path := f.path(host)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, said("Error while accessing the cache file '%s': %w", path, err)
	case f.o.Timeout > 0 && time.Since(info.ModTime()) > f.o.Timeout:
		return nil, nil
	case info.IsDir() || info.Size() > maxFile:
		return nil, said("Error while accessing the cache file '%s': it is a folder, or too large", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, said("Error while accessing the cache file '%s': %w", path, err)
	}
	facts, err := f.parse(path, data)
	switch {
	case errors.Is(err, errNoPayload):
		return nil, nil
	case err != nil:
		return nil, f.corrupt(path, err)
	}
	return facts, nil
}

func (f *files) parse(path string, data []byte) (*value.Dict, error) {
	read := value.FromJSON
	if f.plugin == "yaml" {
		read = func(data []byte) (value.Value, error) { return document.Options{Data: true}.Load(path, data) }
	}
	kept, err := read(data)
	if err != nil {
		return nil, err
	}
	return unpack(kept)
}

func (f *files) corrupt(path string, why error) error {
	f.o.Warn(fmt.Sprintf("error in '%s' cache plugin while trying to read %s : %v. Most likely a corrupt file, so erasing and failing.", f.plugin, path, why))
	_ = os.Remove(path) // the error that follows is the one that matters
	return said("The cache file %s was corrupt, or did not otherwise contain valid data. It has been removed, "+
		"so you can re-run your command now.", path)
}

// Set writes a host's file anew. A folder that cannot be written is worth a warning.
func (f *files) Set(host string, facts *value.Dict) error {
	text, err := pack(facts)
	if err != nil {
		return err
	}
	kept, err := value.AppendJSON(nil, value.DictOf(payloadKey, value.String(text)), value.JSONOptions{EnsureASCII: true})
	if err != nil {
		return err
	}
	if f.plugin == "yaml" {
		kept = append(kept[1:len(kept)-1], '\n') // a key and a text in double quotes are YAML without the braces, too
	}
	if err := replace(f.path(host), kept); err != nil {
		f.o.Warn(fmt.Sprintf("error in '%s' cache plugin while trying to write to '%s' : %v", f.plugin, f.path(host), err))
	}
	return nil
}

// replace writes a file so that who reads it meanwhile sees the old content or the new one.
func replace(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // what went wrong is told
	}
	return err
}

// Delete removes a host's file.
func (f *files) Delete(host string) error {
	if err := os.Remove(f.path(host)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.o.Warn(fmt.Sprintf("error in '%s' cache plugin while trying to delete '%s' : %v", f.plugin, f.path(host), err))
	}
	return nil
}

// Close has nothing to end.
func (*files) Close() {}
