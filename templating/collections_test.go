package templating_test

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/collection"
	"github.com/goplay/goplay/templating/value"
)

// collectionRow is a template that uses a filter, test or lookup of a collection, with what ansible-core 2.19.11 made of it.
type collectionRow struct {
	vars           *value.Dict
	template, want string
	ours           string // what goplay makes of it, where that is something else
}

// collectionFiles are tables of what ansible-core made of templates with ansible.utils 2.10.3, ansible.netcommon 4.1.0, netaddr 0.8
// and Python 3.11.
func collectionFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "collections", "*.jsonl"))
	if err != nil || len(files) < 6 {
		t.Fatal("no rows")
	}
	return files
}

// collectionRows reads a table. A line with "each" is several rows: each stands for %s in the template.
func collectionRows(t *testing.T, file string) []collectionRow {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []collectionRow
	vars := &value.Dict{}
	sc := bufio.NewScanner(bytes.NewReader(data))
	for sc.Buffer(nil, 1<<20); sc.Scan(); {
		v, err := value.FromJSON(sc.Bytes())
		if err != nil {
			t.Fatalf("%s: %s: %s", file, err, sc.Text())
		}
		d := v.(*value.Dict)
		if set, ok := d.Get("vars").(*value.Dict); ok {
			vars = set
			continue
		}
		rows = append(rows, rowsOfLine(t, d, vars)...)
	}
	if sc.Err() != nil {
		t.Fatal(sc.Err())
	}
	return rows
}

func rowsOfLine(t *testing.T, d, vars *value.Dict) []collectionRow {
	r := collectionRow{vars: vars, template: d.Get("template").String(), want: d.Get("want").String()}
	r.ours = r.want
	if ours, ok := d.Lookup("ours"); ok {
		r.ours = ours.String()
		if d.Get("why") == nil {
			t.Errorf("%s deviates without a reason", r.template)
		}
	}
	each, ok := d.Get("each").(*value.List)
	if !ok {
		return []collectionRow{r}
	}
	rows := make([]collectionRow, each.Len())
	for i := range rows {
		rows[i] = r
		rows[i].template = strings.Replace(r.template, "%s", each.Index(i).String(), 1)
	}
	return rows
}

func TestCollections(t *testing.T) {
	e := templating.New()
	for _, file := range collectionFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			env := &templating.Env{Cwd: t.TempDir()}
			for _, r := range collectionRows(t, file) {
				ctx := e.NewContext(dictScope{trusted(r.vars).(*value.Dict)}, env)
				if got := describe(ctx.Resolve(templating.Trusted(r.template, source.Pos{}))); got != r.ours {
					t.Errorf("%s\n got %s\nwant %s", r.template, got, r.ours)
				}
			}
		})
	}
}

// TestCollectionsAreComplete fails for a filter, test or lookup that no row uses.
func TestCollectionsAreComplete(t *testing.T) {
	var used strings.Builder
	for _, file := range collectionFiles(t) {
		for _, r := range collectionRows(t, file) {
			used.WriteString(r.template)
		}
	}
	for name := range collection.Filters() {
		if !strings.Contains(used.String(), "| "+name) && !strings.Contains(used.String(), "|"+name) {
			t.Errorf("no row uses the filter %s", name)
		}
	}
	for name := range collection.Tests() {
		if !strings.Contains(used.String(), " is "+name) {
			t.Errorf("no row uses the test %s", name)
		}
	}
	for name := range collection.Lookups() {
		if !strings.Contains(used.String(), "lookup('"+name+"'") {
			t.Errorf("no row uses the lookup %s", name)
		}
	}
}

// TestCollectionsReference asks the reference itself, with the collections of those versions.
func TestCollectionsReference(t *testing.T) {
	reference := referenceDir(t)
	const packages = "usr/lib/python3/dist-packages"
	for _, file := range collectionFiles(t) {
		rows := collectionRows(t, file)
		cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", filepath.Join("testdata", "collections", "judge.py"))
		cmd.Env = append(os.Environ(), "ANSIBLE_COLLECTIONS_PATH="+filepath.Join(reference, "bookworm", packages),
			"PYTHONPATH="+filepath.Join(reference, "root", packages))
		cmd.Stdin = strings.NewReader(questions(t, rows))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		answers := strings.Split(strings.TrimSpace(string(out)), "\n")
		for i, r := range rows {
			v, err := value.FromJSON([]byte(answers[i]))
			if err != nil {
				t.Fatal(err)
			}
			if v.String() != r.want {
				t.Errorf("%s\n the reference gives %s\n            the row %s", r.template, v, r.want)
			}
		}
	}
}

// questions are rows as the judge reads them.
func questions(t *testing.T, rows []collectionRow) string {
	var s strings.Builder
	for _, r := range rows {
		for _, d := range []*value.Dict{value.DictOf("vars", r.vars), value.DictOf("template", value.String(r.template))} {
			line, err := value.AppendJSON(nil, d, value.JSONOptions{})
			if err != nil {
				t.Fatal(err)
			}
			s.Write(append(line, '\n'))
		}
	}
	return s.String()
}

// TestCollectionHint tells the full name of what is written without one.
func TestCollectionHint(t *testing.T) {
	ctx := templating.New().NewContext(dictScope{}, nil)
	for template, want := range map[string]string{
		"{{ 'x' | usable_range }}":          "Did you mean 'ansible.utils.usable_range'?",
		"{{ 'x' | ansible.utils.ipadr }}":   "Did you mean 'ansible.utils.ipaddr'?",
		"{{ 'x' is in_network('x') }}":      "Did you mean 'ansible.utils.in_network'?",
		"{{ lookup('to_paths', {}) }}":      "Did you mean 'ansible.utils.to_paths'?",
		"{{ 'x' | ansible.utils.ipadddr }}": "Did you mean 'ansible.utils.ipaddr'?",
	} {
		_, err := ctx.Resolve(templating.Trusted(template, source.Pos{}))
		var e *source.Error
		if !errors.As(err, &e) || e.Hint != want {
			t.Errorf("%s: the error is %v, its hint not %q", template, err, want)
		}
	}
}
