package playbook

import (
	"maps"
	"slices"

	"github.com/goplay/goplay/templating/value"
)

// kind is where a keyword may stand.
type kind int

const (
	inPlay kind = 1 << iota
	inRole
	inBlock
	inTask
	inHandler
	inInclude // of a dynamic include_tasks or include_role
	inImport  // of an import_playbook

	// The classes of includes and imports in messages.
	byFile
	byRole

	inTasks = inTask | inHandler
	shared  = inPlay | inRole | inBlock | inTasks
)

// kindNames are the words of the reference's messages.
var kindNames = map[kind]string{
	inPlay: "Play", inRole: "RoleInclude", inBlock: "Block", inTask: "Task", inHandler: "Handler",
	inImport: "PlaybookInclude", byFile: "TaskInclude", byFile | inHandler: "HandlerTaskInclude", byRole: "IncludeRole",
}

// scalar is a keyword with one value, of which the nearest wins.
type scalar struct {
	name  string
	kinds kind
	at    func(*Keywords) *value.Value
}

// scalars are the inherited keywords with one value.
var scalars = []scalar{
	{"become", shared | inImport, func(k *Keywords) *value.Value { return &k.Become }},
	{"become_user", shared | inImport, func(k *Keywords) *value.Value { return &k.BecomeUser }},
	{"become_method", shared | inImport, func(k *Keywords) *value.Value { return &k.BecomeMethod }},
	{"become_exe", shared | inImport, func(k *Keywords) *value.Value { return &k.BecomeExe }},
	{"become_flags", shared | inImport, func(k *Keywords) *value.Value { return &k.BecomeFlags }},
	{"connection", shared | inImport, func(k *Keywords) *value.Value { return &k.Connection }},
	{"port", shared | inImport, func(k *Keywords) *value.Value { return &k.Port }},
	{"remote_user", shared | inImport, func(k *Keywords) *value.Value { return &k.RemoteUser }},
	{"check_mode", shared | inImport, func(k *Keywords) *value.Value { return &k.CheckMode }},
	{"diff", shared | inImport, func(k *Keywords) *value.Value { return &k.Diff }},
	{"no_log", shared | inInclude | inImport, func(k *Keywords) *value.Value { return &k.NoLog }},
	{"run_once", shared | inInclude | inImport, func(k *Keywords) *value.Value { return &k.RunOnce }},
	{"throttle", shared | inImport, func(k *Keywords) *value.Value { return &k.Throttle }},
	{"timeout", shared | inInclude | inImport, func(k *Keywords) *value.Value { return &k.Timeout }},
	{"debugger", shared | inInclude | inImport, func(k *Keywords) *value.Value { return &k.Debugger }},
	{"ignore_errors", shared | inInclude | inImport, func(k *Keywords) *value.Value { return &k.IgnoreErrors }},
	{"ignore_unreachable", shared | inImport, func(k *Keywords) *value.Value { return &k.IgnoreUnreachable }},
	{"any_errors_fatal", shared | inImport, func(k *Keywords) *value.Value { return &k.AnyErrorsFatal }},
	{"delegate_to", inRole | inBlock | inTasks, func(k *Keywords) *value.Value { return &k.DelegateTo }},
	{"delegate_facts", inRole | inBlock | inTasks, func(k *Keywords) *value.Value { return &k.DelegateFacts }},
}

// others are the keywords that are read by hand: lists that add up, and what belongs to one kind only.
var others = map[string]kind{
	"name": shared | inInclude | inImport, "tags": shared | inInclude | inImport, "vars": shared | inInclude | inImport, "collections": shared | inInclude,
	"environment": shared | inImport, "module_defaults": shared | inImport,
	"when":   inRole | inBlock | inTasks | inInclude | inImport,
	"notify": inBlock | inTasks,

	"block": inBlock, "rescue": inBlock, "always": inBlock,

	"action": inTasks | inInclude, "local_action": inTasks | inInclude, "args": inTasks | inInclude,
	"loop": inTasks | inInclude, "loop_control": inTasks | inInclude, "register": inTasks | inInclude,
	"changed_when": inTasks, "failed_when": inTasks, "until": inTasks, "retries": inTasks, "delay": inTasks,
	"async": inTasks, "poll": inTasks, "listen": inHandler,

	"hosts": inPlay, "gather_facts": inPlay, "gather_subset": inPlay, "gather_timeout": inPlay, "fact_path": inPlay,
	"vars_files": inPlay, "vars_prompt": inPlay, "roles": inPlay, "handlers": inPlay, "pre_tasks": inPlay, "tasks": inPlay,
	"post_tasks": inPlay, "force_handlers": inPlay, "max_fail_percentage": inPlay, "serial": inPlay, "strategy": inPlay,
	"order": inPlay, "user": inPlay, "validate_argspec": inPlay,
}

