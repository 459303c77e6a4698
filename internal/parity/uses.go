package parity

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Many small playbooks that differ in a few lines are one row: a playbook with a mark, and a table of what is put in its place, each for
// a run of its own.

// mark is the place in the playbook that a use is put in; the use's lines are indented as far as it.
const mark = "@@"

// usesOf is the table of a row and the command line that each entry of it is run with, whose first word is the playbook.
type usesOf struct {
	table, args string
	list        []string
}

func (r *row) setEach(value string) error {
	table, args, found := strings.Cut(value, " ")
	if !found {
		return fmt.Errorf("each: want TABLE PLAYBOOK ..., have %q", value)
	}
	r.each = &usesOf{table: table, args: args}
	return nil
}

// expand makes a run of each entry of the row's table.
func (r *row) expand() error {
	if r.each == nil {
		return nil
	}
	if len(r.runs) > 0 {
		return errors.New("have both run and each")
	}
	r.each.list = readUses(string(r.file(r.each.table).Data))
	for range r.each.list {
		r.runs = append(r.runs, r.each.args)
	}
	return nil
}

// readUses reads a table: an entry has a line, and more where these begin with "+ ". Lines that begin with # are comments.
func readUses(text string) []string {
	var uses []string
	for _, line := range strings.Split(text, "\n") {
		more, continued := strings.CutPrefix(line, "+ ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case continued && len(uses) > 0:
			uses[len(uses)-1] += "\n" + more
		default:
			uses = append(uses, line)
		}
	}
	return uses
}

// put writes the playbook of one entry.
func (u *usesOf) put(r *row, folder, use string) error {
	name, _, _ := strings.Cut(u.args, " ")
	data := r.file(name).Data
	at := bytes.Index(data, []byte(mark))
	if at < 0 {
		return fmt.Errorf("%s has no %s", name, mark)
	}
	indent := strings.Repeat(" ", at-bytes.LastIndexByte(data[:at], '\n')-1)
	text := strings.ReplaceAll(use, "\n", "\n"+indent)
	return os.WriteFile(filepath.Join(folder, "play", name), bytes.Replace(data, []byte(mark), []byte(text), 1), 0o644)
}

func (r *row) file(name string) txtar.File {
	for _, f := range r.files {
		if f.Name == name {
			return f
		}
	}
	return txtar.File{}
}
