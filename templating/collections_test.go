package templating_test

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// collectionRow is a template that uses a filter, test or lookup of a collection, with what ansible-core 2.19.11 made of it.
type collectionRow struct {
	scope          templating.Scope
	template, want string
	ours           string // what goplay makes of it, where that is something else
}

// collectionRows reads testdata/collections: what ansible-core made of templates with ansible.utils 2.10.3 and
// ansible.netcommon 4.1.0. A line with "each" is several rows: each stands for %s in the template.
func collectionRows(t *testing.T, file string) []collectionRow {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []collectionRow
	scope := dictScope{}
	sc := bufio.NewScanner(bytes.NewReader(data))
	for sc.Buffer(nil, 1<<20); sc.Scan(); {
		v, err := value.FromJSON(sc.Bytes())
		if err != nil {
			t.Fatalf("%s: %s: %s", file, err, sc.Text())
		}
		d := v.(*value.Dict)
		if vars, ok := d.Get("vars").(*value.Dict); ok {
			scope = dictScope{trusted(vars).(*value.Dict)}
			continue
		}
		rows = append(rows, rowsOfLine(t, d, scope)...)
	}
	if sc.Err() != nil {
		t.Fatal(sc.Err())
	}
	return rows
}

func rowsOfLine(t *testing.T, d *value.Dict, scope templating.Scope) []collectionRow {
	r := collectionRow{scope: scope, template: d.Get("template").String(), want: d.Get("want").String()}
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
	files, err := filepath.Glob(filepath.Join("testdata", "collections", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatal("no rows")
	}
	if f := os.Getenv("ROWS"); f != "" {
		files = []string{f}
	}
	e := templating.New()
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			for _, r := range collectionRows(t, file) {
				ctx := e.NewContext(r.scope, &templating.Env{Cwd: t.TempDir()})
				if got := describe(ctx.Resolve(templating.Trusted(r.template, source.Pos{}))); got != r.ours {
					t.Errorf("%s\n got %s\nwant %s", r.template, got, r.ours)
				}
			}
		})
	}
}
