package runner

import (
	"cmp"
	"fmt"
	osuser "os/user"
	"strconv"
	"strings"
	"sync"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// way is how a task reaches its host: the line, the agents on it, and the Python that they run with.
type way struct {
	target      connection.Target
	interpreter string
	asked       agent.Become // as whom the task is to run; become is how, where that user does not log in
	become      []agent.Become
	remoteTmp   string // the login user's remote_tmp, which modules see as _ansible_remote_tmp
	asyncDir    string // where the files of jobs in the background are
	shell       string // ansible_shell_executable
	address     string // ansible_host, where it is set
	vars        *templating.Context
	pipelining  bool
	quiet       bool   // modules do not log what they were called with
	logInfo     string // what modules log beside that
	openFiles   int    // soft limit for modules in Python
}

// settings reads connection settings by Ansible's precedence: a variable of the host, the task's keyword, the command line, the
// configuration.
type settings struct {
	run  *run
	vars *templating.Context
	err  error
}

// variable gives the last of some variables that is set; names are parted by blanks.
func (s *settings) variable(names string) (found value.Value, ok bool) {
	for name := range strings.FieldsSeq(names) {
		if !s.vars.Has(name) {
			continue
		}
		v, _, err := s.vars.Variable(name)
		if err != nil {
			s.fail(err)
			return nil, false
		}
		if v != value.None && v != value.Omit {
			found, ok = v, true
		}
	}
	return found, ok
}

func (s *settings) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// str gives a setting: the variables' value, else the first of others that is not empty.
func (s *settings) str(names string, others ...string) string {
	if v, ok := s.variable(names); ok {
		return v.String()
	}
	return cmp.Or(others...)
}

func (s *settings) bool(names string, def bool) bool {
	v, ok := s.variable(names)
	if !ok {
		return def
	}
	b, ok := value.Boolean(v)
	if !ok {
		s.fail(fmt.Errorf("the value %s of %s is not a boolean", value.Repr(v), strings.Fields(names)[0]))
	}
	return b
}

func (s *settings) int(names string, def int) int {
	v, ok := s.variable(names)
	if !ok {
		return def
	}
	rd := reader{ctx: s.vars}
	n := rd.int(strings.Fields(names)[0], v, def)
	if rd.err != nil {
		s.fail(rd.err)
	}
	return n
}

// number is int for what the configuration has as a text.
func (s *settings) number(names, def string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s.str(names, def)))
	if err != nil {
		s.fail(fmt.Errorf("invalid literal for int() with base 10: %s", value.Repr(value.String(s.str(names, def)))))
	}
	return n
}

