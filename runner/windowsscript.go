package runner

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/templating/value"
)

// windowsScript runs a PowerShell module that is none of goplay's own. The host keeps texts by their digests; those that it does not have are sent
// when it says so.
func (r *remote) windowsScript(ctx context.Context, s *payload.Script, name string, args *value.Dict) (*value.Dict, error) {
	call := r.scriptCall(s, name, args)
	d, err := r.callWindows(ctx, "goplay_script", call)
	if err != nil {
		return nil, err
	}
	if missing, ok := d.Get("missing").(*value.List); ok {
		call.Set("texts", contents(s, missing.Elems))
		if d, err = r.callWindows(ctx, "goplay_script", call); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// scriptCall is a call of goplay_script, without texts.
func (r *remote) scriptCall(s *payload.Script, name string, args *value.Dict) *value.Dict {
	return value.DictOf("module", value.String(s.Module.Digest), "utils", strs(digests(s.Utils)), "csharp", strs(digests(s.CSharp)),
		"names", strs(namesOf(s.Utils)), "arguments", r.scriptArguments(name, args))
}

// scriptResult reads what such a module has written, where a result is of one, with what is known of its job in the background.
func (r *remote) scriptResult(d *value.Dict) *value.Dict {
	if !isTrue(d, "goplay_script") {
		return d
	}
	exit, _ := d.Get("rc").(value.Int)
	result := r.result(&agent.Payload{}, &agent.Reply{Stdout: []byte(textOf(d, "stdout")), Stderr: []byte(textOf(d, "stderr")), Exit: int(exit)})
	for _, k := range []string{"ansible_job_id", "results_file", "started", "finished"} {
		if v := d.Get(k); v != nil {
			result.Set(k, v)
		}
	}
	return result
}

// scriptArguments are a module's arguments with those that Ansible adds and that its PowerShell modules know in all versions.
func (r *remote) scriptArguments(name string, args *value.Dict) *value.Dict {
	all := args.Clone()
	run := r.x.p.run
	for k, v := range map[string]value.Value{
		"_ansible_check_mode": value.Bool(r.c.Check), "_ansible_diff": value.Bool(r.c.Diff), "_ansible_no_log": value.Bool(r.c.NoLog),
		"_ansible_debug": value.Bool(run.opts.Config.Bool("DEFAULT_DEBUG")), "_ansible_verbosity": value.Int(run.opts.Verbosity),
		"_ansible_version": value.String(ansibleVersion), "_ansible_module_name": value.String(r.named(name)),
		"_ansible_remote_tmp": value.String("%TEMP%"), "_ansible_keep_remote_files": value.Bool(false),
	} {
		all.Set(k, v)
	}
	return all
}

func digests(texts []payload.Text) (all []string) {
	for _, t := range texts {
		all = append(all, t.Digest)
	}
	return all
}

func namesOf(texts []payload.Text) (all []string) {
	for _, t := range texts {
		all = append(all, t.Name)
	}
	return all
}

// contents are the texts that a host does not have; nil: all.
func contents(s *payload.Script, missing []value.Value) *value.Dict {
	d := &value.Dict{}
	for _, t := range slices.Concat([]payload.Text{s.Module}, s.Utils, s.CSharp) {
		if missing == nil || slices.ContainsFunc(missing, func(v value.Value) bool { return v.String() == t.Digest }) {
			d.Set(t.Digest, value.String(base64.StdEncoding.EncodeToString([]byte(t.Data))))
		}
	}
	return d
}
