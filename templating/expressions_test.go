package templating_test

import (
	"bufio"
	"os"
	"path/filepath"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// TestExpressions replays testdata/expressions.jsonl: templates over sets of variables with what ansible-core 2.19.11 made of them.
func TestExpressions(t *testing.T) {
	f, err := os.Open(filepath.Join("testdata", "expressions.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e := templating.New()
	sets := map[string]templating.Scope{}
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		v, err := value.FromJSON(sc.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		d := v.(*value.Dict)
		set := d.Get("set").String()
		if vars, ok := d.Get("vars").(*value.Dict); ok {
			sets[set] = dictScope{trusted(vars).(*value.Dict)}
			continue
		}
		n++
		template, want := d.Get("template").String(), d.Get("want").String()
		if ours, deviates := d.Lookup("ours"); deviates {
			want = ours.String()
			if d.Get("why") == nil {
				t.Errorf("%s deviates without a reason", template)
			}
		}
		ctx := e.NewContext(sets[set], &templating.Env{Cwd: t.TempDir()})
		if got := describe(ctx.Resolve(templating.Trusted(template, source.Pos{}))); got != want {
			t.Errorf("%s\n got %s\nwant %s", template, got, want)
		}
	}
	if n < 150 {
		t.Errorf("only %d rows", n)
	}
}
