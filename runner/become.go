package runner

import (
	"cmp"
	"strings"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/become"
)

// becomes says as whom the task is to run; the zero value: as the login user.
func (d *destination) becomes() agent.Become {
	opts, cfg := &d.run.opts, d.run.opts.Config
	if !d.bool("ansible_become", d.keywords.bool("become", d.task.Become, opts.Become || cfg.Bool("DEFAULT_BECOME"))) {
		return agent.Become{}
	}
	return d.become("", "")
}

// becomePath gives the steps to the user that the task is to run as: none where that one logs in.
func (d *destination) becomePath(t connection.Target, b agent.Become) []agent.Become {
	if b == (agent.Become{}) || b.User == login(t) && become.Find(b.Method) != nil && !d.run.opts.Config.Bool("BECOME_ALLOW_SAME_USER") {
		return nil
	}
	return []agent.Become{b}
}

// become gives the step to another user: the one that the host's settings say, or those named.
func (d *destination) become(method, user string) agent.Become {
	opts, cfg := &d.run.opts, d.run.opts.Config
	method = cmp.Or(method, d.str("ansible_become_method", d.keywords.str("become_method", d.task.BecomeMethod, ""), opts.BecomeMethod,
		cfg.Str("DEFAULT_BECOME_METHOD"), "sudo"))
	method = strings.TrimPrefix(strings.TrimPrefix(method, "ansible.builtin."), "community.general.")
	o := becomeOptions{d, "become." + method + "."}
	return agent.Become{
		Method:   method,
		User:     cmp.Or(user, o.str("become_user", d.keywords.str("become_user", d.task.BecomeUser, ""), opts.BecomeUser), cfg.Str("DEFAULT_BECOME_USER"), "root"),
		Exe:      o.str("become_exe", d.keywords.str("become_exe", d.task.BecomeExe, "")),
		Flags:    cmp.Or(o.str("become_flags", d.keywords.str("become_flags", d.task.BecomeFlags, "")), " "),
		Password: o.password(),
		Chdir:    o.optional("sudo_chdir"),
		Shell:    o.known("wrap_exe") && o.optionBool(o.plugin+"wrap_exe"),
		Timeout:  d.becomeTimeout(),
	}
}

// becomeTimeout is how long the host's connection waits for another user; 0: it has no option that says it.
func (d *destination) becomeTimeout() int {
	switch name := d.connection(); name {
	case "ssh":
		return d.sshTimeout() + 2
	case "local":
		return d.optionInt("connection.local.become_success_timeout", 0)
	case "docker", "community.docker.docker":
		return d.optionInt("connection.docker.container_timeout", d.run.opts.Timeout)
	}
	return 0
}

// optional gives an option that some methods have.
func (o *becomeOptions) optional(option string) string {
	if !o.known(option) {
		return ""
	}
	return o.option(o.plugin + option)
}

// becomeOptions are the options of a become plugin.
type becomeOptions struct {
	*destination
	plugin string // "become.sudo."
}

func (o *becomeOptions) known(option string) bool {
	_, ok := config.Named(o.plugin + option)
	return ok
}

// str gives an option. Methods that goplay does not know have the general variables; they are refused later.
func (o *becomeOptions) str(option string, others ...string) string {
	if o.known(option) {
		return o.option(o.plugin+option, others...)
	}
	return o.settings.str("ansible_"+option, others...)
}

// password is what the user of the plugin is asked for. What was asked for at the start of the run counts where no variable has one.
func (o *becomeOptions) password() string { return o.str("become_pass", o.run.opts.BecomePassword) }
