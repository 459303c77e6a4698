package powershell

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// onFile makes a member of a function of the path here that its first argument names.
func onFile(f func(here string, args []any) (any, error)) static {
	return func(r *runspace, args []any) (any, error) {
		v, err := f(r.machine.path(Text(args[0])), args)
		if err != nil {
			return nil, shown(err, Text(args[0]))
		}
		return v, nil
	}
}

// onFiles is onFile for two paths.
func onFiles(f func(from, to string, args []any) error) static {
	return func(r *runspace, args []any) (any, error) {
		if err := f(r.machine.path(Text(args[0])), r.machine.path(Text(args[1])), args); err != nil {
			return nil, shown(err, Text(args[0]))
		}
		return void{}, nil
	}
}

var fileStatics = map[string]static{
	"io.file::exists": onFile(func(here string, _ []any) (any, error) {
		info, err := os.Stat(here)
		return err == nil && !info.IsDir(), nil
	}),
	"io.directory::exists": onFile(func(here string, _ []any) (any, error) {
		info, err := os.Stat(here)
		return err == nil && info.IsDir(), nil
	}),
	"io.directory::createdirectory": onFile(func(here string, _ []any) (any, error) {
		return &Object{Type: "System.IO.DirectoryInfo"}, os.MkdirAll(here, 0o755)
	}),
	"io.file::readallbytes": onFile(func(here string, _ []any) (any, error) { return os.ReadFile(here) }),
	"io.file::readalltext": onFile(func(here string, _ []any) (any, error) {
		data, err := os.ReadFile(here)
		return string(data), err
	}),
	"io.file::writeallbytes": onFile(func(here string, args []any) (any, error) {
		b, err := bytesOf(args[1])
		if err != nil {
			return nil, err
		}
		return void{}, os.WriteFile(here, b, 0o644)
	}),
	"io.file::writealltext": onFile(func(here string, args []any) (any, error) {
		return void{}, os.WriteFile(here, []byte(Text(args[1])), 0o644)
	}),
	"io.file::delete": onFile(func(here string, _ []any) (any, error) {
		if err := os.Remove(here); err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		return void{}, nil
	}),
	"io.file::replace": onFiles(func(from, to string, _ []any) error { return os.Rename(from, to) }),
	"io.file::move": onFiles(func(from, to string, _ []any) error {
		if _, err := os.Stat(to); err == nil {
			return fs.ErrExist
		}
		return os.Rename(from, to)
	}),
	"io.file::copy": onFiles(func(from, to string, args []any) error {
		if _, err := os.Stat(to); err == nil && (len(args) < 3 || !truth(args[2])) {
			return fs.ErrExist
		}
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	}),
	"io.file::open": onFile(func(here string, args []any) (any, error) {
		flags := os.O_RDONLY
		if strings.EqualFold(Text(args[1]), "Append") {
			flags = os.O_WRONLY | os.O_APPEND | os.O_CREATE
		}
		f, err := os.OpenFile(here, flags, 0o644)
		if err != nil {
			return nil, err
		}
		return &Object{Type: "System.IO.FileStream", inner: io.Reader(f), methods: map[string]method{
			"dispose": func([]any) (any, error) { return void{}, f.Close() },
			"write": func(args []any) (any, error) {
				b, err := bytesOf(args[0])
				if err == nil {
					_, err = f.Write(b)
				}
				return void{}, err
			},
		}}, nil
	}),
	"io.file::getlastwritetimeutc": onFile(func(here string, _ []any) (any, error) {
		info, err := os.Stat(here)
		if err != nil {
			return nil, err
		}
		return moment(info.ModTime().UTC()), nil
	}),
	"io.directory::getfiles": func(r *runspace, args []any) (any, error) {
		return r.machine.filesOf(Text(args[0]), Text(args[1])), nil
	},
	"io.fileinfo::new":      func(r *runspace, args []any) (any, error) { return r.machine.file(Text(args[0]), false), nil },
	"io.directoryinfo::new": func(r *runspace, args []any) (any, error) { return r.machine.file(Text(args[0]), true), nil },
}

// file is what is known of a file or folder.
func (m *Machine) file(name string, dir bool) *Object {
	here := m.path(name)
	o := &Object{Type: "System.IO.FileInfo", text: name}
	attributes, bits := "Archive", 32
	if dir {
		o.Type, attributes, bits = "System.IO.DirectoryInfo", "Directory", 16
	}
	base := name[strings.LastIndexAny(name, `\/`)+1:]
	o.Fields.Set("FullName", name)
	o.Fields.Set("Name", base)
	o.Fields.Set("Extension", filepath.Ext(base))
	o.Fields.Set("Attributes", &Object{Type: "System.IO.FileAttributes", text: attributes, inner: bits})
	if info, err := os.Stat(here); err == nil {
		o.Fields.Set("Length", int(info.Size()))
		for _, field := range []string{"CreationTimeUtc", "LastAccessTimeUtc", "LastWriteTimeUtc"} {
			o.Fields.Set(field, moment(info.ModTime().UTC()))
		}
	}
	o.methods = map[string]method{
		"getfiles": func([]any) (any, error) {
			a := &Array{}
			err := filepath.WalkDir(here, func(p string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					a.Items = append(a.Items, m.file(name+`\`+strings.ReplaceAll(strings.TrimPrefix(p, here+"/"), "/", `\`), false))
				}
				return err
			})
			return a, err
		},
		"set_lastwritetime": func(args []any) (any, error) {
			when := args[0].(*Object).inner.(time.Time)
			return void{}, os.Chtimes(here, when, when)
		},
	}
	return o
}
