package playbook

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden reads every testdata/*/site.yml and compares what it was read as (or the error) with want.txt beside it.
func TestGolden(t *testing.T) {
	dirs, err := filepath.Glob("testdata/*/site.yml")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, site := range dirs {
		dir := filepath.Dir(site)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			got := read(t, site)
			want := filepath.Join(dir, "want.txt")
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			b, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(b) {
				t.Errorf("got\n%s\nwant\n%s", got, b)
			}
		})
	}
}

func read(t *testing.T, site string) string {
	root, err := filepath.Abs(filepath.Dir(site))
	if err != nil {
		t.Fatal(err)
	}
	d := &dump{root: root}
	l := NewLoader(Options{Render: renderSimple})
	pb, err := l.Playbook(site)
	if err != nil {
		d.line(0, "%s", describe(err))
		return d.String()
	}
	for _, p := range pb.Plays {
		d.play(p)
		d.includes(l, p)
	}
	return d.String()
}

// includes shows what the play's includes bring in, where their names are no templates.
func (d *dump) includes(l *Loader, p *Play) {
	for _, n := range p.Tasks {
		t, ok := n.(*Task)
		if !ok || t.Include == nil {
			continue
		}
		if t.Include.Role {
			in, err := l.IncludeRole(t.Include.Name.String(), t)
			d.included(t, in.Nodes, err)
			continue
		}
		in, err := l.IncludeTasks(t.place.find(t.Include.File.String(), "tasks"), t)
		d.included(t, in.Nodes, err)
	}
}

func (d *dump) included(t *Task, nodes []Node, err error) {
	d.line(0, "included by %s:", t.Pos)
	if err != nil {
		d.line(1, "%s", describe(err))
		return
	}
	d.nodes(1, nodes)
}

func describe(err error) string {
	var e *source.Error
	if !errors.As(err, &e) {
		return "error " + err.Error()
	}
	s := fmt.Sprintf("error %d at %s: %s", e.ExitCode(), e.Pos, e.Error())
	if e.Hint != "" {
		s += "\nhint: " + e.Hint
	}
	return s
}

// renderSimple replaces {{ name }} by a variable, as far as these tests need it.
func renderSimple(v value.Value, vars *value.Dict) (value.Value, error) {
	text := v.String()
	for k, e := range vars.Strings() {
		text = strings.ReplaceAll(text, "{{ "+k+" }}", e.String())
	}
	if strings.Contains(text, "{{") {
		return nil, source.New(v.(*value.Template).Pos, "'foo' is undefined")
	}
	return value.String(text), nil
}
