package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
)

// remote is a task's host as its action sees it. The line is dialled when it is first needed.
type remote struct {
	x     *execution
	way   *way
	env   map[string]string
	c     *call
	last  *value.Dict // result of the last module that was run
	why   reasons     // of its failure
	final bool        // the next module call is the action's last one

	detaches bool // the last module call starts a job
}

var _ modules.Remote = (*remote)(nil)

func (x *execution) newRemote(vars *templating.Context, c *call) (*remote, error) {
	w, err := x.wayTo(vars, c.delegate)
	if err != nil {
		return nil, err
	}
	env, err := x.environment(vars)
	return &remote{x: x, way: w, env: env, c: c}, err
}

// here makes this machine the remote, as the user who runs goplay.
func (r *remote) here() error {
	w, err := r.x.wayTo(r.c.Vars, "localhost")
	if err != nil {
		return err
	}
	w.target, w.become = connection.Target{Host: "localhost", Transport: "local"}, nil
	r.way = w
	return nil
}

// reach tells of the task's host and of the line what programs need to reach them by themselves.
func (r *remote) reach() (modules.Reach, error) {
	s := &settings{run: r.x.p.run, vars: r.x.vars}
	line, opts := r.way.target, &r.x.p.run.opts
	o := line.SSH
	words := slices.DeleteFunc([]string{o.SSHArgs, o.CommonArgs, o.ExtraArgs}, func(s string) bool { return s == "" })
	return modules.Reach{
		Host: s.str("ansible_host ansible_ssh_host", r.x.h.name), Port: line.Port, PrivateKeyFile: cmp.Or(o.PrivateKeyFile, opts.PrivateKeyFile),
		SSHArgs: strings.Join(words, " "), Password: cmp.Or(line.Password, opts.ConnectionPassword),
		Become: r.way.asked.User, BecomeMethod: r.way.asked.Method,
	}, s.err
}

// environment merges the environment keywords, the innermost last.
func (x *execution) environment(vars *templating.Context) (map[string]string, error) {
	if len(x.t.Environment) == 0 {
		return nil, nil
	}
	env := map[string]string{}
	for _, e := range x.t.Environment {
		v, err := vars.Resolve(e)
		if err != nil {
			return nil, source.At(source.Unwritten(value.Repr(x.tp.environment())), "Error processing keyword 'environment'", err)
		}
		d, ok := v.(*value.Dict)
		if !ok {
			x.skipEnvironment(v)
			continue
		}
		for k, e := range d.Strings() {
			env[k] = e.String()
		}
	}
	return env, nil
}

// skipEnvironment tells of an entry that is no dict; the others count.
func (x *execution) skipEnvironment(v value.Value) {
	if v != value.Omit && !x.scouting {
		x.p.run.warn("could not parse environment value, skipping: "+value.Repr(x.tp.environment()), source.Pos{})
	}
}

func (r *remote) session(ctx context.Context) (*agent.Session, error) {
	r.tellWay()
	return r.x.p.run.agents.Session(ctx, r.way.target, r.way.interpreter, r.way.become)
}

const wayVerbosity = 3 // from which on it is told how hosts are reached

// tellWay tells how the host is reached, once for each way to it.
func (r *remote) tellWay() {
	t := r.way.target
	if r.x.scouting || r.x.p.run.opts.Verbosity < wayVerbosity {
		return
	}
	text := fmt.Sprintf("ESTABLISH %s CONNECTION", strings.ToUpper(t.Transport))
	if t.User != "" {
		text += " FOR USER: " + t.User
	}
	for _, b := range r.way.become {
		text += fmt.Sprintf(", %s TO %s", b.Method, b.User)
	}
	if r.x.p.run.firstTime(t.Host + text) {
		r.x.p.run.send(event.Message{Level: event.Verbose3, Host: cmp.Or(t.Address, t.Host), Text: text})
	}
}

// Final tells that the next module call is the action's last one.
func (r *remote) Final() { r.final = true }

