package runner

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/become"
	"github.com/goplay/goplay/connection/enter"
	"github.com/goplay/goplay/connection/ssh"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/templating/value"
)

// destination is a host that is to be reached: its settings, and the keywords that count for it.
type destination struct {
	*settings
	x        *execution
	task     *playbook.Task // whose keywords count; one without any for a host on the way to another
	keywords *reader
	host     *inventory.Host
	delegate bool // it is a task's delegate, for which no connection keyword counts
	depth    int  // of hosts on the way to it
}

// target finds where the host is reached.
func (d *destination) target() connection.Target {
	name := d.connection()
	t := connection.Target{Host: d.host.Name, Transport: name}
	switch short, kind := enter.Find(name); {
	case name == "local":
		return t
	case kind != nil:
		t.Transport, t.Via = short, d.via()
		t.Entry = d.entry(short, kind, t.Via)
	case name == "ssh":
		d.ssh(&t)
		d.windowsOverSSH(&t)
		d.sshVia(&t)
	case name == "winrm":
		d.winrm(&t)
	case name == "psrp":
		d.psrp(&t)
	case strings.HasPrefix(name, "mitogen_") && become.Find(strings.TrimPrefix(name, "mitogen_")) != nil:
		d.sameHost(&t, strings.TrimPrefix(name, "mitogen_"))
	}
	return t
}

// sshVia reaches the host from another one, by the program ssh there.
func (d *destination) sshVia(t *connection.Target) {
	via := d.via()
	if via == (connection.Handle{}) {
		return
	}
	entry, err := ssh.Entry(*t)
	if err != nil {
		d.fail(err)
	}
	t.Entry, t.Via = entry, via
}

// sameHost is the host of another inventory name, or this machine, as another user: Mitogen's connections mitogen_sudo, mitogen_su and
// mitogen_doas. The user is the one that would log in elsewhere.
func (d *destination) sameHost(t *connection.Target, method string) {
	t.Via = d.via()
	t.Become = d.become(method, d.option("connection.ssh.remote_user"))
	t.Become.Password = cmp.Or(d.option("connection.ssh.password"), t.Become.Password)
	t.Transport = method
	if t.Via == (connection.Handle{}) {
		t.Via = connection.Target{Host: d.host.Name, Transport: "local"}.Handle()
	}
}

// connection gives the name of the host's connection plugin. A delegate that is this machine needs no line where nothing says otherwise.
// A keyword that cannot be evaluated is an error even where a variable wins over it.
func (d *destination) connection() string {
	opts, cfg := &d.run.opts, d.run.opts.Config
	own, keyword := d.str("ansible_connection"), d.keywords.str("connection", d.task.Connection, "")
	if own == "" && d.delegate && isLocal(d.host.Name) {
		return "local"
	}
	if own == "" {
		own = d.str("", keyword, opts.Connection, cfg.Str("DEFAULT_TRANSPORT"))
	}
	return transport(own)
}

// interpreter is the Python that modules run with, or how it is to be found.
func (d *destination) interpreter() string {
	return d.str("ansible_python_interpreter", d.run.opts.Config.Str("INTERPRETER_PYTHON"))
}

// transports are other names of local and ssh; paramiko and smart are ssh here.
var transports = map[string]string{
	"smart": "ssh", "paramiko": "ssh", "paramiko_ssh": "ssh", "mitogen_ssh": "ssh", "mitogen_local": "local",
}

// transport gives the name of a transport without ansible-core's collection.
func transport(name string) string {
	name = strings.TrimPrefix(name, "ansible.builtin.")
	if other, ok := transports[name]; ok {
		return other
	}
	return name
}

func (d *destination) ssh(t *connection.Target) {
	opts := &d.run.opts
	t.Address = d.option("connection.ssh.host", d.host.Name)
	t.Port = d.optionInt("connection.ssh.port", d.keywords.int("port", d.task.Port, d.host.Port))
	t.User = d.option("connection.ssh.remote_user", d.keywords.str("remote_user", d.task.RemoteUser, ""), opts.RemoteUser)
	t.Password = d.option("connection.ssh.password", opts.ConnectionPassword)
	t.Timeout = time.Duration(d.sshTimeout()) * time.Second
	t.SSH = d.sshOptions()
}

