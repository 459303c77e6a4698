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
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/agent/pwsh"
	"github.com/goplay/goplay/connection/psrp"
	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/powershell"
	"github.com/goplay/goplay/templating/value"
)

// windowsModule runs one of goplay's own PowerShell modules on a Windows host.
func (r *remote) windowsModule(ctx context.Context, name string, args *value.Dict) (*value.Dict, error) {
	module, args, err := r.forWindows(name, args)
	if err != nil {
		return nil, err
	}
	if err := r.windowsOnly(); err != nil {
		return nil, err
	}
	request, err := r.windowsCall(module, args)
	if err != nil {
		return nil, err
	}
	if r.c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.c.timeout)
		defer cancel()
	}
	r.tellWay()
	answer, err := r.x.p.run.windows.Call(ctx, r.way.target, request)
	died := (*pwsh.DiedError)(nil)
	switch {
	case errors.Is(err, context.DeadlineExceeded) && r.c.timeout > 0:
		return timedOut(r.c.timeout), nil
	case errors.As(err, &died):
		return noJSON(died.Error(), died.Error(), died.Exit, "", died.Stderr), nil
	case err != nil:
		return nil, err
	}
	r.last, err = windowsResult(answer)
	r.why = reasons{texts: []string{textOf(r.last, "msg")}}
	return r.last, err
}

// forWindows finds the module that does on Windows hosts what a name stands for: some of those that actions call are others there.
func (r *remote) forWindows(name string, args *value.Dict) (string, *value.Dict, error) {
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
	if module, ok := powershell.Find(name); ok {
		return module, args, nil
	}
	return "", nil, r.notOnWindows()
}

// notOnWindows refuses what the task does.
func (r *remote) notOnWindows() error {
	names := append(powershell.Names(), "win_copy", "win_template")
	slices.Sort(names)
	return modules.Errorf("The action %s cannot run on a Windows host (ansible_connection %s): goplay has raw, fetch, gather_facts, wait_for_connection and its own %s there, and no others yet.",
		r.x.t.Action, r.way.target.Transport, strings.Join(names, ", "))
}

// windowsOnly refuses what cannot be done on Windows hosts yet.
func (r *remote) windowsOnly() error {
	switch {
	case len(r.way.become) > 0:
		return modules.Errorf("become (%s) is not supported on Windows hosts yet.", r.way.become[0].Method)
	case r.detaches:
		return modules.Errorf("async is not supported on Windows hosts yet.")
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
		clixml.Entry{Key: "check", Value: r.c.Check}, clixml.Entry{Key: "environment", Value: environment},
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
	data, err := value.AppendJSON(nil, args, value.JSONOptions{})
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
			return value.String(psrp.Text(v))
		default:
			return valueOf(inner)
		}
	}
	return value.String(psrp.Text(v))
}

// windowsRaw runs a script with PowerShell.
func (r *remote) windowsRaw(ctx context.Context, script string) (modules.RawResult, error) {
	if r.x.tp.fqcn != "ansible.builtin.raw" { // others have scripts for /bin/sh
		return modules.RawResult{}, r.notOnWindows()
	}
	if err := r.windowsOnly(); err != nil {
		return modules.RawResult{}, err
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
	r.windows = pwsh.NewPool(pwsh.Options{Bundle: powershell.Bundle(), QuotaWait: 2 * time.Minute})
}