// Module runs a module and gives its result.
func (r *remote) Module(ctx context.Context, name string, args *value.Dict, files ...agent.Attachment) (*value.Dict, error) {
	if windows(r.way.target) {
		return r.windowsModule(ctx, name, args)
	}
	call, err := r.request(name, args, files)
	if err != nil {
		return nil, err
	}
	if r.detaches && r.final {
		r.detaches = false
		if err := r.detach(call); err != nil {
			return nil, err
		}
	}
	s, err := r.session(ctx)
	if err != nil {
		return r.noSession(r.notSent(err))
	}
	reply, err := r.x.turn.call(call, r.final, func() (*agent.Reply, error) { return r.send(ctx, s, call) })
	if err != nil {
		return r.noSession(err)
	}
	return r.read(name, s, call, reply)
}

// read gives the result of a module's reply.
func (r *remote) read(name string, s *agent.Session, call *agent.Call, reply *agent.Reply) (*value.Dict, error) {
	if r.x.p.run.opts.Config.Bool("MODULE_STRICT_UTF8_RESPONSE") {
		if err := refuseUndecoded(reply.Stdout); err != nil {
			return nil, err
		}
	}
	r.tellKept(reply)
	if err := r.notPython(name, call.Payload, reply); err != nil {
		return nil, err
	}
	r.last = r.result(call.Payload, reply)
	r.explain(reply, name)
	if !r.c.background.waits(r.last) { // a result that is not passed on
		r.discovered(s, r.last)
	}
	return r.last, nil
}

// keeps tells whether modules' files stay on targets.
func (r *remote) keeps() bool { return r.x.p.run.opts.Config.Bool("DEFAULT_KEEP_REMOTE_FILES") }

// tellKept tells where a module's files stay.
func (r *remote) tellKept(reply *agent.Reply) {
	if reply.Kept != "" && r.x.p.run.opts.Verbosity >= wayVerbosity {
		r.x.p.run.send(event.Message{Level: event.Verbose3, Host: r.x.h.name, Text: "KEPT " + reply.Kept})
	}
}

// request makes a module call.
func (r *remote) request(name string, args *value.Dict, files []agent.Attachment) (*agent.Call, error) {
	pl, err := r.x.p.run.registry.Payload(name, r.x.tp.env.SearchPaths)
	if err != nil {
		return nil, err
	}
	data, err := r.encode(name, args)
	return &agent.Call{
		Payload: pl, Args: data, Environment: r.env, Attachments: files, Timeout: r.c.timeout,
		RemoteTmp: r.way.remoteTmp, Interpreters: r.way.interpreters(pl), OpenFiles: r.way.openFiles, Keep: r.keeps(),
	}, err
}

// send runs a call, unless the host's convoy has sent it ahead.
func (r *remote) send(ctx context.Context, s *agent.Session, call *agent.Call) (*agent.Reply, error) {
	if r.final && r.x.turn == nil {
		if c := r.x.p.convoy(r.x.h); c != nil {
			return c.call(ctx, r, s, call)
		}
	}
	return s.Call(ctx, call)
}

// explain keeps what caused the failure of the last module.
func (r *remote) explain(reply *agent.Reply, name string) {
	r.why = decodeMessages(r.last, name[strings.LastIndexByte(name, '.')+1:])
	if reply.Crash != "" {
		r.why = crashReasons(reply)
	}
}

// notSent words the error of a line that could not be opened as the reference does with pipelining, when it finds out while sending.
func (r *remote) notSent(err error) error {
	var lost *connection.UnreachableError
	if !r.way.pipelining || !errors.As(err, &lost) {
		return err
	}
	why, ok := strings.CutPrefix(lost.Error(), "Failed to connect to the host via ssh: ")
	if !ok {
		return err
	}
	const format = "Data could not be sent to remote host \"%s\". Make sure this host can be reached over ssh: %s"
	return &connection.UnreachableError{Host: lost.Host, Msg: fmt.Sprintf(format, r.way.target.Address, why)}
}

// noSession turns errors of the target that are a task's failure into its result.
func (r *remote) noSession(err error) (*value.Dict, error) {
	var late *agent.TimeoutError
	var python *agent.InterpreterError
	var become *agent.BecomeError // a failure of the task
	switch {
	case errors.As(err, &late):
		return timedOut(r.c.timeout), nil
	case errors.As(err, &python):
		return noInterpreter(python), nil
	case errors.As(err, &become) && strings.HasPrefix(become.Msg, "Module result deserialization"):
		return noJSON(become.Msg, become.Msg, become.Exit, become.Stdout, become.Stderr), nil
	case errors.As(err, &become):
		return nil, become
	}
	return nil, err
}