func (d *destination) sshTimeout() int {
	return d.int("ansible_timeout ansible_ssh_timeout", cmp.Or(d.run.opts.Timeout, d.run.opts.Config.Int("connection.ssh.timeout")))
}

func (d *destination) sshOptions() connection.SSHOptions {
	opts := &d.run.opts
	return connection.SSHOptions{
		PrivateKeyFile:  d.option("connection.ssh.private_key_file", opts.PrivateKeyFile),
		PrivateKey:      d.option("connection.ssh.private_key"),
		KeysInVariables: opts.Config.Str("SSH_AGENT") != "none",
		Passphrase:      d.option("connection.ssh.private_key_passphrase"),
		HostKeyChecking: d.optionBool("connection.ssh.host_key_checking"),
		SSHArgs:         d.option("connection.ssh.ssh_args"),
		CommonArgs:      d.option("connection.ssh.ssh_common_args", opts.SSHCommonArgs) + d.keepAlive(),
		ExtraArgs:       d.option("connection.ssh.ssh_extra_args", opts.SSHExtraArgs),
		Executable:      d.option("connection.ssh.ssh_executable"),
		Retries:         d.optionInt("connection.ssh.reconnection_retries", 0),
	}
}

// keepAlive gives ssh's options for Mitogen's variables of that name.
func (d *destination) keepAlive() (options string) {
	for _, o := range [...]struct{ variable, option string }{ // always in this order: targets that differ in a text have lines of their own
		{"mitogen_ssh_keepalive_interval", "ServerAliveInterval"},
		{"mitogen_ssh_keepalive_count", "ServerAliveCountMax"},
	} {
		if n := d.int(o.variable, 0); n > 0 {
			options += fmt.Sprintf(" -o %s=%d", o.option, n)
		}
	}
	return options
}

// entry makes the command line that enters the host. What that needs on this machine is looked for where the host is entered from here.
func (d *destination) entry(plugin string, kind *enter.Kind, via connection.Handle) string {
	o := &pluginOptions{destination: d, plugin: "connection." + plugin + "."}
	line, err := kind.Entry(o)
	if err == nil && via == (connection.Handle{}) {
		err = kind.Ready(o)
	}
	if err != nil {
		d.fail(err)
	}
	return line
}

// pluginOptions are the options of one connection plugin.
type pluginOptions struct {
	*destination
	plugin string // "connection.docker."
}

var _ enter.Options = (*pluginOptions)(nil)

// Str gives an option's text.
func (o *pluginOptions) Str(option string) string {
	name := o.plugin + option
	switch option {
	case "remote_addr":
		return o.address(name)
	case "remote_user":
		return o.option(name, o.keywords.str(option, o.task.RemoteUser, ""), o.run.opts.RemoteUser)
	case "privileged", "disable_root_check":
		return value.Repr(value.Bool(o.optionBool(name)))
	}
	return o.option(name)
}

// address is the container's name. Plugins that only Mitogen has know the general variable.
func (o *pluginOptions) address(name string) string {
	if v, ok := o.optionVariable(name); ok {
		return v.String()
	}
	return o.str("ansible_host", o.host.Name)
}

// Pairs gives the entries of an option that is a dict.
func (o *pluginOptions) Pairs(option string) (pairs []string) {
	v, ok := o.optionVariable(o.plugin + option)
	if !ok {
		return nil
	}
	dict, ok := v.(*value.Dict)
	if !ok {
		o.fail(fmt.Errorf("the value %s of %s is not a dict", value.Repr(v), option))
		return nil
	}
	for k, e := range dict.Strings() {
		pairs = append(pairs, k+"="+e.String())
	}
	return pairs
}

// Variable gives a variable's text.
func (o *pluginOptions) Variable(name string) string {
	if name == "inventory_hostname" {
		return o.host.Name
	}
	return o.str(name)
}
