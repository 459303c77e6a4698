package runner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating/value"
)

// everything selects all tasks, and as handlers those that were notified.
type everything struct{ notified map[string]bool }

func (e everything) runs(t *playbook.Task, handlers bool) bool {
	return !handlers || e.notified[t.Action]
}
func (e everything) selects(*playbook.Task) bool { return true }
func (e everything) enters(*playbook.Block) bool { return true }

func task(name string) *playbook.Task { return &playbook.Task{Action: name} }

func tasks(names string) []playbook.Node {
	var nodes []playbook.Node
	for n := range strings.FieldsSeq(names) {
		nodes = append(nodes, task(n))
	}
	return nodes
}

func block(in, rescue, always string) *playbook.Block {
	return &playbook.Block{Tasks: tasks(in), Rescue: tasks(rescue), Always: tasks(always)}
}

// walk runs a cursor to its end; tasks whose names start with "bad" fail, "inc" includes two tasks, "flush" flushes handlers.
func walk(c *cursor, handlers []playbook.Node) string {
	var log []string
	var last []int
	for {
		t, path := c.peek()
		if t == nil {
			break
		}
		if slices.Compare(path, last) <= 0 {
			log = append(log, fmt.Sprintf("PATH %v AFTER %v", path, last))
		}
		last = slices.Clone(path)
		c.advance()
		log = append(log, t.Action)
		switch {
		case strings.HasPrefix(t.Action, "bad"):
			if rescued, _ := c.fail(); rescued {
				log = append(log, "rescued")
			}
		case t.Action == "inc":
			c.include(included{tasks("i1a i1b"), 0}, included{tasks("i2a"), 1})
		case t.Action == "flush":
			c.flush(handlers)
		}
	}
	if c.dead {
		log = append(log, "dead")
	}
	return strings.Join(log, " ")
}

func TestCursor(t *testing.T) {
	nested := &playbook.Block{Tasks: []playbook.Node{task("a"), block("bad1", "", "al1"), task("never")}, Rescue: tasks("r"), Always: tasks("al2")}
	for _, row := range []struct {
		name  string
		nodes []playbook.Node
		want  string
	}{
		{"tasks", tasks("a b"), "a b"},
		{"a failure ends the play", tasks("a bad b"), "a bad dead"},
		{"rescue", []playbook.Node{block("a bad b", "r1 r2", ""), task("z")}, "a bad rescued r1 r2 z"},
		{"always without a failure", []playbook.Node{block("a", "r", "al"), task("z")}, "a al z"},
		{"always after a rescue", []playbook.Node{block("bad", "r", "al"), task("z")}, "bad rescued r al z"},
		{"always, then the failure goes on", []playbook.Node{block("bad", "", "al"), task("z")}, "bad al dead"},
		{"a failing rescue", []playbook.Node{block("bad", "bad2", "al"), task("z")}, "bad rescued bad2 al dead"},
		{"a failing always", []playbook.Node{block("a", "", "bad al2"), task("z")}, "a bad dead"},
		{"an inner always before an outer rescue", []playbook.Node{nested, task("z")}, "a bad1 al1 r al2 z"},
		{"includes in order", tasks("a inc z"), "a inc i1a i1b i2a z"},
		{"an include in a block", []playbook.Node{block("inc bad", "r", "")}, "inc i1a i1b i2a bad rescued r"},
		{"notified handlers only", tasks("a flush z"), "a flush h2 z"},
		{"empty blocks", []playbook.Node{block("", "r", ""), block("", "", "al")}, "al"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCursor(row.nodes, everything{map[string]bool{"h2": true}})
			if got := walk(c, tasks("h1 h2 h3")); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestRoleIsDoneWhenItsTasksAre(t *testing.T) {
	role := &playbook.Role{Name: "r"}
	for names, want := range map[string]int{"a b": 1, "a bad": 0} {
		done := 0
		b := &playbook.Block{Tasks: tasks(names), Role: role, RoleMain: true}
		c := newCursor([]playbook.Node{b, task("z")}, everything{})
		c.roleDone = func(*playbook.Role) { done++ }
		walk(c, nil)
		if done != want {
			t.Errorf("%s: the role was completed %d times, want %d", names, done, want)
		}
	}
}

func TestTagSelection(t *testing.T) {
	for _, row := range []struct {
		task, want, skip string
		run              bool
	}{
		{"", "", "", true},
		{"x", "", "", true},
		{"never", "", "", false},
		{"never x", "x", "", true},
		{"x", "y", "", false},
		{"x y", "y", "", true},
		{"", "y", "", false},
		{"always", "y", "", true},
		{"always", "y", "always", false},
		{"x", "tagged", "", true},
		{"", "tagged", "", false},
		{"", "untagged", "", true},
		{"x", "untagged", "", false},
		{"x", "", "x", false},
		{"x", "", "tagged", false},
		{"", "", "untagged", false},
		{"x", "all", "y", true},
		{"always", "", "all", true},
	} {
		o := Options{Tags: strings.Fields(row.want), SkipTags: strings.Fields(row.skip)}
		if got := o.selects(strings.Fields(row.task)); got != row.run {
			t.Errorf("tags %q with --tags %q --skip-tags %q: %v, want %v", row.task, row.want, row.skip, got, row.run)
		}
	}
}

func TestBatchSize(t *testing.T) {
	for text, want := range map[string]int{"1": 1, "30%": 3, "1%": 1, "100%": 10, "0": 0, "15": 15} {
		if got, err := batchSize(value.String(text), 10); err != nil || got != want {
			t.Errorf("serial %s of 10 hosts: %d, %v; want %d", text, got, err, want)
		}
	}
	if _, err := batchSize(value.String("x"), 10); err == nil {
		t.Error("serial x was accepted")
	}
}
