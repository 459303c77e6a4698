package parity

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

// outcome is what a program made of a row: named texts, in order.
type outcome []section

type section struct {
	name string
	text string
}

func (o *outcome) add(name, text string) {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n" // as txtar would
	}
	*o = append(*o, section{name, text})
}

func (o outcome) get(name string) string {
	for _, s := range o {
		if s.name == name {
			return s.text
		}
	}
	return ""
}

// sorted has the results below each heading in the hosts' order.
func (o outcome) sorted() outcome {
	var out outcome
	for _, s := range o {
		out.add(s.name, sortResults(s.text))
	}
	return out
}

// differences is a unified diff of each section that differs, or nothing.
func differences(wantName string, want outcome, gotName string, got outcome) string {
	var text bytes.Buffer
	for _, s := range got {
		text.Write(diff.Diff(wantName+": "+s.name, []byte(want.get(s.name)), gotName+": "+s.name, []byte(s.text)))
	}
	for _, s := range want {
		if got.get(s.name) == "" && s.text != "" && !got.has(s.name) {
			fmt.Fprintf(&text, "%s has no %s\n", gotName, s.name)
		}
	}
	return text.String()
}

func (o outcome) has(name string) bool {
	for _, s := range o {
		if s.name == name {
			return true
		}
	}
	return false
}

// record is a row's .golden file.
type record struct {
	version   string  // of the reference
	reference outcome // what it gave
	goplay    outcome // what goplay gives, where it deviates
}

const ours = "goplay/"

func readRecord(path string) (*record, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	archive := txtar.Parse(data)
	r := &record{version: strings.TrimSpace(strings.TrimPrefix(string(archive.Comment), "reference:"))}
	for _, file := range archive.Files {
		if name, deviates := strings.CutPrefix(file.Name, ours); deviates {
			r.goplay.add(name, string(file.Data))
		} else {
			r.reference.add(file.Name, string(file.Data))
		}
	}
	return r, nil
}

func (r *record) write(path string) error {
	archive := &txtar.Archive{Comment: []byte("reference: " + r.version + "\n")}
	for _, s := range r.reference {
		archive.Files = append(archive.Files, txtar.File{Name: s.name, Data: []byte(s.text)})
	}
	for _, s := range r.goplay {
		archive.Files = append(archive.Files, txtar.File{Name: ours + s.name, Data: []byte(s.text)})
	}
	return os.WriteFile(path, txtar.Format(archive), 0o644)
}

// treeOf lists a folder: kind, mode and content of each path, small texts in full.
func treeOf(folder string, normal func(string) string) (string, error) {
	var text strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) || path == folder {
			return nil
		}
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(folder, path) // below it
		fmt.Fprintf(&text, "%s %s\n", normal(rel), describe(path, info, normal))
		return nil
	})
	return text.String(), err
}

func describe(path string, info fs.FileInfo, normal func(string) string) string {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		to, err := os.Readlink(path)
		if err != nil {
			return err.Error()
		}
		return "link -> " + normal(to)
	case info.IsDir():
		return fmt.Sprintf("dir %04o", info.Mode().Perm())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	if len(data) > 4000 || bytes.IndexByte(data, 0) >= 0 {
		return fmt.Sprintf("file %04o %d bytes sha256 %.16x", info.Mode().Perm(), len(data), sha256.Sum256(data))
	}
	return fmt.Sprintf("file %04o\n    %s", info.Mode().Perm(), strings.ReplaceAll(normal(string(data)), "\n", "\n    "))
}