// texts are the keywords that must be text.
var texts = map[string]bool{
	"name": true, "become_user": true, "become_method": true, "become_exe": true, "become_flags": true, "connection": true,
	"remote_user": true, "debugger": true, "delegate_to": true, "strategy": true, "order": true, "fact_path": true,
	"loop_var": true, "index_var": true, "label": true,
}

// booleans are the keywords that must be true or false.
var booleans = map[string]bool{
	"become": true, "check_mode": true, "diff": true, "no_log": true, "run_once": true, "ignore_errors": true, "ignore_unreachable": true,
	"any_errors_fatal": true, "delegate_facts": true, "gather_facts": true, "force_handlers": true,
	"private": true, "confirm": true, "unsafe": true,
	"extended": true, "extended_allitems": true, "public": true, "allow_duplicates": true, "rolespec_validate": true,
}

// wholes are the keywords that must be whole numbers, of those that an import_playbook may have.
var wholes = map[string]bool{"port": true, "throttle": true, "timeout": true}

// allowed tells whether a keyword may stand in a place.
func allowed(name string, in kind) bool {
	if k, ok := others[name]; ok {
		return k&in != 0
	}
	for _, s := range scalars {
		if s.name == name {
			return s.kinds&in != 0
		}
	}
	return false
}

// Keyword is a word of the language, and the objects that it may stand in.
type Keyword struct {
	Name                             string
	Play, Role, Block, Task, Handler bool
}

// Language gives every keyword, sorted; loop_control's own are not among them.
func Language() []Keyword {
	kinds := maps.Clone(others)
	for _, s := range scalars {
		kinds[s.name] = s.kinds
	}
	kinds["role"] = inRole
	var all []Keyword
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[name]
		all = append(all, Keyword{name, k&inPlay != 0, k&inRole != 0, k&inBlock != 0, k&inTask != 0, k&inHandler != 0})
	}
	return all
}

// LoopControls gives the keywords of loop_control, sorted.
func LoopControls() []string {
	all := append(slices.Collect(maps.Keys(controls)), breakWhen)
	slices.Sort(all)
	return all
}

// names gives every keyword of a place, for hints.
func names(in kind) []string {
	var all []string
	for n, k := range others {
		if k&in != 0 {
			all = append(all, n)
		}
	}
	for _, s := range scalars {
		if s.kinds&in != 0 {
			all = append(all, s.name)
		}
	}
	return all
}

// settle drops the nulls of effective keywords, which have kept what is around them from being inherited. A throttle of null is a mistake,
// which is found when it is needed.
func settle(k Keywords) Keywords {
	for _, s := range scalars {
		if at := s.at(&k); *at == value.None && s.name != "throttle" {
			*at = nil
		}
	}
	return k
}

// inherit gives a part's effective keywords: its own, and under them its parent's.
func inherit(parent, own *Keywords) Keywords {
	k := *own
	for _, s := range scalars {
		at, around := s.at(&k), *s.at(parent)
		if t, ok := (*at).(*value.Template); ok && around != nil {
			*at = t.Within(around)
		} else if *at == nil {
			*at = around
		}
	}
	k.When = join(parent.When, own.When)
	k.Environment = join(parent.Environment, own.Environment)
	k.ModuleDefaults = join(parent.ModuleDefaults, own.ModuleDefaults)
	k.Tags = join(parent.Tags, own.Tags)
	k.Vars = join(parent.Vars, own.Vars)
	if own.Notify == nil { // unlike the lists above, a part's own replaces its parent's
		k.Notify = parent.Notify
	}
	k.Reserved = join(parent.Reserved, own.Reserved)
	if len(k.Collections) == 0 {
		k.Collections = parent.Collections
	}
	return k
}

// join puts two lists one after the other without touching either.
func join[T any](a, b []T) []T {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	return append(append(make([]T, 0, len(a)+len(b)), a...), b...)
}
