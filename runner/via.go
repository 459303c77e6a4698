package runner

import (
	"fmt"
	"strings"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/playbook"
)

// maxHops bounds hosts that are reached from one another.
const maxHops = 16

// via finds the place that the host is entered from, by the variable goplay_via, which is mitogen_via too: "host", "user@host" or
// "method:user@host", of a host of the inventory, with its own variables. The zero handle is this machine.
func (d *destination) via() connection.Handle {
	text := d.str("goplay_via mitogen_via")
	if text == "" || d.err != nil {
		return connection.Handle{}
	}
	if d.depth == maxHops {
		d.fail(fmt.Errorf("%s is reached from more than %d hosts in a row: do they lead back to one another by goplay_via?", d.host.Name, maxHops))
		return connection.Handle{}
	}
	step, name := "", text
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		step, name = text[:at], text[at+1:]
	}
	hop := d.hop(name)
	parent := hop.target()
	parent.Python = hop.interpreter()
	if step != "" {
		parent = hop.asUser(parent, step)
	}
	if hop.err != nil {
		d.fail(fmt.Errorf("on the way to %s: %w", d.host.Name, hop.err))
	}
	if windows(parent) {
		d.fail(fmt.Errorf("%s cannot be reached from %s, which is a Windows host", d.host.Name, name))
	}
	if parent.Transport == "local" {
		return connection.Handle{}
	}
	return parent.Handle()
}

// hop makes a destination of a host on the way. No keyword of the task counts there.
func (d *destination) hop(name string) *destination {
	host, vars := d.x.delegateHost(d.vars, name)
	return &destination{
		settings: &settings{run: d.run, vars: vars}, x: d.x, task: &playbook.Task{}, keywords: &reader{ctx: vars}, host: host, delegate: true,
		depth: d.depth + 1,
	}
}

// asUser makes a target the same place as another user: "user" or "method:user".
func (d *destination) asUser(t connection.Target, step string) connection.Target {
	method, user, found := strings.Cut(step, ":")
	if !found {
		method, user = "", step
	}
	b := d.become(method, user)
	return connection.Target{Host: t.Host, Transport: b.Method, Become: b, Python: t.Python, Via: t.Handle()}
}
