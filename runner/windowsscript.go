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
	call := value.DictOf("module", value.String(s.Module.Digest), "utils", strs(digests(s.Utils)), "csharp", strs(digests(s.CSharp)),
		"names", strs(namesOf(s.Utils)), "arguments", r.scriptArguments(name, args))
	d, err := r.callWindows(ctx, "goplay_script", call)
	if err != nil {
		return nil, err
	}
	if missing, ok := d.Get("missing").(*value.List); ok {
		call.Set("texts", contents(s, missing))
		if d, err = r.callWindows(ctx, "goplay_script", call); err != nil {
			return nil, err
		}
	}
	if isTrue(d, "failed") {
		return d, nil // PowerShell could not be started
	}
	exit, _ := d.Get("rc").(value.Int)
	return r.result(&agent.Payload{}, &agent.Reply{Stdout: []byte(textOf(d, "stdout")), Stderr: []byte(textOf(d, "stderr")), Exit: int(exit)}), nil
}

// scriptArguments are a module's arguments with those that Ansible adds and that its PowerShell modules know in all versions.
func (r *remote) scriptArguments(name string, args *value.Dict) *value.Dict {
	all := args.Clone()
	run := r.x.p.run
	for k, v := range map[string]value.Value{
		"_ansible_check_mode": value.Bool(r.c.Check), "_ansible_diff": value.Bool(r.c.Diff), "_ansible_no_log": value.Bool(r.c.NoLog),
		"_ansible_debug": value.Bool(run.opts.Config.Bool("DEFAULT_DEBUG")), "_ansible_verbosity": value.Int(run.opts.Verbosity),
		"_ansible_version": value.String("2.19.11"), "_ansible_module_name": value.String(r.named(name)),
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

// contents are the texts that a host does not have.
func contents(s *payload.Script, missing *value.List) *value.Dict {
	byDigest := map[string]string{}
	for _, t := range slices.Concat([]payload.Text{s.Module}, s.Utils, s.CSharp) {
		byDigest[t.Digest] = t.Data
	}
	d := &value.Dict{}
	for _, digest := range missing.Elems {
		d.Set(digest.String(), value.String(base64.StdEncoding.EncodeToString([]byte(byDigest[digest.String()]))))
	}
	return d
}
