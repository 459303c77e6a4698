package powershell_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goplay/goplay/connection/psrp/clixml"
	interpreter "github.com/goplay/goplay/internal/powershell"
	"github.com/goplay/goplay/modules/powershell"
)

// show is a program that tells what it is given, and ends with the code that its last word is.
func show(_ context.Context, p *interpreter.Process) int {
	in, _ := io.ReadAll(p.Stdin)
	who, _ := p.Env.Get("WHO")
	fmt.Fprintf(p.Stdout, "%s|%s|%v|%s", p.Arguments, in, who, p.Dir)
	var exit int
	_, _ = fmt.Sscan(p.Arguments[strings.LastIndexByte(p.Arguments, ' ')+1:], &exit)
	return exit
}

func machine(t *testing.T) *interpreter.Machine {
	t.Helper()
	return &interpreter.Machine{Root: t.TempDir(), Name: "WIN1", User: "ann", Programs: map[string]interpreter.Program{"show": show, "cmd": show}}
}

type args map[string]any

// run runs a module and gives its result.
func run(t *testing.T, m *interpreter.Machine, module string, check bool, a args) map[string]any {
	t.Helper()
	var entries []clixml.Entry
	for k, v := range a {
		switch given := v.(type) {
		case []any:
			v = clixml.NewList(given...)
		case map[string]any:
			d := clixml.NewDict()
			for key, e := range given {
				d.Value = append(d.Value.(clixml.Dict), clixml.Entry{Key: key, Value: e})
			}
			v = d
		}
		entries = append(entries, clixml.Entry{Key: k, Value: v})
	}
	text, err := clixml.Encode(clixml.NewDict(
		clixml.Entry{Key: "name", Value: module}, clixml.Entry{Key: "check", Value: check}, clixml.Entry{Key: "diff", Value: true}, clixml.Entry{Key: "arguments", Value: clixml.NewDict(entries...)},
		clixml.Entry{Key: "environment", Value: clixml.NewDict(clixml.Entry{Key: "WHO", Value: "me"})},
	))
	if err != nil {
		t.Fatal(err)
	}
	out, _, _, err := m.Pipe(t.Context(), powershell.Bundle(), []any{nil, `<Objs xmlns="x">` + string(text) + `</Objs>`})
	if err != nil || len(out) != 1 {
		t.Fatalf("%s gives %v, %v", module, out, err)
	}
	answer, err := base64.StdEncoding.DecodeString(out[0].(string))
	if err != nil {
		t.Fatal(err)
	}
	records, err := clixml.DecodeAll(answer)
	if err != nil {
		t.Fatal(err)
	}
	return plain(records[0].Value).(map[string]any)
}

// plain gives CLIXML's values as Go's own.
func plain(v any) any {
	o, ok := v.(*clixml.Object)
	if !ok {
		return v
	}
	switch inner := o.Value.(type) {
	case clixml.Dict:
		m := map[string]any{}
		for _, e := range inner {
			m[e.Key.(string)] = plain(e.Value)
		}
		return m
	case clixml.List:
		list := []any{}
		for _, e := range inner.Items {
			list = append(list, plain(e))
		}
		return list
	}
	return o.Value
}

// part is what of a result is looked at.
func part(result map[string]any, keys map[string]any) map[string]any {
	got := map[string]any{}
	for k := range keys {
		if v, ok := result[k]; ok {
			got[k] = v
		}
	}
	return got
}

