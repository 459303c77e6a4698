package inventory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

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
	if err := inv.begin(); err != nil {
		return err
	}
	out, stderr, err := inv.runScript(ctx, src, "--list")
	if err != nil {
		return err
	}
	if stderr != "" && inv.opts.Stderr != nil && inv.opts.Config.Bool("inventory.script.always_show_stderr") {
		inv.opts.Stderr(stderr)
	}
	d, meta, err := scriptResult(out)
	if err != nil {
		return &scriptError{err.Error(), stderr}
	}
	s := scriptParser{inv, src, source.Pos{File: fmt.Sprintf("<inventory script output from '%s'>", src)}, map[*Host]bool{}}
	if err := s.groups(d); err != nil {
		return err
	}
	return s.hosts(ctx, meta)
}

// scriptResult reads what --list printed; meta is nil where there is no _meta.
func scriptResult(out []byte) (d, meta *value.Dict, err error) {
	if i := notUTF8(out); i >= 0 {
		return nil, nil, said("Inventory script result contained characters that cannot be interpreted as UTF-8: 'utf-8' codec can't decode byte 0x%02x in position %d: %s",
			out[i], i, decodeFault(out[i:]))
	}
	const failed = "Unable to get JSON decoder for inventory script result: "
	v, err := value.FromJSON(out)
	if err != nil {
		return nil, nil, said(failed+"Value could not be parsed as JSON: %v", err)
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, nil, said(failed+"Value is '%s' instead of 'dict'.", v.Type())
	}
	given, ok := d.Lookup("_meta")
	if !ok {
		return d, nil, nil
	}
	if meta, ok = given.(*value.Dict); !ok {
		return nil, nil, said(failed+"Value contains '_meta' which is '%s' instead of 'dict'.", given.Type())
	}
	if profile, ok := meta.Lookup("profile"); ok && profile != value.Value(value.String("inventory_legacy")) {
		return nil, nil, said(failed+"%s", unknownProfile(profile.String()))
	}
	return d, meta, nil
}

// unknownProfile is the error of a result that is not written as ansible-inventory writes it.
func unknownProfile(name string) string {
	if strings.HasPrefix(name, "inventory_") {
		return fmt.Sprintf("Unknown profile name %s.", quote(name))
	}
	return fmt.Sprintf("Non-inventory profile %s is not allowed.", quote(name))
}

// notUTF8 gives the place of the first byte that is no UTF-8, or -1.
func notUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// decodeFault is Python's reason why text does not begin with a character in UTF-8.
func decodeFault(data []byte) string {
	switch lead := data[0]; {
	case lead < 0xc2 || lead > 0xf4:
		return "invalid start byte"
	case utf8.FullRune(data):
		return "invalid continuation byte"
	default:
		return "unexpected end of data"
	}
}

// runScript gives what a script prints. With the context, or when it takes too long, the script ends with all that it has started.
func (inv *Inventory) runScript(ctx context.Context, src string, args ...string) (stdout []byte, stderr string, err error) {
	limit := time.Duration(inv.opts.Config.Int("GOPLAY_SCRIPT_TIMEOUT")) * time.Second
	if limit > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, limit)
		defer stop()
	}
	cmd := exec.CommandContext(ctx, src, args...)
	cmd.Dir = filepath.Dir(src)
	cmd.Cancel = func() error { return killTree(cmd.Process.Pid) }
	cmd.WaitDelay = time.Second // what the script has started may hold its output open
	out, errs := bounded{room: maxOutput}, bounded{room: maxOutput}
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, "", &scriptError{fmt.Sprintf("Inventory script did not end within %s (script_timeout in the section goplay of ansible.cfg).", limit), errs.kept.String()}
	case out.room < 0 || errs.room < 0:
		return nil, "", &scriptError{fmt.Sprintf("Inventory script result is longer than %d bytes.", maxOutput), ""}
	case errors.As(err, &exit):
		return nil, "", &scriptError{fmt.Sprintf("Inventory script returned non-zero exit code %d.", exit.ExitCode()), errs.kept.String()}
	case err != nil:
		return nil, "", &scriptError{fmt.Sprintf("Failed to execute inventory script command '%s': %s", strings.Join(cmd.Args, " "), startFault(src, err)), ""}
	}
	return out.kept.Bytes(), errs.kept.String(), nil
}

// maxOutput bounds what a script may print: more than the largest inventories need.
const maxOutput = 256 << 20

// bounded keeps what is written to it, and fails when there is no room.
type bounded struct {
	kept bytes.Buffer
	room int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.room -= len(p); b.room < 0 {
		return 0, io.ErrShortWrite
	}
	return b.kept.Write(p)
}

