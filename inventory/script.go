package inventory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/templating/value"
)

// scriptError is a script that failed, with what it said.
type scriptError struct {
	msg    string
	stderr string
}

func (e *scriptError) Error() string { return e.msg }

// parseScript runs an executable file with --list and reads the JSON that it prints.
func parseScript(ctx context.Context, inv *Inventory, src string) error {
	info, err := os.Stat(src)
	if err != nil || info.IsDir() || info.Mode().Perm()&0o111 == 0 {
		return errNotMine
	}
	out, stderr, err := runScript(ctx, src, "--list")
	if err != nil {
		return err
	}
	if stderr != "" && inv.opts.Stderr != nil && inv.opts.Config.Bool("inventory.script.always_show_stderr") {
		inv.opts.Stderr(stderr)
	}
	v, err := value.FromJSON(out)
	if err != nil {
		return &scriptError{fmt.Sprintf("Unable to get JSON decoder for inventory script result: %v.", err), stderr}
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return &scriptError{fmt.Sprintf("Unable to get JSON decoder for inventory script result: Value is '%s' instead of 'dict'.", v.Type()), stderr}
	}
	s := scriptParser{inv, src, source.Pos{File: fmt.Sprintf("<inventory script output from '%s'>", src)}}
	if err := s.groups(d); err != nil {
		return err
	}
	return s.hosts(ctx, d)
}

func runScript(ctx context.Context, src string, args ...string) (stdout []byte, stderr string, err error) {
	cmd := exec.CommandContext(ctx, src, args...)
	cmd.Dir = filepath.Dir(src)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return nil, "", &scriptError{fmt.Sprintf("Inventory script returned non-zero exit code %d.", exit.ExitCode()), errs.String()}
	case err != nil:
		return nil, "", &scriptError{fmt.Sprintf("Failed to execute inventory script command '%s'.: %v", src, err), ""}
	}
	return out.Bytes(), errs.String(), nil
}

type scriptParser struct {
	inv *Inventory
	src string
	pos source.Pos
}

// groups adds the groups first and what they hold after.
func (s scriptParser) groups(d *value.Dict) error {
	for name, def := range d.Strings() {
		if name == "_meta" {
			continue
		}
		if err := s.group(s.inv.addGroup(name), s.definition(name, def)); err != nil {
			return err
		}
	}
	return nil
}

// definition gives a group's dict: a list is one of hosts, and a dict without any of the known keys is a host's variables.
func (s scriptParser) definition(name string, def value.Value) *value.Dict {
	d, ok := def.(*value.Dict)
	if !ok {
		s.deprecate("Group %s was converted to 'dict' from '%s'.", quote(name), def.Type())
		return value.DictOf("hosts", def)
	}
	for _, k := range []string{"hosts", "vars", "children"} {
		if _, ok := d.Lookup(k); ok {
			return d
		}
	}
	s.deprecate("Treating malformed group %s as the sole host of that group. Variables provided in this manner cannot be templated.", quote(name))
	return value.DictOf("hosts", value.NewList(value.String(name)), "vars", d)
}

func (s scriptParser) deprecate(format string, args ...any) {
	s.inv.emit(document.Warning{
		Pos:         s.pos,
		Msg:         fmt.Sprintf(format, args...) + " This feature will be removed from inventory plugin 'script' in ansible-core version 2.23.",
		Deprecation: true,
	})
}

func (s scriptParser) group(g *Group, d *value.Dict) error {
	hosts, err := s.names(g, d, "hosts")
	if err != nil {
		return err
	}
	for _, name := range hosts {
		s.inv.addToGroup(g, s.inv.addHost(name, s.src, 0))
	}
	if err := s.groupVars(g, d); err != nil {
		return err
	}
	children, err := s.names(g, d, "children")
	if err != nil {
		return err
	}
	for _, name := range children {
		if err := s.inv.addChild(g, s.inv.addGroup(name)); err != nil {
			return err
		}
	}
	return nil
}

func (s scriptParser) names(g *Group, d *value.Dict, key string) ([]string, error) {
	v, ok := d.Lookup(key)
	if !ok {
		return nil, nil
	}
	l, ok := v.(*value.List)
	if !ok {
		return nil, said("Value contains '%s.%s' which is '%s' instead of 'list'.", g.Name, key, v.Type())
	}
	names := make([]string, len(l.Elems))
	for i, e := range l.Elems {
		names[i] = e.String()
	}
	return names, nil
}

func (s scriptParser) groupVars(g *Group, d *value.Dict) error {
	v, ok := d.Lookup("vars")
	if !ok {
		return nil
	}
	vars, ok := v.(*value.Dict)
	if !ok {
		return said("Value contains '%s.vars' which is '%s' instead of 'dict'.", g.Name, v.Type())
	}
	for k, v := range vars.Strings() {
		s.inv.place(g, k, s.pos)
		if err := g.set(k, templates(v, s.pos)); err != nil {
			return err
		}
	}
	return nil
}

// hosts sets the hosts' variables: from _meta, or by asking the script for each host.
func (s scriptParser) hosts(ctx context.Context, d *value.Dict) error {
	meta, _ := d.Get("_meta").(*value.Dict)
	hostvars, ok := meta.Get("hostvars").(*value.Dict)
	if !ok {
		s.deprecate("Inventory scripts should always provide 'meta.hostvars'. Host variables will be collected by running the inventory script with the '--host' option for each host.")
		return s.askEach(ctx)
	}
	for name, v := range hostvars.Strings() {
		if vars, ok := v.(*value.Dict); ok {
			s.hostVars(s.inv.addHost(name, s.src, 0), vars)
		}
	}
	return nil
}

func (s scriptParser) askEach(ctx context.Context) error {
	for _, h := range s.inv.order {
		if h.source != s.src {
			continue
		}
		out, stderr, err := runScript(ctx, s.src, "--host", h.Name)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(out)) == 0 {
			continue
		}
		vars, err := value.FromJSON(out)
		if err != nil {
			return &scriptError{fmt.Sprintf("Unable to get JSON decoder for inventory script result: %v.", err), stderr}
		}
		if d, ok := vars.(*value.Dict); ok {
			s.hostVars(h, d)
		}
	}
	return nil
}

func (s scriptParser) hostVars(h *Host, vars *value.Dict) {
	for k, v := range vars.Strings() {
		h.set(k, templates(v, s.pos))
		s.inv.place(h, k, s.pos)
	}
}