func TestModules(t *testing.T) {
	type want map[string]any
	for name, row := range map[string]struct {
		module string
		args   args
		want   want
	}{
		"ping":              {"win_ping", args{}, want{"ping": "pong", "changed": false}},
		"ping a word":       {"win_ping", args{"data": "x"}, want{"ping": "x"}},
		"ping crashes":      {"win_ping", args{"data": "crash"}, want{"failed": true, "msg": "Unhandled exception while executing module: boom"}},
		"unknown option":    {"win_ping", args{"b": "x", "a": "y"}, want{"failed": true, "msg": "Unsupported parameters for (win_ping) module: a, b. Supported parameters include: data"}},
		"no module":         {"nothing", args{}, want{"failed": true, "msg": "there is no module nothing here"}},
		"missing option":    {"slurp", args{}, want{"failed": true, "msg": "missing required arguments: src"}},
		"not among choices": {"win_file", args{"path": "x", "state": "link"}, want{"failed": true, "msg": "value of state must be one of: absent, directory, file, touch. Got no match for: link"}},
		"no boolean":        {"win_stat", args{"path": "x", "follow": "maybe"}, want{"failed": true, "msg": "argument for follow is of type System.String and we were unable to convert to bool: it is no bool"}},

		"command":               {"win_command", args{"_raw_params": "show a 'b c'"}, want{"rc": int32(0), "stdout": "a 'b c'||me|", "stderr": "", "cmd": "show a 'b c'", "changed": true}},
		"quoted program":        {"win_command", args{"cmd": `"C:\x y\show.exe" a`}, want{"stdout": "a||me|"}},
		"argv":                  {"win_command", args{"argv": []any{"show", "a b", `c"d`, `e\`, `f g\`, ""}}, want{"stdout": `"a b" "c\"d" e\ "f g\\" ""||me|`}},
		"input and folder":      {"win_command", args{"_raw_params": "show", "stdin": "ä", "chdir": `C:\Windows`}, want{"stdout": `|ä|me|C:\Windows`}},
		"code":                  {"win_command", args{"_raw_params": "show 4"}, want{"failed": true, "rc": int32(4), "msg": "non-zero return code", "changed": true}},
		"no program":            {"win_command", args{"_raw_params": "none"}, want{"failed": true, "rc": int32(2), "msg": "cannot run 'none': The system cannot find the file specified", "changed": false}},
		"no folder":             {"win_command", args{"_raw_params": "show", "chdir": `C:\none`}, want{"failed": true, "msg": `invalid chdir path: the folder 'C:\none' does not exist`}},
		"creates":               {"win_command", args{"_raw_params": "show", "creates": `%SystemRoot%`}, want{"skipped": true, "changed": false, "msg": `skipped, since C:\Windows exists`}},
		"removes":               {"win_command", args{"_raw_params": "show", "removes": `C:\none`}, want{"skipped": true, "changed": false, "msg": `skipped, since C:\none does not exist`}},
		"no command":            {"win_command", args{}, want{"failed": true, "msg": "missing required argument: _raw_params, cmd or argv"}},
		"two commands":          {"win_command", args{"cmd": "x", "argv": []any{"x"}}, want{"failed": true, "msg": "parameters are mutually exclusive: _raw_params, cmd, argv"}},
		"shell":                 {"win_shell", args{"_raw_params": "'a'; 'b'; exit 5"}, want{"failed": true, "rc": int32(5), "stdout": "a\r\nb\r\n", "cmd": "'a'; 'b'; exit 5"}},
		"other shell":           {"win_shell", args{"cmd": "a 0", "executable": "cmd"}, want{"stdout": "/c a 0||me|", "rc": int32(0)}},
		"stat of nothing":       {"win_stat", args{"path": `C:\none`}, want{"stat": map[string]any{"exists": false}, "changed": false}},
		"slurp of nothing":      {"slurp", args{"src": `C:\none`}, want{"failed": true, "msg": `Path C:\none is not found`}},
		"slurp of a folder":     {"slurp", args{"src": `C:\Windows`}, want{"failed": true, "msg": `Path C:\Windows is a directory`}},
		"file of nothing":       {"win_file", args{"path": `C:\none`}, want{"failed": true, "msg": `path C:\none will not be created`}},
		"folder as file":        {"win_file", args{"path": `C:\Windows`, "state": "file"}, want{"failed": true, "msg": `path C:\Windows is a directory`}},
		"folder that is there":  {"win_file", args{"path": `C:\Windows`, "state": "directory"}, want{"changed": false}},
		"folder of its own":     {"win_file", args{"path": `C:\Windows`}, want{"changed": false}},
		"absent already":        {"win_file", args{"path": `C:\none`, "state": "absent"}, want{"changed": false}},
		"facts, only some":      {"setup", args{"filter": []any{"os_fam*", "ansible_hostname"}}, want{"ansible_facts": map[string]any{"ansible_os_family": "Windows", "ansible_hostname": "WIN1"}}},
		"no folder of facts":    {"setup", args{"fact_path": "x"}, want{"failed": true, "msg": "The path x does not exist. Typo?"}},
		"no folder to copy to":  {"goplay_take", args{"dest": `C:\none\x`, "name": "x", "checksum": "x", "content": ""}, want{"failed": true, "msg": `Destination directory 'C:\none' does not exist`}},
		"content of other sums": {"goplay_take", args{"dest": `C:\x`, "name": "x", "checksum": "x", "content": ""}, want{"failed": true, "msg": `what arrived of C:\x is not what was sent`}},
	} {
		t.Run(name, func(t *testing.T) {
			result := run(t, machine(t), row.module, false, row.args)
			if d := cmp.Diff(map[string]any(row.want), part(result, row.want)); d != "" {
				t.Errorf("%s\n%v", d, result)
			}
		})
	}
}

// What changes a machine does not in check mode, says so, and does it once.
func TestChanges(t *testing.T) {
	const sum = "a9993e364706816aba3e25717850c26c9cd0d89d" // of abc
	take := args{"dest": `C:\f\`, "name": "a.txt", "checksum": sum, "content": "YWJj"}
	for name, row := range map[string]struct {
		module string
		args   args
		path   string // that is there afterwards, or with a - before it not
	}{
		"folder":   {"win_file", args{"path": `C:\a\b`, "state": "directory"}, "a/b"},
		"absent":   {"win_file", args{"path": `C:\old`, "state": "absent"}, "-old"},
		"new file": {"goplay_take", take, "f/a.txt"},
		"old file": {"goplay_take", args{"dest": `C:\old\x`, "name": "x", "checksum": sum, "content": "YWJj"}, "old/x"},
	} {
		m := machine(t)
		if err := os.MkdirAll(filepath.Join(m.Root, "old"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(m.Root, "old/x"), []byte("before"), 0o644); err != nil {
			t.Fatal(err)
		}
		before := listed(t, m.Root)
		if r := run(t, m, row.module, true, row.args); r["changed"] != true || r["failed"] == true || listed(t, m.Root) != before {
			t.Errorf("%s, check mode: %v", name, r)
		}
		for _, changed := range []bool{true, false} {
			if r := run(t, m, row.module, false, row.args); r["changed"] != changed || r["failed"] == true {
				t.Errorf("%s: %v, want a change: %v", name, r, changed)
			}
		}
		path, gone := strings.CutPrefix(row.path, "-")
		if _, err := os.Stat(filepath.Join(m.Root, path)); (err != nil) != gone {
			t.Errorf("%s: %s: %v", name, path, err)
		}
	}
}

// listed gives all files below a folder, but for those that every machine has.
func listed(t *testing.T, root string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(p string, _ os.DirEntry, err error) error {
		data, _ := os.ReadFile(p) // none of a folder
		if rel, _ := filepath.Rel(root, p); !strings.HasPrefix(rel, "Users") && !strings.HasPrefix(rel, "Windows") {
			all = append(all, rel+"="+string(data))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// A large file comes in parts that are kept beside its place, and what was there can be kept, too.
func TestParts(t *testing.T) {
	m := machine(t)
	a := args{"dest": `C:\x`, "name": "x", "checksum": "a9993e364706816aba3e25717850c26c9cd0d89d"}
	if err := os.WriteFile(filepath.Join(m.Root, "x"), []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	a["part"] = run(t, m, "goplay_take", false, a)["part"]
	a["backup"] = true
	var last map[string]any
	for i, piece := range []string{"a", "b", "c"} {
		a["content"], a["last"] = base64.StdEncoding.EncodeToString([]byte(piece)), i == 2
		last = run(t, m, "goplay_take", false, a)
	}
	backup, _ := last["backup_file"].(string)
	data, _ := os.ReadFile(filepath.Join(m.Root, "x"))
	old, _ := os.ReadFile(filepath.Join(m.Root, strings.TrimPrefix(backup, `C:\`)))
	if string(data) != "abc" || string(old) != "before" || last["size"] != int32(3) || last["changed"] != true {
		t.Errorf("%q, %q, %v", data, old, last)
	}
	if entries := listed(t, m.Root); strings.Count(entries, "\n") != 2 {
		t.Errorf("more is left there: %s", entries)
	}
}

func TestStat(t *testing.T) {
	m := machine(t)
	if err := os.WriteFile(filepath.Join(m.Root, "x.txt"), []byte("abc"), 0o644); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"exists": true, "isdir": false, "isreg": true, "size": int32(3), "filename": "x.txt", "extension": ".txt", "attributes": "Archive", "isarchive": true,
		"checksum": "900150983cd24fb0d6963f7d28e17f72", "path": `C:\x.txt`, "islnk": false, "ishidden": false,
	}
	stat := run(t, m, "win_stat", false, args{"path": `C:\x.txt`, "checksum_algorithm": "md5"})["stat"].(map[string]any)
	if d := cmp.Diff(want, part(stat, want)); d != "" {
		t.Error(d)
	}
	want = map[string]any{"exists": true, "isdir": true, "isreg": false, "filename": "Windows", "size": int32(0), "attributes": "Directory"}
	stat = run(t, m, "win_stat", false, args{"path": `C:\Windows`})["stat"].(map[string]any)
	if d := cmp.Diff(want, part(stat, want)); d != "" {
		t.Error(d)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"win_ping": "win_ping", "ansible.windows.win_ping": "win_ping", "ansible.builtin.setup": "setup", "ansible.legacy.slurp": "slurp", "ansible.builtin.command": "", "ansible.builtin.win_ping": "",
	} {
		if got, ok := powershell.Find(name); got != want || ok != (want != "") {
			t.Errorf("%s is %q, %v", name, got, ok)
		}
	}
	if strings.Contains(strings.Join(powershell.Names(), " "), "goplay") || len(powershell.Names()) < 7 {
		t.Error(powershell.Names())
	}
}
