package runner

import (
	"cmp"
	"fmt"
	"iter"
	"strings"

	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// delegate gives the host that does the work, or "" where it is the task's own.
func (x *execution) delegate(vars *templating.Context) (string, error) {
	written := x.t.DelegateTo
	if written == nil || !asWritten(written).Truth() {
		return "", nil
	}
	to, err := vars.Resolve(written)
	if err != nil || to == value.Omit {
		return "", err
	}
	if !to.Truth() {
		return "", said("Empty hostname produced from delegate_to: \"%s\"", asWritten(written))
	}
	switch to.Type() {
	case "int", "float", "bool", "date", "datetime":
		return "", fmt.Errorf("expected string or bytes-like object, got '%s'", value.TaggedType(to))
	case "list", "dict":
		return "", fmt.Errorf("unhashable type: '%s'", value.TaggedType(to))
	}
	return to.String(), nil
}

// delegatesFacts tells whether facts belong to the delegate. As in the reference, a template that is some text says so whatever it gives.
func (x *execution) delegatesFacts() bool {
	switch v := x.t.DelegateFacts.(type) {
	case nil:
		return false
	case *value.Template:
		if b, ok := value.Boolean(value.String(v.Text)); ok {
			return b
		}
		return v.Text != ""
	default:
		return v.Truth()
	}
}

// delegated adds what a delegated task sees of its delegate: its variables, and where it is reached unless the task's host has that.
func (x *execution) delegated(ctx *templating.Context, delegate string) *templating.Context {
	if x.t.DelegateTo == nil {
		return ctx
	}
	name, host := x.h.name, ctx
	extra := &value.Dict{}
	if delegate != "" {
		scope := x.delegateScope(ctx, delegate)
		name, host = delegate, x.p.run.engine.NewContext(scope, x.tp.env)
		extra.Set("ansible_delegated_vars", value.DictOf(delegate, varsView{x.seenOfDelegate(scope, delegate)}))
	}
	s := &settings{run: x.p.run, vars: host}
	own := value.DictOf("ansible_host", value.String(s.str("ansible_host ansible_ssh_host", name)))
	if user := s.str("ansible_user ansible_ssh_user"); user != "" {
		own.Set("ansible_user", value.String(user))
	} else if user := x.reached.user(); user != nil {
		own.Set("ansible_user", user)
	}
	if !ctx.Has("ansible_connection") {
		extra.Set("ansible_connection", value.String(s.str("ansible_connection", x.p.run.transportTo(name))))
	}
	if delegate != "" {
		lendOptions(host, ctx, extra)
	}
	for k, v := range own.Strings() {
		for _, alias := range []string{k, strings.Replace(k, "ansible_", "ansible_ssh_", 1)} {
			if !ctx.Has(alias) {
				extra.Set(alias, v)
			}
		}
	}
	return ctx.With(extra)
}

// lentOptions are variables that a delegated task has of its delegate, if that has them; those parted by a blank stand for each other.
var lentOptions = []string{
	"ansible_port ansible_ssh_port", "ansible_password ansible_ssh_pass ansible_ssh_password",
	"ansible_private_key_file ansible_ssh_private_key_file", "ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_sftp_extra_args",
	"ansible_scp_extra_args", "ansible_docker_extra_args", "ansible_shell_type",
}

// lendOptions adds those that a host has and its task's own has not.
func lendOptions(of, own *templating.Context, to *value.Dict) {
	for _, names := range lentOptions {
		aliases := strings.Fields(names)
		for _, name := range aliases {
			v, ok, err := of.Variable(name)
			if err != nil || !ok {
				continue
			}
			for _, alias := range aliases {
				if !own.Has(alias) {
					to.Set(alias, v)
				}
			}
			break
		}
	}
}

// transportTo names the connection plugin to a delegate whose variables do not name one. Neither keywords nor the command line count.
func (r *run) transportTo(delegate string) string {
	if isLocal(delegate) {
		return "local"
	}
	return r.opts.Config.Str("DEFAULT_TRANSPORT")
}

// seenOfDelegate is an entry of ansible_delegated_vars.
func (x *execution) seenOfDelegate(scope *vars.Scope, delegate string) *vars.Scope {
	seen := &vars.Scope{}
	seen.Push(vars.Magic, value.DictOf("inventory_hostname", value.String(x.h.name)))
	seen.Layers = append(seen.Layers, scope.Layers...)
	seen.Push(vars.Magic, value.DictOf("ansible_host", value.String(delegate), "ansible_port", value.None, "ansible_user", value.None))
	return seen
}

// connectionVars are the weakest variables of a task: how its host is reached. A delegated task has them of its delegate.
type connectionVars struct {
	run   *run
	task  *playbook.Task
	host  string
	scope *vars.Scope // that this is a layer of
	on    bool        // the task's loop has been evaluated, which does not see them
}

var _ vars.Layer = (*connectionVars)(nil)

// connectionVar is what makes one of them, which has names that stand for each other.
type connectionVar struct {
	names []string
	make  func(c *connectionVars) value.Value
}

var connectionTable = []*connectionVar{
	{[]string{"ansible_connection"}, (*connectionVars).connection},
	{[]string{"ansible_host", "ansible_ssh_host"}, func(c *connectionVars) value.Value { return value.String(c.host) }},
	{[]string{"ansible_user", "ansible_ssh_user"}, (*connectionVars).user},
	{[]string{"ansible_timeout", "ansible_ssh_timeout"}, func(c *connectionVars) value.Value {
		return value.Int(cmp.Or(c.run.opts.Timeout, c.run.opts.Config.Int("connection.ssh.timeout")))
	}},
	{[]string{"ansible_shell_executable"}, func(c *connectionVars) value.Value {
		return value.String(c.run.opts.Config.Str("DEFAULT_EXECUTABLE"))
	}},
	{[]string{"ansible_pipelining", "ansible_ssh_pipelining"}, func(c *connectionVars) value.Value {
		return value.Bool(c.run.opts.Config.Bool("ANSIBLE_PIPELINING"))
	}},
	{[]string{"ansible_module_compression"}, func(c *connectionVars) value.Value {
		return value.String(c.run.opts.Config.Str("DEFAULT_MODULE_COMPRESSION"))
	}},
}

// connectionNames has them by each of their names.
var connectionNames = func() map[string]*connectionVar {
	named := map[string]*connectionVar{}
	for _, v := range connectionTable {
		for _, name := range v.names {
			named[name] = v
		}
	}
	return named
}()

// connection is the connection plugin that a keyword, the command line or the configuration names.
func (c *connectionVars) connection() value.Value {
	if c.task.Connection != nil {
		return c.task.Connection
	}
	return value.String(cmp.Or(c.run.opts.Connection, c.run.opts.Config.Str("DEFAULT_TRANSPORT")))
}

// user is the login user that a keyword, the command line or the configuration names, or nil.
func (c *connectionVars) user() value.Value {
	if c.task.RemoteUser != nil {
		return c.task.RemoteUser
	}
	if c.run.opts.RemoteUser != "" {
		return value.String(c.run.opts.RemoteUser)
	}
	return nonEmpty(c.run.opts.Config.Str("connection.ssh.remote_user"))
}

// Lookup gives one, or another that stands for it.
func (c *connectionVars) Lookup(name string) (value.Value, bool) {
	if !c.on {
		return nil, false
	}
	made, ok := connectionNames[name]
	if !ok {
		return nil, false
	}
	v := c.found(made.names, name)
	if v == nil {
		v = made.make(c)
	}
	return v, v != nil
}

// found gives the value of another of some names.
func (c *connectionVars) found(names []string, but string) value.Value {
	for _, name := range names {
		if name == but {
			continue
		}
		for _, l := range c.scope.Layers {
			if l == vars.Layer(c) {
				break
			}
			if v, ok := l.Lookup(name); ok {
				return v
			}
		}
	}
	return nil
}

// Names gives those that have a value.
func (c *connectionVars) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, made := range connectionTable {
			for _, name := range made.names {
				if _, ok := c.Lookup(name); ok && !yield(name) {
					return
				}
			}
		}
	}
}