// noJSON is the result of what gave no result: its output tells why.
func noJSON(msg, told string, exit int, stdout, stderr string) *value.Dict {
	return value.DictOf("failed", value.Bool(true), "changed", value.Bool(false), "msg", value.String(msg), "rc", value.Int(exit),
		"module_stdout", text([]byte(stdout)), "module_stderr", text([]byte(stderr)),
		"_goplay_link", value.String(told+" See stdout/stderr for the returned output."))
}

// noInterpreter is the result of a module whose Python did not start.
func noInterpreter(e *agent.InterpreterError) *value.Dict {
	hint := e.Error()
	if e.Missing() {
		hint += " Consider overriding the configured interpreter path for this host."
	}
	return noJSON(e.Error(), hint, e.Exit, e.Stdout, e.Stderr)
}

// encode makes the JSON of a module's arguments with the ones that Ansible adds for every module.
func (r *remote) encode(name string, args *value.Dict) ([]byte, error) {
	all := r.x.p.run.internalArgs(r.way.shell, r.way.remoteTmp, r.c.Check, r.c.Diff, r.c.NoLog || r.way.quiet)
	all.Set("_ansible_target_log_info", noneIfEmpty(r.way.logInfo))
	all.Set("_ansible_module_name", value.String(r.named(name)))
	own := args.Clone()
	for k := range all.Strings() {
		own.Delete(k)
	}
	all.Update(own)
	return value.AppendJSON(nil, all, value.JSONOptions{Default: value.ISODate})
}

// internalArgs are those that Ansible adds for every module. The further down, the more they differ between calls.
func (r *run) internalArgs(shell, remoteTmp string, check, diff, noLog bool) *value.Dict {
	cfg := r.opts.Config
	return value.DictOf(
		"_ansible_version", value.String(ansibleVersion), "_ansible_debug", value.Bool(cfg.Bool("DEFAULT_DEBUG")), "_ansible_verbosity", value.Int(r.opts.Verbosity),
		"_ansible_syslog_facility", value.String(cfg.Str("DEFAULT_SYSLOG_FACILITY")), "_ansible_selinux_special_fs", strs(cfg.List("DEFAULT_SELINUX_SPECIAL_FS")),
		"_ansible_string_conversion_action", value.String("warn"), "_ansible_socket", value.None, "_ansible_tracebacks_for", value.NewList(),
		"_ansible_ignore_unknown_opts", value.Bool(false), "_ansible_keep_remote_files", value.Bool(cfg.Bool("DEFAULT_KEEP_REMOTE_FILES")),
		"_ansible_shell_executable", value.String(shell), "_ansible_remote_tmp", value.String(remoteTmp),
		"_ansible_check_mode", value.Bool(check), "_ansible_diff", value.Bool(diff), "_ansible_no_log", value.Bool(noLog),
	)
}

// commonArgs is how the arguments of most calls begin.
func (r *run) commonArgs() string {
	usual := r.internalArgs("/bin/sh", r.opts.Config.Str("shell.sh.remote_tmp"), r.opts.Check, r.opts.Diff, r.opts.Config.Bool("DEFAULT_NO_LOG"))
	data, err := value.AppendJSON(nil, usual, value.JSONOptions{})
	if err != nil {
		return "" // settings always have a JSON form
	}
	return strings.TrimSuffix(string(data), "}")
}

func noneIfEmpty(s string) value.Value {
	if s == "" {
		return value.None
	}
	return value.String(s)
}

