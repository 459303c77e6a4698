package runner

import (
	"fmt"
	"iter"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// hostMagic describes one host, task aside.
type hostMagic struct {
	run  *run
	play *play       // nil outside of a play, as for hostvars
	host *hostState  // nil where no host is concerned
	task *taskPlan   // nil outside of a task
	all  *vars.Scope // the scope that this is a layer of
}

// knows sets the scope as it is now: without what is added later, how the host is reached.
func (m *hostMagic) knows(s *vars.Scope) {
	all := *s
	m.all = &all
}

// names of the magic variables, each with what makes it. One table serves all hosts: no map is built for a task.
var magicTable = map[string]func(m *hostMagic) value.Value{
	"inventory_hostname":       func(m *hostMagic) value.Value { return value.String(m.host.name) },
	"inventory_hostname_short": func(m *hostMagic) value.Value { return value.String(m.host.inventory().ShortName()) },
	"group_names":              func(m *hostMagic) value.Value { return strs(m.host.inventory().GroupNames()) },
	"ansible_facts":            func(m *hostMagic) value.Value { return m.run.store.Facts(m.host.name) },
	"groups":                   func(m *hostMagic) value.Value { return m.run.inv.GroupsDict() },
	"vars":                     func(m *hostMagic) value.Value { return varsView{m.all} },
	"hostvars":                 func(m *hostMagic) value.Value { return m.run.hostvars() },
	"omit":                     func(*hostMagic) value.Value { return value.Omit },
	"environment":              func(m *hostMagic) value.Value { return m.task.environment() },
	"playbook_dir":             func(m *hostMagic) value.Value { return value.String(m.run.playbookDir) },
	"inventory_dir":            func(m *hostMagic) value.Value { return m.run.inventoryDir(m.host) },
	"inventory_file":           func(m *hostMagic) value.Value { return m.run.inventoryFile(m.host) },

	"ansible_check_mode":        func(m *hostMagic) value.Value { return value.Bool(m.run.opts.Check) },
	"ansible_diff_mode":         func(m *hostMagic) value.Value { return value.Bool(m.run.opts.Diff) },
	"ansible_forks":             func(m *hostMagic) value.Value { return value.Int(m.run.opts.Forks) },
	"ansible_verbosity":         func(m *hostMagic) value.Value { return value.Int(m.run.opts.Verbosity) },
	"ansible_run_tags":          func(m *hostMagic) value.Value { return strs(m.run.opts.runTags()) },
	"ansible_skip_tags":         func(m *hostMagic) value.Value { return strs(m.run.opts.SkipTags) },
	"ansible_inventory_sources": func(m *hostMagic) value.Value { return strs(m.run.inventorySources) },
	"ansible_limit":             func(m *hostMagic) value.Value { return nonEmpty(m.run.opts.Limit) },
	"ansible_config_file":       func(m *hostMagic) value.Value { return orNone(m.run.opts.Config.File()) },
	"ansible_playbook_python":   func(*hostMagic) value.Value { return value.String(controllerPython) },
	"ansible_version":           func(*hostMagic) value.Value { return referenceVersion },

	"play_hosts":                   func(m *hostMagic) value.Value { return m.play.batchHosts() },
	"ansible_play_hosts":           func(m *hostMagic) value.Value { return m.play.remaining() },
	"ansible_play_batch":           func(m *hostMagic) value.Value { return m.play.batchHosts() },
	"ansible_play_hosts_all":       func(m *hostMagic) value.Value { return m.play.allHosts() },
	"ansible_play_name":            func(m *hostMagic) value.Value { return m.play.nameValue() },
	"ansible_role_names":           func(m *hostMagic) value.Value { return m.play.roleNames() },
	"ansible_play_role_names":      func(m *hostMagic) value.Value { return m.play.playRoleNames() },
	"ansible_dependent_role_names": func(m *hostMagic) value.Value { return m.play.dependentRoleNames() },
	"role_names":                   func(m *hostMagic) value.Value { return m.play.playRoleNames() },

	"ansible_current_hosts": func(m *hostMagic) value.Value { return m.play.batchHosts() },
	"ansible_failed_hosts":  func(m *hostMagic) value.Value { return m.play.failedHosts() },

	"role_name":                 func(m *hostMagic) value.Value { return m.task.roleName(false) },
	"ansible_role_name":         func(m *hostMagic) value.Value { return m.task.roleName(true) },
	"role_path":                 func(m *hostMagic) value.Value { return m.task.rolePath() },
	"ansible_parent_role_names": func(m *hostMagic) value.Value { return m.task.parentRoles(false) },
	"ansible_parent_role_paths": func(m *hostMagic) value.Value { return m.task.parentRoles(true) },
	"ansible_collection_name":   func(m *hostMagic) value.Value { return m.task.collection() },
	"ansible_search_path":       func(m *hostMagic) value.Value { return m.task.searchPath() },
}

// outdatedVariables are the magic variables that are to go.
var outdatedVariables = map[string]bool{"play_hosts": true}

// outdated tells of the use of one.
func (r *run) outdated(name string, pos source.Pos) {
	r.deprecateFor(fmt.Sprintf("The `%s` magic variable is deprecated. This feature will be removed from ansible-core version 2.23.", name),
		"Use `ansible_play_batch` instead.", pos)
}

// controllerPython is the interpreter of modules on this machine.
const controllerPython = "/usr/bin/python3"

// ansibleVersion is the version of the reference whose behaviour this is, which modules are told.
const ansibleVersion = "2.19.11"

// referenceVersion is the ansible_version that playbooks see.
var referenceVersion = value.DictOf(
	"string", value.String(ansibleVersion), "full", value.String(ansibleVersion), "major", value.Int(2), "minor", value.Int(19),
	"revision", value.Int(11))

// Lookup makes a variable; those of the play and the task exist only there.
func (m *hostMagic) Lookup(name string) (value.Value, bool) {
	f, ok := magicTable[name]
	if !ok || !m.has(name) {
		return nil, false
	}
	v := f(m)
	return v, v != nil
}

// Names gives the names of the variables that exist here; omit is no variable, though it is read as one.
func (m *hostMagic) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range magicTable {
			if _, ok := m.Lookup(name); ok && name != "omit" && !yield(name) {
				return
			}
		}
	}
}

// ofHost are the variables that only hosts have.
var ofHost = map[string]bool{
	"inventory_hostname": true, "inventory_hostname_short": true, "group_names": true, "ansible_facts": true,
	"inventory_dir": true, "inventory_file": true,
}

func (m *hostMagic) has(name string) bool {
	switch {
	case m.host == nil && ofHost[name]:
		return false
	case name == "vars":
		return m.all != nil
	case strings.Contains(name, "play_hosts"), strings.Contains(name, "ansible_play_"), strings.HasSuffix(name, "role_names"):
		return m.play != nil && (m.task != nil || !strings.HasPrefix(name, "ansible_parent"))
	case strings.HasSuffix(name, "_hosts"):
		return m.play != nil && m.task != nil
	case strings.Contains(name, "role_"), name == "ansible_search_path", name == "ansible_collection_name", name == "environment":
		return m.task != nil
	}
	return true
}

func strs(list []string) *value.List {
	l := &value.List{Elems: make([]value.Value, len(list))}
	for i, s := range list {
		l.Elems[i] = value.String(s)
	}
	return l
}

// orNone gives text, or None: the variable is defined either way.
func orNone(s string) value.Value {
	if s == "" {
		return value.None
	}
	return value.String(s)
}

func nonEmpty(s string) value.Value {
	if s == "" {
		return nil
	}
	return value.String(s)
}
