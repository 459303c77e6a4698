package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
)

// reserved names the keywords of plays, roles, blocks and tasks and the templates' own functions, sorted: a variable of such a name
// cannot be used everywhere.
var reserved = [...]string{
	"action", "always", "any_errors_fatal", "args", "async", "become", "become_exe", "become_flags", "become_method", "become_user",
	"block", "changed_when", "check_mode", "collections", "connection", "cycler", "debugger", "delay", "delegate_facts", "delegate_to",
	"dict", "diff", "environment", "fact_path", "failed_when", "force_handlers", "gather_facts", "gather_subset", "gather_timeout",
	"handlers", "hosts", "ignore_errors", "ignore_unreachable", "joiner", "lipsum", "listen", "local_action", "lookup", "loop",
	"loop_control", "max_fail_percentage", "module_defaults", "name", "namespace", "no_log", "notify", "now", "omit", "order", "poll",
	"port", "post_tasks", "pre_tasks", "q", "query", "range", "register", "remote_user", "rescue", "retries", "roles", "run_once",
	"serial", "strategy", "tags", "tasks", "throttle", "timeout", "undef", "until", "vars_files", "vars_prompt", "when",
}

// Reserved tells whether a variable's name is one that the playbook language uses itself.
func Reserved(name string) bool {
	_, found := slices.BinarySearch(reserved[:], name)
	return found
}

func reservedWarning(name string, pos source.Pos) document.Warning {
	return document.Warning{Pos: pos, Msg: fmt.Sprintf("Found variable using reserved name %s.", quote(name))}
}

// templateWords are no names, since templates have other meanings for them.
const templateWords = " False None True false none not true "

// usable tells whether nothing is to be said about a variable's name.
func usable(name string) bool { return validVariable(name) && !Reserved(name) }

func validVariable(name string) bool {
	return name != "" && validName(name) && isASCII(name) && !strings.Contains(templateWords, " "+name+" ")
}

// checkVarName warns of a variable's name that no template can use or that means something else there.
func (inv *Inventory) checkVarName(name string, at document.Warning) {
	if Reserved(name) {
		inv.reserved.checked[name] = at.Pos
	}
	if validVariable(name) {
		return
	}
	at.Msg = fmt.Sprintf("Accepting inventory variable with invalid name %s. This feature will be removed from ansible-core version 2.23.", quote(name))
	at.Help = "Variable names must be strings starting with a letter or underscore character, and contain only letters, numbers and underscores."
	at.Deprecation = true
	inv.emit(at)
}
