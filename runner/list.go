package runner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/playbook"
)

// listAll prints what --list-hosts, --list-tasks, --list-tags and --syntax-check ask for, when all of it is known; nothing is run.
func (r *run) listAll() (int, error) {
	for _, path := range r.opts.Playbooks {
		b, err := r.load(path)
		if err == nil {
			err = r.list(b)
		}
		if err != nil {
			return ExitOf(err), err
		}
	}
	fmt.Fprint(r.opts.Stdout, r.listing.String())
	return ExitOK, nil
}

func (r *run) list(b *playbook.Playbook) error {
	r.printf("\nplaybook: %s\n", b.Path)
	for i, p := range b.Plays {
		if err := r.listPlay(i+1, p); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) printf(format string, args ...any) { fmt.Fprintf(&r.listing, format, args...) }

func (r *run) listPlay(n int, p *playbook.Play) error {
	pl, err := r.newPlay(p)
	if err != nil {
		return err
	}
	if err := pl.match(); err != nil {
		return err
	}
	v, err := pl.static().Resolve(p.Hosts.Value)
	if err != nil {
		return err
	}
	if _, err := pl.serial(); err != nil {
		return err
	}
	tags, err := tagList(pl.static(), p.Tags)
	if err != nil {
		return endsRun(err)
	}
	if r.opts.SyntaxCheck {
		return r.brokenErr()
	}
	r.printf("\n  play #%d (%s): %s\tTAGS: [%s]\n", n, patternOf(v), pl.name, strings.Join(tags, ","))
	if r.opts.ListHosts {
		r.listHosts(pl, asStrings(v))
	}
	if r.opts.ListTasks || r.opts.ListTags {
		r.listTasks(pl)
	}
	return r.brokenErr()
}

func (r *run) listHosts(pl *play, patterns []string) {
	quoted := make([]string, len(patterns))
	for i, p := range patterns {
		quoted[i] = "'" + p + "'"
	}
	r.printf("    pattern: [%s]\n    hosts (%d):\n", strings.Join(quoted, ", "), len(pl.all))
	for _, h := range pl.all {
		r.printf("      %s\n", h.name)
	}
}

func (r *run) listTasks(pl *play) {
	tasks := pl.listed()
	if r.brokenErr() != nil {
		return
	}
	if r.opts.ListTasks {
		r.printf("    tasks:\n")
	}
	var all []string
	for _, t := range tasks {
		tags, err := pl.tagsOf(t)
		if err != nil {
			r.fatal(endsRun(err)) // of a task that is not selected
			return
		}
		tags = sortedTags(tags)
		all = append(all, tags...)
		if r.opts.ListTasks {
			r.printf("      %s\tTAGS: [%s]\n", listName(t), strings.Join(tags, ", "))
		}
	}
	if r.opts.ListTags {
		r.printf("      TASK TAGS: [%s]\n", strings.Join(sortedTags(all), ", "))
	}
}

// listName is a task's name in lists, as it was written: an unnamed task of a role is shown without its role, and so is a role
// that is included.
func listName(t *playbook.Task) string {
	if t.Name == nil {
		return t.Action
	}
	if t.Include != nil && t.Include.Role {
		return asWritten(t.Name).String()
	}
	return rolePrefix(t) + asWritten(t.Name).String()
}

func sortedTags(tags []string) []string {
	tags = slices.Clone(tags)
	slices.Sort(tags)
	return slices.Compact(tags)
}

// listed gives the selected tasks of a play in order: those that stand in its files, without the rescue and always parts.
func (p *play) listed() []*playbook.Task {
	var tasks []*playbook.Task
	var walk func([]playbook.Node)
	walk = func(nodes []playbook.Node) {
		for _, n := range nodes {
			switch n := n.(type) {
			case *playbook.Task:
				if p.tagged(n) || p.run.listsAllTags() {
					tasks = append(tasks, n)
				}
			case *playbook.Block:
				walk(n.Tasks)
			}
		}
	}
	walk(p.p.PreTasks)
	for _, b := range p.p.RoleBlocks {
		walk(b.Tasks)
	}
	walk(p.p.Tasks)
	walk(p.p.PostTasks)
	return tasks
}

// listsAllTags tells whether tags are listed and none were chosen: those of tasks that never run belong to it.
func (r *run) listsAllTags() bool {
	return r.opts.ListTags && len(r.opts.Tags) == 0 && len(r.opts.SkipTags) == 0
}
