package runner

import (
	"fmt"
	osuser "os/user"
	"strconv"
	"strings"
	"sync"
	"time"

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
	for _, o := range others {
		if o != "" {
			return o
		}
	}
	return ""
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
	w.target = x.target(s, &kw, host, delegate != "" && x.t.Connection == nil)
	w.address = s.str("ansible_host ansible_ssh_host")
	w.become = x.becomePath(s, &kw, w.target)
	w.interpreter = s.str("ansible_python_interpreter", x.p.run.opts.Config.Str("INTERPRETER_PYTHON"))
	w.remoteTmp = s.str("ansible_remote_tmp", x.p.run.opts.Config.Str("shell.sh.remote_tmp"))
	w.asyncDir = s.str("ansible_async_dir", x.p.run.opts.Config.Str("shell.sh.async_dir"))
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
	s.Push(vars.Inventory, run.hostDict(h))
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

// target finds where a host is reached. A delegate that is this machine needs no line where nothing says otherwise.
func (x *execution) target(s *settings, kw *reader, h *inventory.Host, localDelegate bool) connection.Target {
	opts, cfg := &x.p.run.opts, x.p.run.opts.Config
	t := connection.Target{Host: h.Name}
	t.Transport = s.str("ansible_connection", kw.str("connection", x.t.Connection, ""), opts.Connection, cfg.Str("DEFAULT_TRANSPORT"))
	t.Transport = transport(t.Transport)
	if localDelegate && isLocal(h.Name) && s.str("ansible_connection") == "" {
		t.Transport = "local"
	}
	if t.Transport == "local" {
		return t
	}
	t.Address = s.str("ansible_host ansible_ssh_host", h.Name)
	t.Port = s.int("ansible_port ansible_ssh_port", kw.int("port", x.t.Port, portOf(h, cfg.Int("connection.ssh.port"))))
	t.User = s.str("ansible_user ansible_ssh_user", kw.str("remote_user", x.t.RemoteUser, ""), opts.RemoteUser, cfg.Str("connection.ssh.remote_user"))
	t.Password = s.str("ansible_password ansible_ssh_pass ansible_ssh_password", opts.ConnectionPassword)
	t.Timeout = time.Duration(s.int("ansible_timeout ansible_ssh_timeout", pick(opts.Timeout, cfg.Int("connection.ssh.timeout")))) * time.Second
	t.SSH = x.sshOptions(s)
	return t
}

func portOf(h *inventory.Host, def int) int {
	if h.Port != 0 {
		return h.Port
	}
	return def
}

func pick(n, def int) int {
	if n != 0 {
		return n
	}
	return def
}

// transport gives the name of a transport without its collection; smart and paramiko are ssh here.
func transport(name string) string {
	name = strings.TrimPrefix(name, "ansible.builtin.")
	if name == "smart" || name == "paramiko" || name == "paramiko_ssh" {
		return "ssh"
	}
	return name
}

func (x *execution) sshOptions(s *settings) connection.SSHOptions {
	opts, cfg := &x.p.run.opts, x.p.run.opts.Config
	plugin := func(name string) string { return cfg.Str("connection.ssh." + name) }
	return connection.SSHOptions{
		PrivateKeyFile:  s.str("ansible_private_key_file ansible_ssh_private_key_file", opts.PrivateKeyFile, plugin("private_key_file")),
		Passphrase:      s.str("ansible_private_key_passphrase ansible_ssh_private_key_passphrase", plugin("private_key_passphrase")),
		HostKeyChecking: s.bool("ansible_host_key_checking ansible_ssh_host_key_checking", cfg.Bool("connection.ssh.host_key_checking")),
		SSHArgs:         s.str("ansible_ssh_args", plugin("ssh_args")),
		CommonArgs:      s.str("ansible_ssh_common_args", opts.SSHCommonArgs, plugin("ssh_common_args")),
		ExtraArgs:       s.str("ansible_ssh_extra_args", opts.SSHExtraArgs, plugin("ssh_extra_args")),
		Executable:      s.str("ansible_ssh_executable", plugin("ssh_executable")),
		Retries:         s.int("ansible_ssh_retries", cfg.Int("connection.ssh.reconnection_retries")),
	}
}

// becomePath says as whom the task runs, or nil for the login user.
func (x *execution) becomePath(s *settings, kw *reader, t connection.Target) []agent.Become {
	opts, cfg := &x.p.run.opts, x.p.run.opts.Config
	if !s.bool("ansible_become", kw.bool("become", x.t.Become, opts.Become || cfg.Bool("DEFAULT_BECOME"))) {
		return nil
	}
	method := s.str("ansible_become_method", kw.str("become_method", x.t.BecomeMethod, ""), opts.BecomeMethod, cfg.Str("DEFAULT_BECOME_METHOD"), "sudo")
	method = strings.TrimPrefix(strings.TrimPrefix(method, "ansible.builtin."), "community.general.")
	plugin := "become." + method + "."
	option := func(name string, keyword value.Value, cli string) string {
		given := kw.str("become_"+name, keyword, "")
		return s.str(fmt.Sprintf("ansible_become_%s ansible_%s_%s", name, method, name), given, cli, cfg.Text(plugin+"become_"+name))
	}
	b := agent.Become{
		Method: method, User: option("user", x.t.BecomeUser, opts.BecomeUser),
		Exe: option("exe", x.t.BecomeExe, ""), Flags: option("flags", x.t.BecomeFlags, ""),
		Password: s.str("ansible_become_password ansible_become_pass ansible_"+method+"_pass", opts.BecomePassword, cfg.Text(plugin+"become_pass")),
		Chdir:    s.str("ansible_"+method+"_chdir", cfg.Text(plugin+method+"_chdir")),
	}
	if b.User == login(t) && !cfg.Bool("BECOME_ALLOW_SAME_USER") {
		return nil
	}
	return []agent.Become{b}
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
