package templating_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/filter"
	"github.com/goplay/goplay/templating/lookup"
	"github.com/goplay/goplay/templating/test"
	"github.com/goplay/goplay/templating/value"
)

// languageRow is a line of testdata/language.jsonl: what a template gives, as ansible-core 2.19.11 recorded it: type and repr of the
// value, or "error" and the message.
type languageRow struct{ kind, name, template, want string }

func languageRows(t testing.TB) []languageRow {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "language.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []languageRow
	for sc := bufio.NewScanner(f); sc.Scan(); {
		v, err := value.FromJSON(sc.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		d := v.(*value.Dict)
		rows = append(rows, languageRow{d.Get("kind").String(), d.Get("name").String(), d.Get("template").String(), d.Get("want").String()})
	}
	return rows
}

func describe(v value.Value, err error) string {
	if err != nil {
		return "error " + err.Error()
	}
	return v.Type() + " " + value.Repr(v)
}

func TestLanguage(t *testing.T) {
	e := templating.New()
	ctx := e.NewContext(dictScope{}, &templating.Env{Cwd: t.TempDir()})
	for _, r := range languageRows(t) {
		t.Run(r.kind+"/"+r.name, func(t *testing.T) {
			if got := describe(ctx.Resolve(templating.Trusted(r.template, source.Pos{}))); got != r.want {
				t.Errorf("%s\n got %s\nwant %s", r.template, got, r.want)
			}
		})
	}
}

// TestLanguageIsComplete fails for a filter or test that has no row, or whose row does not use it.
func TestLanguageIsComplete(t *testing.T) {
	rows := map[string]string{}
	for _, r := range languageRows(t) {
		rows[r.kind+" "+r.name] = r.template
	}
	check := func(kind, name string) {
		template, ok := rows[kind+" "+name]
		if !ok {
			t.Errorf("the %s %s has no row", kind, name)
		} else if !strings.Contains(template, name) {
			t.Errorf("the row of the %s %s does not use it", kind, name)
		}
	}
	for name := range filter.Ansible() {
		if !strings.Contains(name, ".") {
			check("filter", name)
		}
	}
	for name := range test.Ansible() {
		if !strings.Contains(name, ".") {
			check("test", name)
		}
	}
	for name := range lookup.Plugins() {
		if _, ok := lookupRows[name]; !ok && !strings.Contains(name, ".") {
			t.Errorf("the lookup %s has no row", name)
		}
	}
}

// lookupRows have one expression for each lookup; DIR is a folder with the files of TestLookups.
var lookupRows = map[string][2]string{
	"cartesian":           {`query('cartesian', [1, 2], ['a'])`, `list [[1, 'a'], [2, 'a']]`},
	"config":              {`lookup('config', 'DEFAULT_FORKS')`, `int 5`},
	"csvfile":             {`lookup('csvfile', 'k file=DIR/x.csv delimiter=, col=2')`, `str 'w'`},
	"dict":                {`query('dict', {'a': 1})`, `list [{'key': 'a', 'value': 1}]`},
	"env":                 {`lookup('env', 'GOPLAY_TEST_VARIABLE')`, `str 'set'`},
	"file":                {`lookup('file', 'x.txt')`, `str 'text'`},
	"fileglob":            {`query('fileglob', 'x.*') | map('basename') | list`, `list ['x.txt']`},
	"first_found":         {`lookup('first_found', ['nope', 'x.txt']) | basename`, `str 'x.txt'`},
	"flattened":           {`query('flattened', [1, [2, [3]]])`, `list [1, 2, 3]`},
	"indexed_items":       {`query('indexed_items', ['a', 'b'])`, `list [[0, 'a'], [1, 'b']]`},
	"ini":                 {`lookup('ini', 'a', section='s', file='DIR/x.ini')`, `str '1'`},
	"inventory_hostnames": {`query('inventory_hostnames', 'all', '!b')`, `list ['all:!b']`},
	"items":               {`query('items', [1, [2]], 3)`, `list [1, [2], 3]`},
	"lines":               {`query('lines', 'echo a; echo b')`, `list ['a', 'b']`},
	"list":                {`query('list', [1], 2)`, `list [[1], 2]`},
	"nested":              {`query('nested', [1], ['a', 'b'])`, `list [[1, 'a'], [1, 'b']]`},
	"password":            {`lookup('password', 'DIR/pw length=7 chars=digits') == lookup('password', 'DIR/pw')`, `bool True`},
	"pipe":                {`lookup('pipe', 'echo a; echo b')`, `str 'a\nb'`},
	"random_choice":       {`lookup('random_choice', 'a', 'a')`, `str 'a'`},
	"sequence":            {`query('sequence', 'start=1 end=5 stride=2 format=x%02d')`, `list ['x01', 'x03', 'x05']`},
	"subelements":         {`query('subelements', [{'a': 1, 'b': [1, 2]}], 'b')`, `list [[{'a': 1}, 1], [{'a': 1}, 2]]`},
	"template":            {`lookup('template', 'x.j2', template_vars={'v': 5})`, `str 'v is 5\n'`},
	"together":            {`query('together', [1, 2], ['a'])`, `list [[1, 'a'], [2, None]]`},
	"unvault":             {`lookup('unvault', 'x.txt')`, `str 'text\n'`},
	"url":                 {`lookup('url', 'URL')`, `str 'one,two'`},
	"varnames":            {`query('varnames', '^hid')`, `list ['hidden']`},
	"vars":                {`lookup('vars', 'hidden')`, `str 'a 1'`},
}
