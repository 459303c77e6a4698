package modules

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules/payload"
)

// Registry knows every action and finds the payloads of modules.
type Registry struct {
	actions map[string]Action
	finder  Finder
	generic Action
	users   UserActions
}

// UserActions are action plugins of users.
type UserActions interface {
	// Action gives the action of a name as it is written; known says that goplay has one, too.
	Action(name string, known bool) (Action, bool)
}

// Finder finds a module's payload by its name, in the scope's folders before its own.
type Finder interface {
	FindIn(name string, scope payload.Scope) (*agent.Payload, error)
	FindScript(name string, scope payload.Scope) (*payload.Script, error)
	Route(name string) (payload.Routed, error)
}

// NewRegistry makes a registry of actions by their full names; generic runs every other module.
func NewRegistry(actions map[string]Action, generic Action, finder Finder) *Registry {
	return &Registry{actions: actions, generic: generic, finder: finder}
}

// Use takes users' action plugins, before the first use.
func (r *Registry) Use(users UserActions) { r.users = users }

// Own gives the action on the controller of a name, which is none of users.
func (r *Registry) Own(name string) (Action, bool) {
	a, ok := r.actions[Qualify(name)]
	return a, ok
}

// Users gives the action plugin of users that a name as written stands for: a short one, or the full name of a collection's.
func (r *Registry) Users(name string) (Action, bool) {
	if r.users == nil || strings.HasPrefix(name, "ansible.builtin.") {
		return nil, false
	}
	_, known := r.Own(name)
	return r.users.Action(name, known)
}

// Action gives the action of a full name.
func (r *Registry) Action(fqcn string) Action {
	if a := r.actions[fqcn]; a != nil {
		return a
	}
	return r.generic
}

// Detaches tells whether an action's module can run in the background. Those that do their work on the controller cannot.
func (r *Registry) Detaches(fqcn string) bool {
	switch strings.TrimPrefix(fqcn, "ansible.builtin.") {
	case "command", "dnf", "shell", "package", "service", "uri":
		return true
	case "ansible.windows.win_copy", "ansible.windows.win_template", "ansible.windows.win_reboot":
		return false
	}
	return r.actions[fqcn] == nil || strings.HasPrefix(fqcn, "ansible.windows.")
}

// Has tells whether a task's action exists: on the controller, or as a module.
func (r *Registry) Has(name string) bool {
	to, err := r.finder.Route(name)
	if err != nil {
		return false
	}
	if _, ok := r.Own(to.Name); ok {
		return true
	}
	if _, ok := r.Users(to.Name); ok {
		return true
	}
	if _, err = r.finder.FindIn(name, payload.Scope{}); err == nil {
		return true
	}
	_, err = r.finder.FindScript(name, payload.Scope{})
	var none *payload.NotFoundError
	return !errors.As(err, &none)
}

// Route follows a name's redirects, as collections have them; see [payload.Finder].
func (r *Registry) Route(name string) (payload.Routed, error) { return r.finder.Route(name) }

// Payload gives a module by its name as written; dirs are the folders of the task (its role's …), whose library and module_utils
// folders come first.
func (r *Registry) Payload(name string, dirs []string) (*agent.Payload, error) {
	return r.finder.FindIn(name, scopeOf(dirs))
}

// Script gives a PowerShell module likewise.
func (r *Registry) Script(name string, dirs []string) (*payload.Script, error) {
	return r.finder.FindScript(name, scopeOf(dirs))
}

func scopeOf(dirs []string) (scope payload.Scope) {
	for _, d := range dirs {
		scope.LibraryDirs = append(scope.LibraryDirs, filepath.Join(d, "library"))
		scope.ModuleUtilsDirs = append(scope.ModuleUtilsDirs, filepath.Join(d, "module_utils"))
	}
	return scope
}

// Actions gives the full names of the actions on the controller.
func (r *Registry) Actions() []string {
	var names []string
	for n := range r.actions {
		names = append(names, n)
	}
	return names
}

// redirects are old names of builtin modules.
var redirects = map[string]string{"yum": "dnf", "ansible.builtin.yum": "ansible.builtin.dnf"}

// Redirected tells whether a name is an old one for another module.
func Redirected(name string) bool { return redirects[name] != "" }

// Qualify gives an action's full name: a short name is of ansible.builtin.
func Qualify(name string) string {
	if to, ok := redirects[name]; ok {
		name = to
	}
	if short, ok := strings.CutPrefix(name, "ansible.legacy."); ok {
		name = short
	}
	if strings.Contains(name, ".") {
		return name
	}
	return "ansible.builtin." + name
}

// TakesRaw tells whether an action knows what to do with free-form text.
func TakesRaw(fqcn string) bool {
	switch strings.TrimPrefix(fqcn, "ansible.builtin.") {
	case "command", "shell", "raw", "script", "include_vars", "meta", "include_tasks", "include_role", "add_host", "group_by", "set_fact",
		"ansible.windows.win_command", "ansible.windows.win_shell":
		return true
	}
	return false
}

// LeadsOthers tells whether what follows an action's last call may be sent before that is answered. Those that give facts change too
// much for it.
func LeadsOthers(fqcn string) bool {
	short := strings.TrimPrefix(fqcn, "ansible.builtin.")
	return short != "setup" && !strings.HasSuffix(short, "_facts")
}

// FollowsOthers tells whether an action's calls may be sent before those before them are answered: it needs nothing of the controller
// but its arguments, which may be evaluated more than once.
func FollowsOthers(fqcn string) bool {
	switch short, builtin := strings.CutPrefix(fqcn, "ansible.builtin."); short {
	case "add_host", "assemble", "copy", "dnf", "fetch", "gather_facts", "group_by", "include_vars", "package", "patch", "pause", "raw", "script",
		"service", "set_fact", "set_stats", "synchronize", "template", "validate_argument_spec", "wait_for_connection", "meta", "include_tasks",
		"include_role", "import_tasks", "import_role", "reboot", "async_status", "unarchive", "fail", "goplay_get_stack", "mitogen_get_stack", "mitogen_fetch":
		return !builtin
	}
	return LeadsOthers(fqcn) && fqcn != "ansible.posix.patch" && fqcn != "ansible.posix.synchronize"
}

// Inert tells whether an action looks at variables and does nothing else.
func Inert(fqcn string) bool {
	return fqcn == "ansible.builtin.debug" || fqcn == "ansible.builtin.assert"
}

// RawArg tells whether an action evaluates one of its arguments itself: it gets it as it was written.
func RawArg(fqcn, arg string) bool {
	switch fqcn {
	case "ansible.builtin.debug":
		return arg == "var"
	case "ansible.builtin.assert":
		return arg == "that"
	}
	return false
}
