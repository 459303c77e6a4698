// Package table reads the tables that prove the language: files of rows, each a template with what the reference makes of it. Tests
// replay the rows and count which names they use.
//
// A file has a JSON object a line. {"set": NAME, "vars": {…}} gives a name to variables, in which text with markers is a template;
// {"set": NAME, "template": TEXT, "want": RESULT} is a row. RESULT is the type and repr of a value, or "error" and the message. A row
// on which goplay differs on purpose has "ours", what goplay gives, and "why".
package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Row is a line of a table.
type Row struct {
	File     string `json:"-"` // without folder and extension
	Line     int    `json:"-"`
	Set      string `json:"set,omitempty"`
	Template string `json:"template"`
	Want     string `json:"want"`
	Ours     string `json:"ours,omitempty"`
	Why      string `json:"why,omitempty"`
}

// String tells the row's place.
func (r Row) String() string { return fmt.Sprintf("%s.jsonl:%d", r.File, r.Line) }

// Result is what goplay gives.
func (r Row) Result() string {
	if r.Ours != "" {
		return r.Ours
	}
	return r.Want
}

// Table is a file.
type Table struct {
	Name string
	Rows []Row
	Sets map[string]json.RawMessage // the variables, by the names of their sets
}

// Load reads all tables of a folder.
func Load(dir string) ([]*Table, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	var out []*Table
	for _, f := range files {
		t, err := read(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		out = append(out, t)
	}
	return out, nil
}

func read(path string) (*Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: strings.TrimSuffix(filepath.Base(path), ".jsonl"), Sets: map[string]json.RawMessage{"": []byte("{}")}}
	for i, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var row struct {
			Row
			Vars json.RawMessage
		}
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&row); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if row.Vars != nil {
			t.Sets[row.Set] = row.Vars
			continue
		}
		row.File, row.Line = t.Name, i+1
		if _, ok := t.Sets[row.Set]; !ok {
			return nil, fmt.Errorf("line %d: no variables are named %q", i+1, row.Set)
		}
		t.Rows = append(t.Rows, row.Row)
	}
	return t, nil
}

// Record writes the table anew with what a judge has given for each row. What is no longer a deviation loses its reason.
func (t *Table) Record(dir string, given []string) error {
	path := filepath.Join(dir, t.Name+".jsonl")
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	for i, r := range t.Rows {
		if r.Want = given[i]; r.Want == r.Ours {
			r.Ours, r.Why = "", ""
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			return err
		}
		lines[r.Line-1] = bytes.TrimSpace(b.Bytes())
	}
	return os.WriteFile(path, append(bytes.Join(lines, []byte("\n")), '\n'), 0o644)
}
