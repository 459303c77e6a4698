package runner

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/agent/pwsh"
	"github.com/goplay/goplay/connection/psrp"
	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/modules/powershell"
	"github.com/goplay/goplay/templating/value"
)

// windowsModule runs a PowerShell module on a Windows host: one of goplay's own, or one of users.
func (r *remote) windowsModule(ctx context.Context, name string, args *value.Dict) (d *value.Dict, err error) {
	module, args, script, err := r.forWindows(name, args)
	if err != nil {
		return nil, err
	}
	if err := r.windowsOnly(); err != nil {
		return nil, err
	}
	if r.detaches && r.final {
		r.detaches = false
		if module, args, err = r.inBackground(module, script, name, args); err != nil {
			return nil, err
		}
		script = nil
	}
	if r.c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.c.timeout)
		defer cancel()
	}
	r.tellWay()
	if script != nil {
		d, err = r.windowsScript(ctx, script, name, args)
	} else {
		d, err = r.callWindows(ctx, module, args)
	}
	died := (*pwsh.DiedError)(nil)
	switch {
	case errors.Is(err, context.DeadlineExceeded) && r.c.timeout > 0:
		return timedOut(r.c.timeout), nil
	case errors.As(err, &died):
		return noJSON(died.Error(), died.Error(), died.Exit, "", died.Stderr), nil
	case err != nil:
		return nil, err
	}
	r.last = d
	r.why = reasons{texts: []string{textOf(d, "msg")}}
	return d, nil
}

// inBackground makes of a module's call one that starts it in the background.
func (r *remote) inBackground(module string, script *payload.Script, name string, args *value.Dict) (string, *value.Dict, error) {
	if script != nil {
		module, args = "goplay_script", r.scriptCall(script, name, args)
		args.Set("texts", contents(script, nil)) // nobody will be there who could be asked for them
	}
	request, err := r.windowsCall(module, args)
	return "goplay_async", value.DictOf("jid", value.String(fmt.Sprintf("j%d", rand.Int64N(1e12))), "limit", value.Int(r.c.background.limit),
		"dir", value.String(r.way.asyncDir), "request", value.String(request)), err
}

// callWindows runs one of goplay's own modules.
func (r *remote) callWindows(ctx context.Context, module string, args *value.Dict) (*value.Dict, error) {
	request, err := r.windowsCall(module, args)
	if err != nil {
		return nil, err
	}
	answer, err := r.x.p.run.windows.Call(ctx, r.way.target, request)
	if err != nil {
		return nil, err
	}
	d, err := windowsResult(answer)
	if err != nil {
		return nil, err
	}
	return r.scriptResult(d), nil
}

// forWindows finds the module that does on Windows hosts what a name stands for: some of those that actions call are others there. A module of users'
// library folders comes before goplay's own.
func (r *remote) forWindows(name string, args *value.Dict) (string, *value.Dict, *payload.Script, error) {
	short := name[strings.LastIndexByte(name, '.')+1:]
	inner := name != r.x.tp.fqcn && name != r.x.t.Action // an action calls it, not the user
	if inner && short == "goplay_fetch" {
		short = "stat" // without the content
	}
	if inner && (short == "stat" || short == "ping") && !strings.HasPrefix(name, "ansible.windows.") {
		args = args.Clone()
		args.Delete("get_mime")
		args.Delete("get_attributes")
		args.Delete("_goplay_fetch")
		name = "ansible.windows.win_" + short
	}
	asked := name
	if !inner && r.x.tp.name != "" {
		asked = r.x.tp.name // a short name may be of a library folder
	}
	script, err := r.x.p.run.registry.Script(asked, r.x.tp.env.SearchPaths)
	module, ours := powershell.Find(name)
	none := (*payload.NotFoundError)(nil)
	switch {
	case err == nil && (!ours || strings.HasPrefix(script.Name, "ansible.legacy.")):
		return "", args, script, nil
	case ours:
		return module, args, nil, nil
	case errors.As(err, &none):
		return "", nil, nil, r.notOnWindows()
	}
	return "", nil, nil, modules.Errorf("%s", err)
}

// notOnWindows refuses what the task does.
func (r *remote) notOnWindows() error {
	names := append(powershell.Names(), "win_copy", "win_reboot", "win_template")
	slices.Sort(names)
	return modules.Errorf("The action %s cannot run on a Windows host (ansible_connection %s): goplay has raw, script, fetch, gather_facts, wait_for_connection, its own %s there, and the PowerShell modules of library folders and collections.",
		r.x.t.Action, r.way.target.Transport, strings.Join(names, ", "))
}

// windowsOnly refuses what cannot be done on Windows hosts yet.
func (r *remote) windowsOnly() error {
	if len(r.way.become) > 0 {
		return modules.Errorf("become (%s) is not supported on Windows hosts yet.", r.way.become[0].Method)
	}
	return nil
}