// startFault says in Python's words why a program did not start.
func startFault(path string, err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error()
	}
	return source.Errno(err) + ": " + quote(path)
}

type scriptParser struct {
	inv *Inventory
	src string
	pos source.Pos

	listed map[*Host]bool // by this script
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
	hosts, err := s.list(g, d, "hosts")
	if err != nil {
		return err
	}
	for _, e := range hosts {
		name, err := hostName(e)
		if err != nil {
			return err
		}
		h := s.inv.addHost(name, s.src, 0)
		s.listed[h] = true
		s.inv.addToGroup(g, h)
	}
	if err := s.groupVars(g, d); err != nil {
		return err
	}
	children, err := s.children(d)
	if err != nil {
		return err
	}
	for _, name := range children {
		if err := s.inv.addChild(g, s.inv.addGroup(asWritten(name))); err != nil {
			return err
		}
	}
	return nil
}

func (s scriptParser) list(g *Group, d *value.Dict, key string) ([]value.Value, error) {
	v, ok := d.Lookup(key)
	if !ok {
		return nil, nil
	}
	l, ok := v.(*value.List)
	if !ok {
		return nil, said("Value contains '%s.%s' which is '%s' instead of 'list'.", g.Name, key, v.Type())
	}
	return l.Elems, nil
}

// children gives a group's children: a list, or what else a loop can go over.
func (s scriptParser) children(d *value.Dict) ([]value.Value, error) {
	v, ok := d.Lookup("children")
	if !ok {
		return nil, nil
	}
	return elements(v)
}

// hostName gives a host's name, which must be a text that is not empty.
func hostName(v value.Value) (string, error) {
	s, ok := text(v)
	if !ok {
		return "", said("Invalid host name supplied, expected a string but got %s for %s", value.TaggedClass(v), v)
	}
	if s == "" {
		return "", said("Invalid empty host name provided:")
	}
	return s, nil
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
		s.checkName(k)
		s.inv.place(g, k, s.pos)
		if err := g.set(k, s.value(v)); err != nil {
			return err
		}
	}
	return nil
}

// hosts sets the hosts' variables: from _meta, or by asking the script for each host.
func (s scriptParser) hosts(ctx context.Context, meta *value.Dict) error {
	if meta == nil {
		s.deprecate("Inventory scripts should always provide 'meta.hostvars'. Host variables will be collected by running the inventory script with the '--host' option for each host.")
		return s.askEach(ctx)
	}
	given := orNone(meta.Get("hostvars"))
	hostvars, ok := given.(*value.Dict)
	if !ok {
		return said("Value contains '_meta.hostvars' which is '%s' instead of 'dict'.", given.Type())
	}
	for _, h := range s.inv.order {
		vars, ok := hostvars.Lookup(h.Name)
		if !ok || !s.listed[h] {
			continue
		}
		if err := s.hostVars(h, vars); err != nil {
			return err
		}
	}
	return nil
}

func (s scriptParser) askEach(ctx context.Context) error {
	for _, h := range s.inv.order {
		if !s.listed[h] {
			continue
		}
		out, stderr, err := s.inv.runScript(ctx, s.src, "--host", h.Name)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(out)) == 0 {
			continue
		}
		vars, err := value.FromJSON(out)
		if err != nil {
			return &scriptError{fmt.Sprintf("Inventory script result for host '%s' could not be parsed as JSON: JSON parsing failed: %v", h.Name, err), stderr}
		}
		if err := s.hostVars(h, vars); err != nil {
			return err
		}
	}
	return nil
}

func (s scriptParser) hostVars(h *Host, given value.Value) error {
	vars, ok := given.(*value.Dict)
	if !ok {
		return said("Invalid data from file, expected dictionary and got:\n\n%s", given)
	}
	for k, v := range vars.Strings() {
		s.checkName(k)
		h.set(k, s.value(v))
		s.inv.place(h, k, s.pos)
	}
	return nil
}

// value makes a variable's value of what the script said. Texts may be marked as ansible-inventory marks them: as vaulted, or as no templates.
func (s scriptParser) value(given value.Value) value.Value {
	switch v := given.(type) {
	case *value.List:
		for i, e := range v.Elems {
			v.Elems[i] = s.value(e)
		}
	case *value.Dict:
		if marked := s.inv.documents().Marked(v, s.pos); marked != nil {
			return marked
		}
		for k, e := range v.All() {
			_ = v.SetKey(k, s.value(e)) // the key is there already
		}
	default:
		return templates(v, s.pos)
	}
	return given
}

func (s scriptParser) checkName(name string) { s.inv.checkVarName(name, document.Warning{Pos: s.pos}) }