// wayTo finds the way to the task's host, or to the host that it is delegated to.
func (x *execution) wayTo(taskVars *templating.Context, delegate string) (*way, error) {
	host, hostVars := x.h.inventory(), taskVars
	if delegate != "" {
		host, hostVars = x.delegateHost(taskVars, delegate)
	}
	s := &settings{run: x.p.run, vars: hostVars}
	kw := reader{ctx: taskVars}
	w := &way{}
	d := &destination{settings: s, x: x, task: x.t, keywords: &kw, host: host, delegate: delegate != "" && x.t.Connection == nil}
	w.target = d.target()
	w.address = s.str("ansible_host ansible_ssh_host")
	w.asked = d.becomes()
	w.become = d.becomePath(w.target, w.asked)
	w.interpreter = d.interpreter()
	w.remoteTmp = s.str("ansible_remote_tmp", x.p.run.opts.Config.Str("shell.sh.remote_tmp"))
	w.asyncDir = s.str("ansible_async_dir", x.p.run.opts.Config.Str("shell.sh.async_dir"))
	if windows(w.target) && strings.HasPrefix(w.asyncDir, "~") { // the setting is for both, with a default for each
		w.asyncDir = "%USERPROFILE%" + strings.ReplaceAll(w.asyncDir[1:], "/", `\`)
	}
	w.shell = s.str("ansible_shell_executable", x.p.run.opts.Config.Str("DEFAULT_EXECUTABLE"), "/bin/sh")
	w.quiet = s.bool("ansible_no_target_syslog", x.p.run.opts.Config.Bool("DEFAULT_NO_TARGET_SYSLOG"))
	w.logInfo = s.str("ansible_target_log_info", x.p.run.opts.Config.Str("TARGET_LOG_INFO"))
	w.openFiles = s.number("ansible_python_module_rlimit_nofile", x.p.run.opts.Config.Str("PYTHON_MODULE_RLIMIT_NOFILE"))
	w.vars = hostVars
	w.pipelining = s.bool("ansible_pipelining ansible_ssh_pipelining", x.p.run.opts.Config.Bool("connection.ssh.pipelining"))
	if s.err != nil {
		return nil, s.err
	}
	return w, kw.err
}

// interpreters finds the programs that run modules which are not of the new style: ansible_ruby_interpreter and the like.
func (w *way) interpreters(pl *agent.Payload) map[string]string {
	if pl.Kind == agent.NewStyle {
		return nil
	}
	found := map[string]string{}
	for name := range w.vars.Names() {
		program, isInterpreter := strings.CutSuffix(strings.TrimPrefix(name, "ansible_"), "_interpreter")
		if !isInterpreter || !strings.HasPrefix(name, "ansible_") || program == "python" {
			continue
		}
		if v, has, err := w.vars.Variable(name); err == nil && has {
			found[program] = v.String()
		}
	}
	return found
}

// delegateHost finds the host that a task is delegated to, with the variables that the task would have there. A host that the inventory
// does not have is reached by the name given, with the task's variables and the play's.
func (x *execution) delegateHost(taskVars *templating.Context, name string) (*inventory.Host, *templating.Context) {
	h := x.p.run.host(name)
	if h == nil {
		h = &inventory.Host{Name: name}
	}
	return h, x.p.run.engine.NewContext(x.delegateScope(taskVars, name), x.tp.env)
}

// delegateScope layers a delegate's variables.
func (x *execution) delegateScope(taskVars *templating.Context, name string) *vars.Scope {
	run := x.p.run
	h := run.host(name)
	s := &vars.Scope{Merge: run.mergesDicts()}
	if h == nil {
		h = &inventory.Host{Name: name}
		s.Add(vars.Magic, vars.Dict{D: value.DictOf("inventory_hostname", value.String(name))})
	} else {
		s.Add(vars.Magic, &hostMagic{run: run, play: x.p, host: newHost(name, h), task: x.tp})
	}
	s.Push(vars.LoopVars, loopVariables(taskVars))
	s.Push(vars.ExtraVars, run.extra)
	s.Push(vars.Params, x.tp.strong...)
	s.Push(vars.SetFacts, run.learned(name)...)
	s.Push(vars.TaskVars, x.tp.own...)
	s.Push(vars.RoleVars, x.tp.role...)
	s.Push(vars.VarsPrompt, x.p.prompted)
	s.Push(vars.PlayVars, x.p.playVars)
	s.Add(vars.Facts, run.injected(name))
	s.Push(vars.Inventory, run.hostDict(h, x.tp))
	s.Push(vars.RoleDefaults, x.tp.weak...)
	return s
}

// loopVariables gives what the turn of a loop has set, or nil.
func loopVariables(ctx *templating.Context) *value.Dict {
	d := &value.Dict{}
	for _, by := range []string{"ansible_loop_var", "ansible_index_var"} {
		name, ok, err := ctx.Variable(by)
		if !ok || err != nil {
			continue
		}
		if v, ok, err := ctx.Variable(name.String()); ok && err == nil {
			d.Set(name.String(), v)
		}
	}
	return d
}

// login is the user who logs in, or "" where only ssh's configuration says who that is.
func login(t connection.Target) string {
	if t.Transport == "local" {
		return localUser()
	}
	return t.User
}

// localUser is who runs goplay.
var localUser = sync.OnceValue(func() string {
	u, err := osuser.Current()
	if err != nil {
		return ""
	}
	return u.Username
})