// windowsCall makes a call of a module.
func (r *remote) windowsCall(module string, args *value.Dict) (string, error) {
	arguments, err := toCLIXML(args)
	if err != nil {
		return "", err
	}
	environment := clixml.NewDict()
	for _, k := range sortedKeys(r.env) {
		environment.Value = append(environment.Value.(clixml.Dict), clixml.Entry{Key: k, Value: r.env[k]})
	}
	call := clixml.NewDict(
		clixml.Entry{Key: "name", Value: module}, clixml.Entry{Key: "arguments", Value: arguments},
		clixml.Entry{Key: "check", Value: r.c.Check}, clixml.Entry{Key: "diff", Value: r.c.Diff}, clixml.Entry{Key: "environment", Value: environment},
	)
	text, err := clixml.Encode(call)
	return `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">` + string(text) + `</Objs>`, err
}

func sortedKeys(m map[string]string) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// toCLIXML gives a module's arguments as PowerShell's objects.
func toCLIXML(args *value.Dict) (any, error) {
	data, err := value.AppendJSON(nil, args, value.JSONOptions{Default: value.ISODate})
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return objectOf(v), nil
}

func objectOf(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			if n == int64(int32(n)) {
				return int32(n)
			}
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case []any:
		list := clixml.NewList()
		var items []any
		for _, e := range v {
			items = append(items, objectOf(e))
		}
		list.Value = clixml.List{Kind: clixml.Array, Items: items}
		return list
	case map[string]any:
		var entries []clixml.Entry
		for k, e := range v {
			entries = append(entries, clixml.Entry{Key: k, Value: objectOf(e)})
		}
		return clixml.NewDict(entries...)
	}
	return v
}

// windowsResult reads the answer to a call.
func windowsResult(answer string) (*value.Dict, error) {
	records, err := clixml.DecodeAll([]byte(answer))
	if err != nil || len(records) != 1 {
		return nil, fmt.Errorf("the host's answer is no result: %w", cmp.Or(err, errors.New("there is not one object in it")))
	}
	d, ok := valueOf(records[0].Value).(*value.Dict)
	if !ok {
		return nil, errors.New("the host's answer is no result: it is no dict")
	}
	return d, nil
}

// valueOf gives one of PowerShell's objects as a value. What has no other form is its text.
func valueOf(v any) value.Value {
	switch v := v.(type) {
	case nil:
		return value.None
	case bool:
		return value.Bool(v)
	case string:
		return value.String(v)
	case int32:
		return value.Int(int64(v))
	case int64:
		return value.Int(v)
	case float64:
		return value.Float(v)
	case *clixml.Object:
		switch inner := v.Value.(type) {
		case clixml.List:
			list := value.NewList()
			for _, e := range inner.Items {
				list.Append(valueOf(e))
			}
			return list
		case clixml.Dict:
			d := &value.Dict{}
			for _, e := range inner {
				d.Set(psrp.Text(e.Key), valueOf(e.Value))
			}
			return d
		case nil:
			if slices.Contains(v.Types, "System.Management.Automation.PSCustomObject") {
				d := &value.Dict{}
				for _, p := range slices.Concat(v.Adapted, v.Extended) {
					d.Set(p.Name, valueOf(p.Value))
				}
				return d
			}
			return value.String(psrp.Text(v))
		default:
			return valueOf(inner)
		}
	}
	return value.String(psrp.Text(v))
}

// windowsRaw runs a script with PowerShell.
func (r *remote) windowsRaw(ctx context.Context, script string) (modules.RawResult, error) {
	if r.x.tp.fqcn != "ansible.builtin.raw" && r.x.tp.fqcn != "ansible.windows.win_reboot" { // others have scripts for /bin/sh
		return modules.RawResult{}, r.notOnWindows()
	}
	if err := r.windowsOnly(); err != nil {
		return modules.RawResult{}, err
	}
	if r.way.target.Windows != "" && r.x.tp.fqcn != "ansible.builtin.raw" {
		script = pwsh.CommandLine(script) // of raw, the shell for logins reads the line
	}
	r.tellWay()
	out, err := r.x.p.run.windows.Raw(ctx, r.way.target, script)
	return modules.RawResult{Stdout: out.Stdout, Stderr: out.Stderr, Exit: out.Exit}, err
}

// windowsFetch gives a file of the host, which is read whole.
func (r *remote) windowsFetch(ctx context.Context, path string) (io.ReadCloser, error) {
	d, err := r.windowsModule(ctx, "ansible.windows.slurp", value.DictOf("src", value.String(path)))
	if err != nil {
		return nil, err
	}
	if isTrue(d, "failed") {
		return nil, modules.Errorf("%s", textOf(d, "msg"))
	}
	data, err := base64.StdEncoding.DecodeString(textOf(d, "content"))
	return io.NopCloser(bytes.NewReader(data)), err
}

// openWindows makes the sessions of Windows hosts.
func (r *run) openWindows() {
	o := pwsh.Options{Bundle: powershell.Bundle(), QuotaWait: 2 * time.Minute}
	if cache, err := os.UserCacheDir(); err == nil {
		o.Locks = filepath.Join(cache, "goplay", "windows")
	}
	o.Lines = r.lines.Get
	r.windows = pwsh.NewPool(o)
}