// named gives the name by which a module speaks of itself: the task's own as it was written, that of a collection's action in full, others'
// in short.
func (r *remote) named(name string) string {
	_, action := r.x.p.run.registry.Own(name)
	switch {
	case action && !strings.HasPrefix(name, "ansible.builtin."):
		return name
	case name == r.x.tp.fqcn && r.x.t.Action != "":
		return r.x.t.Action
	case r.x.tp.users, strings.HasPrefix(name, "ansible.legacy."):
		return name
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

func text(b []byte) value.Value { return value.String(strings.ToValidUTF8(string(b), "\uFFFD")) }

// discovered adds the interpreter that was found to a result, as the fact that Ansible makes of it.
func (r *remote) discovered(s *agent.Session, d *value.Dict) {
	if !strings.HasPrefix(r.way.interpreter, "auto") {
		return
	}
	if r.x.p.run.knows(r.x.h.name, "discovered_interpreter_python") || !r.x.p.run.firstDiscovery(r.x.h.name) {
		return
	}
	path, _ := s.Python()
	facts, ok := d.Get("ansible_facts").(*value.Dict)
	if !ok {
		facts = &value.Dict{}
		d.Set("ansible_facts", facts)
	}
	facts.Set("discovered_interpreter_python", value.String(path))
	if !strings.HasSuffix(r.way.interpreter, "_silent") {
		r.c.advise(fmt.Sprintf("Host '%s' is using the discovered Python interpreter at '%s', but future installation of another Python interpreter could cause a different interpreter to be discovered.", r.x.h.name, path),
			"See https://docs.ansible.com/ansible-core/2.19/reference_appendices/interpreter_discovery.html for more information.")
	}
}

// firstDiscovery reports whether a host's interpreter is yet to be told of.
func (r *run) firstDiscovery(host string) bool {
	return r.firstTime("interpreter of " + host)
}

func (r *run) knows(host, fact string) bool {
	_, ok := r.store.Facts(host).Lookup(fact)
	return ok
}

// Raw runs a command line without Python on the target.
func (r *remote) Raw(ctx context.Context, command string, stdin io.Reader, executable string) (modules.RawResult, error) {
	if windows(r.way.target) {
		return r.windowsRaw(ctx, command) // no program but PowerShell: the reference takes no notice of another one either
	}
	conn, err := r.x.p.run.lines.Get(ctx, r.way.user())
	if err != nil {
		return modules.RawResult{}, err
	}
	return runRaw(ctx, conn, rawCommand(command, executable), stdin)
}

// user is the target as the user at the end of the become path.
func (w *way) user() connection.Target {
	t := w.target
	for _, b := range w.become {
		t = connection.Target{Host: t.Host, Transport: b.Method, Become: b, Via: t.Handle()}
	}
	return t
}

func rawCommand(command, executable string) string {
	if executable == "" {
		return command
	}
	return executable + " -c " + source.ShellQuote(command)
}

func runRaw(ctx context.Context, conn connection.Conn, command string, stdin io.Reader) (modules.RawResult, error) {
	p, err := conn.Start(ctx, command, connection.StartOptions{})
	if err != nil {
		return modules.RawResult{}, err
	}
	var res modules.RawResult
	var wg sync.WaitGroup
	wg.Go(func() {
		defer p.Stdin().Close()
		if stdin != nil {
			_, _ = io.Copy(p.Stdin(), stdin) // a command need not read its input
		}
	})
	wg.Go(func() { res.Stderr, _ = io.ReadAll(p.Stderr()) })
	res.Stdout, _ = io.ReadAll(p.Stdout())
	wg.Wait()
	res.Exit, err = p.Wait()
	return res, err
}

// Put streams a file to the target.
func (r *remote) Put(ctx context.Context, dst string, mode uint32, size int64, src io.Reader) error {
	if windows(r.way.target) {
		return r.notOnWindows()
	}
	s, err := r.session(ctx)
	if err != nil {
		return err
	}
	return s.Put(ctx, dst, fs.FileMode(mode), size, src)
}

// Fetch streams a file from the target.
func (r *remote) Fetch(ctx context.Context, path string) (io.ReadCloser, error) {
	if windows(r.way.target) {
		return r.windowsFetch(ctx, path)
	}
	s, err := r.session(ctx)
	if err != nil {
		return nil, err
	}
	return s.Fetch(ctx, path), nil
}

// Reset closes the line to the host.
func (r *remote) Reset(ctx context.Context) error {
	if windows(r.way.target) {
		r.x.p.run.windows.Reset(r.way.target)
		if r.way.target.Windows != "" {
			t := r.way.target
			t.Host = "" // as sessions know it
			r.x.p.run.lines.Reset(t)
		}
		return nil
	}
	err := r.x.p.run.agents.Reset(ctx, r.way.target)
	r.x.p.run.lines.Reset(r.way.target)
	return err
}
