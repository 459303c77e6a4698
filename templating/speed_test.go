package templating_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

var speed = flag.Bool("speed", false, "measure beside Jinja2 and the reference's Templar")

// timedCase is a template that is measured.
type timedCase struct {
	Name     string          `json:"-"`
	Template string          `json:"template"`
	Context  json.RawMessage `json:"context"`
	Options  jinjaOptions    `json:"options"`
	Expr     bool            `json:"expr"`
	Seconds  float64         `json:"seconds"` // about how long it is measured
}

func timedCases() []*timedCase {
	cases := []*timedCase{
		{Name: "task argument of 10 lines", Template: argument},
		{Name: "nginx.conf of 60 lines", Template: nginx},
		{Name: "conditional", Template: condition, Expr: true},
	}
	for _, c := range cases {
		c.Context, c.Seconds, c.Options = json.RawMessage(nginxVars), 0.2, jinjaOptions{TrimBlocks: true}
	}
	return cases
}

// benchmark is the case as a benchmark of goplay's, everything compiled.
func (c *timedCase) benchmark(b *testing.B) {
	ctx := templating.New().NewContext(scopeOf(b, string(c.Context)), nil)
	var t value.Value = templating.Trusted(c.Template, source.Pos{})
	if c.Expr {
		t = templating.ExprTemplate(c.Template, source.Pos{})
	}
	for b.Loop() {
		var err error
		if c.Expr {
			_, err = ctx.Condition(t)
		} else {
			_, err = ctx.Resolve(t)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// TestSpeed measures goplay, Jinja2 with the compiled template kept, and the reference's Templar, by turns and in one run, and prints the
// best of each.
func TestSpeed(t *testing.T) {
	if !*speed {
		t.Skip("-speed was not given")
	}
	const rounds = 15
	if err := flag.Set("test.benchtime", "100ms"); err != nil {
		t.Fatal(err)
	}
	jinja, templar := startOracle(t, "jinja.py", "jinja2"), startOracle(t, "templar.py", "ansible.template", referenceEnv())
	var table strings.Builder
	fmt.Fprintf(&table, "%-28s %10s %12s %12s %9s %9s %10s\n", "", "goplay", "jinja2", "Templar", "x jinja2", "x Templar", "allocs")
	for _, c := range timedCases() {
		var ours, theirs, reference float64
		var allocs int64
		for range rounds {
			r := testing.Benchmark(c.benchmark)
			ours, allocs = least(ours, float64(r.T.Nanoseconds())/float64(r.N)), r.AllocsPerOp()
			theirs, reference = least(theirs, jinja.ask(t, c).Seconds*1e9), least(reference, templar.ask(t, c).Seconds*1e9)
		}
		fmt.Fprintf(&table, "%-28s %7.0f ns %9.0f ns %9.0f ns %9.1f %9.0f %10d\n", c.Name, ours, theirs, reference, theirs/ours, reference/ours, allocs)
	}
	hosts := testing.Benchmark(BenchmarkConditionHosts)
	fmt.Fprintf(&table, "%-28s %7.1f ms\n", "conditional on 10,000 hosts", float64(hosts.T.Nanoseconds())/float64(hosts.N)/1e6)
	t.Log("\n" + table.String())
}

// least gives the smaller of what was measured so far, 0 for nothing, and now.
func least(sofar, now float64) float64 {
	if sofar == 0 {
		return now
	}
	return min(sofar, now)
}
