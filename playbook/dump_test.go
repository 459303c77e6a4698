package playbook

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// dump writes down what a playbook was read as, a line for each play, block and task.
type dump struct {
	strings.Builder
	root string
}

func (d *dump) line(depth int, format string, args ...any) {
	fmt.Fprintf(d, "%s%s\n", strings.Repeat("  ", depth), strings.ReplaceAll(fmt.Sprintf(format, args...), d.root+string(filepath.Separator), ""))
}

func (d *dump) play(p *Play) {
	d.line(0, "play %s at %s%s", value.Repr(p.Hosts.Value), p.Pos, d.keywords(&p.Keywords))
	for _, s := range []struct {
		name  string
		nodes []Node
	}{{"pre_tasks", p.PreTasks}, {"tasks", p.Tasks}, {"post_tasks", p.PostTasks}, {"handlers", p.Handlers}} {
		if len(s.nodes) > 0 {
			d.line(1, "%s:", s.name)
			d.nodes(2, s.nodes)
		}
	}
	for _, b := range p.RoleBlocks {
		d.node(1, b)
	}
	for _, r := range append(p.Roles, p.Imported...) {
		d.line(1, "role %s params=%s defaults=%s vars=%s", r.Name, r.Params, r.Defaults, r.Vars)
		d.nodes(2, r.Handlers)
	}
}

func (d *dump) nodes(depth int, nodes []Node) {
	for _, n := range nodes {
		d.node(depth, n)
	}
}

func (d *dump) node(depth int, n Node) {
	switch n := n.(type) {
	case *Block:
		what := "block"
		if n.RoleMain {
			what = "role " + n.Role.Name
		}
		d.line(depth, "%s at %s%s", what, n.Pos, d.keywords(&n.Keywords))
		d.nodes(depth+1, n.Tasks)
		for name, list := range map[string][]Node{"rescue": n.Rescue, "always": n.Always} {
			if len(list) > 0 {
				d.line(depth, "%s:", name)
				d.nodes(depth+1, list)
			}
		}
	case *Task:
		d.line(depth, "%s %s at %s%s%s", n.Action, n.Args, n.Pos, d.keywords(&n.Keywords), d.taskOnly(n))
	}
}

func (d *dump) keywords(k *Keywords) string {
	var b strings.Builder
	if k.Name != nil {
		fmt.Fprintf(&b, " name=%s", k.Name)
	}
	for _, s := range scalars {
		if v := *s.at(k); v != nil {
			fmt.Fprintf(&b, " %s=%s", s.name, v)
		}
	}
	for _, c := range k.When {
		fmt.Fprintf(&b, " when=%s", c.Expr)
	}
	for _, l := range []struct {
		name   string
		values []value.Value
	}{{"tags", k.Tags}, {"notify", k.Notify}, {"environment", k.Environment}} {
		if len(l.values) > 0 {
			fmt.Fprintf(&b, " %s=%s", l.name, value.NewList(l.values...))
		}
	}
	for _, v := range k.Vars {
		fmt.Fprintf(&b, " vars=%s", v)
	}
	return b.String()
}

func (d *dump) taskOnly(t *Task) string {
	var b strings.Builder
	if t.Handler {
		b.WriteString(" handler")
	}
	if t.Loop != nil {
		fmt.Fprintf(&b, " loop(%s)=%s", t.LoopWith, t.Loop)
	}
	if t.Register != nil {
		fmt.Fprintf(&b, " register=%s", t.Register)
	}
	for _, from := range t.ArgsFrom {
		fmt.Fprintf(&b, " argsfrom=%s", from)
	}
	if t.Role != nil {
		fmt.Fprintf(&b, " role=%s", t.Role.Name)
	}
	for _, v := range t.IncludeVars {
		fmt.Fprintf(&b, " includevars=%s", v)
	}
	return b.String()
}
