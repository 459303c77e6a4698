package powershell_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	interpreter "github.com/goplay/goplay/internal/powershell"
)

// step is a call of a module on a machine where those before it have done their work.
type step struct {
	args args
	want map[string]any // parts of the result
}

// steps runs calls one after the other. Each that changes something is first asked what it would change.
func steps(t *testing.T, m *interpreter.Machine, module string, all ...step) {
	t.Helper()
	for i, s := range all {
		if s.want["changed"] == true {
			if r := run(t, m, module, true, s.args); r["changed"] != true || r["failed"] == true {
				t.Errorf("%s, step %d, check mode: %v", module, i, r)
			}
		}
		r := run(t, m, module, false, s.args)
		if d := cmp.Diff(s.want, part(r, s.want)); d != "" {
			t.Errorf("%s, step %d: %s\n%v", module, i, d, r)
		}
	}
}

type want = map[string]any

func diff(before, after string) want { return want{"before": before, "after": after} }

func TestEnvironment(t *testing.T) {
	m := machine(t)
	steps(
		t, m, "win_environment",
		step{args{"name": "A", "value": "x", "level": "machine"}, want{"changed": true, "before_value": nil, "value": "x", "diff": diff("A=\n", "A=x\n")}},
		step{args{"name": "A", "value": "x", "level": "machine"}, want{"changed": false, "before_value": "x"}},
		step{args{"name": "A", "value": "X", "level": "machine"}, want{"changed": true, "before_value": "x", "value": "X"}},
		step{args{"name": "A", "value": "x", "level": "user"}, want{"changed": true, "before_value": nil}},
		step{args{"variables": want{"A": "X", "B": int32(2)}, "level": "machine"}, want{"changed": true, "values": want{
			"A": want{"before": "X", "after": "X", "changed": false}, "B": want{"before": nil, "after": "2", "changed": true},
		}}},
		step{args{"name": "A", "level": "machine", "state": "absent"}, want{"changed": true, "before_value": "X", "value": nil}},
		step{args{"name": "A", "level": "machine", "state": "absent"}, want{"changed": false}},
		step{args{"name": "A", "level": "machine"}, want{"failed": true, "msg": "When state=present, value must be defined and not an empty string, if you wish to remove the envvar, set state=absent"}},
		step{args{"level": "machine"}, want{"failed": true, "msg": "one of the following is required: name, variables"}},
		step{args{"name": "A", "value": "1", "variables": want{"A": "X"}, "level": "user"}, want{"failed": true, "msg": "parameters are mutually exclusive: name, variables"}},
		step{args{"name": "P", "value": "1", "level": "process"}, want{"changed": true}},
		step{args{"name": "P", "value": "1", "level": "process"}, want{"changed": true}}, // the next task has another process
	)
}

func TestRegistry(t *testing.T) {
	m := machine(t)
	const key = `HKLM:\Software\Us`
	steps(
		t, m, "win_regedit",
		step{args{"path": key, "state": "absent"}, want{"changed": false}},
		step{args{"path": key}, want{"changed": true, "diff": diff("", key+"\n")}},
		step{args{"path": key}, want{"changed": false, "data_changed": false}},
		step{args{"path": key, "name": "a", "data": "x"}, want{"changed": true, "data_changed": false, "diff": diff("a=\n", "a=x\n")}},
		step{args{"key": key, "entry": "A", "data": "x"}, want{"changed": false}},
		step{args{"path": key, "name": "a", "data": "X"}, want{"changed": true, "data_changed": true, "data_type_changed": false, "diff": diff("a=x\n", "a=X\n")}},
		step{args{"path": key, "name": "a", "data": "0xff", "type": "dword"}, want{"changed": true, "data_type_changed": true}},
		step{args{"path": key, "name": "a", "data": int32(255), "type": "dword"}, want{"changed": false}},
		step{args{"path": key, "name": "a", "data": "0xffffffff", "datatype": "dword"}, want{"changed": true}},
		step{args{"path": key, "name": "a", "data": "4294967295", "datatype": "dword"}, want{"changed": false}},
		step{args{"path": key, "name": "a", "data": int32(-1), "datatype": "dword"}, want{"changed": false}},
		step{args{"path": key, "name": "q", "data": "0x100000000", "type": "qword"}, want{"changed": true, "diff": diff("q=\n", "q=4294967296\n")}},
		step{args{"path": key, "name": "b", "data": "hex:be,ef", "type": "binary"}, want{"changed": true, "diff": diff("b=\n", "b=190,239\n")}},
		step{args{"path": key, "name": "b", "data": []any{int32(190), int32(239)}, "type": "binary"}, want{"changed": false}},
		step{args{"path": key, "name": "b", "data": "beef?", "type": "binary"}, want{"failed": true, "msg": "the data 'beef?' is not binary: it must be as in hex:be,ef"}},
		step{args{"path": key, "name": "a", "data": "ten", "type": "dword"}, want{"failed": true, "msg": "the data 'ten' is no number of 32 bits"}},
		step{args{"path": key, "name": "m", "data": []any{"a", "b"}, "type": "multistring"}, want{"changed": true}},
		step{args{"path": key, "name": "m", "data": []any{"a", "b"}, "type": "multistring"}, want{"changed": false}},
		step{args{"path": key, "name": "m", "state": "absent"}, want{"changed": true, "diff": diff(key+" m=a,b\n", "")}},
		step{args{"path": key, "name": "m", "state": "absent"}, want{"changed": false}},
		step{args{"path": key, "data": "default"}, want{"changed": true}},
		step{args{"path": key, "state": "absent", "delete_key": false}, want{"changed": true}},
		step{args{"path": key + `\deeper`, "name": "x", "data": "1"}, want{"changed": true}},
		step{args{"path": key, "state": "absent"}, want{"changed": true}},
		step{args{"path": key + `\deeper`, "state": "absent"}, want{"changed": false}},
		step{args{"path": `C:\x`}, want{"failed": true, "msg": `path: C:\x is not a valid powershell path`}},
	)
}

func TestWaitFor(t *testing.T) {
	m := machine(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	port := int32(l.Addr().(*net.TCPAddr).Port)
	if err := os.WriteFile(filepath.Join(m.Root, "log"), []byte("one\nready now\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	steps(
		t, m, "win_wait_for",
		step{args{"port": port}, want{"changed": false, "wait_attempts": int32(1)}},
		step{args{"port": port, "state": "stopped", "timeout": int32(1)}, want{"failed": true, "msg": fmt.Sprintf("Timeout while waiting for port %d on 127.0.0.1 to be stopped", port)}},
		step{args{"port": int32(1), "state": "stopped"}, want{"changed": false}},
		step{args{"path": `C:\log`}, want{"changed": false}},
		step{args{"path": `C:\log`, "regex": "^ready"}, want{"changed": false}},
		step{args{"path": `C:\log`, "regex": "^never", "timeout": int32(1)}, want{"failed": true, "msg": `Timeout while waiting for file C:\log with the text ^never to be started`}},
		step{args{"path": `C:\none`, "state": "absent"}, want{"changed": false}},
		step{args{"path": `C:\none`, "port": port}, want{"failed": true, "msg": "port and path parameter can not both be passed to win_wait_for"}},
		step{args{"port": port, "exclude_hosts": []any{"x"}}, want{"failed": true, "msg": "exclude_hosts should only be with state=drained"}},
	)
}

// hashes gives those of some hashtables whose field is like a value.
func hashes(all []*interpreter.Hash) (found []any) {
	for _, h := range all {
		found = append(found, h)
	}
	return found
}

func field(h *interpreter.Hash, name string) string {
	v, _ := h.Get(name)
	return interpreter.Text(v)
}

// groups are the local groups of a machine.
func groups(m *interpreter.Machine) {
	var all []*interpreter.Hash
	m.Cmdlets = map[string]interpreter.Cmdlet{
		"get-localgroup": func(*interpreter.Hash, []any, []any) ([]any, error) { return hashes(all), nil },
		"new-localgroup": func(named *interpreter.Hash, _, _ []any) ([]any, error) {
			all = append(all, interpreter.NewHash("Name", field(named, "Name"), "Description", field(named, "Description")))
			return nil, nil
		},
		"set-localgroup": func(named *interpreter.Hash, _, _ []any) ([]any, error) {
			all[0].Set("Description", field(named, "Description"))
			return nil, nil
		},
		"remove-localgroup": func(*interpreter.Hash, []any, []any) ([]any, error) { all = nil; return nil, nil },
	}
}

func TestGroup(t *testing.T) {
	m := machine(t)
	groups(m)
	steps(
		t, m, "win_group",
		step{args{"name": "g", "state": "absent"}, want{"changed": false, "msg": "Group 'g' is not there"}},
		step{args{"name": "g", "description": "ours"}, want{"changed": true, "diff": diff("", "g\n")}},
		step{args{"name": "G", "description": "ours"}, want{"changed": false}},
		step{args{"name": "g", "description": "Ours"}, want{"changed": true, "diff": diff("description: ours\n", "description: Ours\n")}},
		step{args{"name": "g"}, want{"changed": false}},
		step{args{"name": "g", "state": "absent"}, want{"changed": true, "diff": diff("g\n", "")}},
	)
}

func TestFeature(t *testing.T) {
	m := machine(t)
	steps(t, m, "win_feature", step{args{"name": "Web"}, want{"failed": true, "msg": "This version of Windows does not support the cmdlets Get-WindowsFeature and Install-WindowsFeature: it is no server"}})
	installed := false
	result := func(to bool, named *interpreter.Hash) ([]any, error) {
		var features []any
		if installed != to {
			features = []any{interpreter.NewHash("Id", 1, "DisplayName", "Web Server", "Success", true, "RestartNeeded", "No", "SkipReason", "NotSkipped")}
		}
		if field(named, "WhatIf") != "True" {
			installed = to
		}
		return []any{interpreter.NewHash("ExitCode", "Success", "RestartNeeded", "No", "Success", true, "FeatureResult", &interpreter.Array{Items: features})}, nil
	}
	m.Cmdlets = map[string]interpreter.Cmdlet{
		"get-windowsfeature": func(named *interpreter.Hash, _, _ []any) ([]any, error) {
			if field(named, "Name") != "Web" {
				return nil, nil
			}
			return []any{interpreter.NewHash("Name", "Web")}, nil
		},
		"install-windowsfeature":   func(named *interpreter.Hash, _, _ []any) ([]any, error) { return result(true, named) },
		"uninstall-windowsfeature": func(named *interpreter.Hash, _, _ []any) ([]any, error) { return result(false, named) },
	}
	steps(
		t, m, "win_feature",
		step{args{"name": "Web,None"}, want{"failed": true, "msg": "Failed to find: None; it is not a valid feature name"}},
		step{args{"name": "Web", "include_sub_features": true}, want{"changed": true, "reboot_required": false, "exitcode": "Success", "diff": diff("", "Web Server\n")}},
		step{args{"name": []any{"Web"}}, want{"changed": false, "feature_result": []any{}}},
		step{args{"name": "Web", "state": "absent"}, want{"changed": true, "diff": diff("Web Server\n", "")}},
	)
}

// services is a machine with one service, if it is made.
func services(m *interpreter.Machine) {
	var s *interpreter.Hash
	change := func(to string) interpreter.Cmdlet {
		return func(*interpreter.Hash, []any, []any) ([]any, error) { s.Set("State", to); return nil, nil }
	}
	dependencies := &interpreter.Array{}
	m.Cmdlets = map[string]interpreter.Cmdlet{
		"get-ciminstance": func(named *interpreter.Hash, _, _ []any) ([]any, error) {
			if s == nil || !strings.EqualFold(field(named, "Filter"), `Name='it\'s'`) {
				return nil, nil
			}
			return []any{s}, nil
		},
		"get-service": func(*interpreter.Hash, []any, []any) ([]any, error) {
			return []any{interpreter.NewHash("ServicesDependedOn", dependencies, "DependentServices", &interpreter.Array{}, "CanPauseAndContinue", true)}, nil
		},
		"new-service": func(named *interpreter.Hash, _, _ []any) ([]any, error) {
			s = interpreter.NewHash("Name", field(named, "Name"), "DisplayName", field(named, "DisplayName"), "PathName", field(named, "BinaryPathName"),
				"StartMode", "Auto", "DelayedAutoStart", false, "State", "Stopped", "StartName", "LocalSystem", "DesktopInteract", false)
			return nil, nil
		},
		"set-service": func(named *interpreter.Hash, _, _ []any) ([]any, error) {
			for _, k := range []string{"DisplayName", "Description"} {
				if v, ok := named.Get(k); ok {
					s.Set(k, v)
				}
			}
			return nil, nil
		},
		"invoke-cimmethod": func(named *interpreter.Hash, _, _ []any) ([]any, error) {
			given, _ := named.Get("Arguments")
			for _, k := range given.(*interpreter.Hash).Keys() {
				v, _ := given.(*interpreter.Hash).Get(k)
				if k != "StartPassword" {
					s.Set(k, v)
				}
			}
			return []any{interpreter.NewHash("ReturnValue", 0)}, nil
		},
		"sc.exe": func(_ *interpreter.Hash, rest, _ []any) ([]any, error) {
			words := rest[0].(*interpreter.Array).Items
			switch fmt.Sprint(words[0], words[len(words)-2]) {
			case "deletedelete":
				s = nil
			case "configstart=":
				s.Set("StartMode", map[string]string{"auto": "Auto", "delayed-auto": "Auto", "disabled": "Disabled", "demand": "Manual"}[interpreter.Text(words[3])])
				s.Set("DelayedAutoStart", words[3] == "delayed-auto")
			case "configdepend=":
				dependencies.Items = nil
				for name := range strings.SplitSeq(interpreter.Text(words[3]), "/") {
					if name != "" {
						dependencies.Items = append(dependencies.Items, interpreter.NewHash("Name", name))
					}
				}
			}
			return nil, nil
		},
		"start-service": change("Running"), "stop-service": change("Stopped"), "restart-service": change("Running"), "suspend-service": change("Paused"), "resume-service": change("Running"),
	}
}

func TestService(t *testing.T) {
	m := machine(t)
	services(m)
	name := "it's"
	steps(
		t, m, "win_service",
		step{args{"name": name}, want{"changed": false, "exists": false}},
		step{args{"name": name, "state": "absent"}, want{"changed": false, "exists": false}},
		step{args{"name": name, "state": "started"}, want{"failed": true, "msg": "Service 'it's' is not installed, need to set 'path' to create it"}},
		step{args{"name": name, "path": `C:\s.exe`, "display_name": "It"}, want{"changed": true, "exists": true, "state": "stopped", "start_mode": "auto", "display_name": "It", "username": "LocalSystem"}},
		step{args{"name": name, "state": "started"}, want{"changed": true, "state": "running", "diff": diff("state: stopped\n", "state: started\n")}},
		step{args{"name": name, "state": "started"}, want{"changed": false, "state": "running"}},
		step{args{"name": name, "state": "restarted", "force_dependent_services": true}, want{"changed": true, "state": "running"}},
		step{args{"name": name, "state": "paused"}, want{"changed": true, "state": "paused"}},
		step{args{"name": name, "state": "started"}, want{"changed": true, "state": "running"}},
		step{args{"name": name, "start_mode": "delayed"}, want{"changed": true, "start_mode": "delayed"}},
		step{args{"name": name, "start_mode": "manual"}, want{"changed": true, "start_mode": "manual"}},
		step{args{"name": name, "start_mode": "manual"}, want{"changed": false}},
		step{args{"name": name, "description": "d", "path": `C:\t.exe`, "desktop_interact": true}, want{"changed": true, "description": "d", "path": `C:\t.exe`, "desktop_interact": true}},
		step{args{"name": name, "username": "joe", "password": "pw"}, want{"changed": true, "username": `.\joe`, "diff": diff("username: LocalSystem\n", "username: .\\joe\n")}},
		step{args{"name": name, "username": `.\joe`}, want{"changed": false}},
		step{args{"name": name, "username": `joe`, "password": "pw", "update_password": "on_create"}, want{"changed": false}},
		step{args{"name": name, "dependencies": []any{"a", "b"}}, want{"changed": true, "dependencies": []any{"a", "b"}}},
		step{args{"name": name, "dependencies": "c", "dependency_action": "add"}, want{"changed": true, "dependencies": []any{"a", "b", "c"}}},
		step{args{"name": name, "dependencies": "a,b", "dependency_action": "remove"}, want{"changed": true, "dependencies": []any{"c"}}},
		step{args{"name": name, "dependencies": []any{"c"}}, want{"changed": false}},
		step{args{"name": name, "state": "stopped"}, want{"changed": true, "state": "stopped"}},
		step{args{"name": name, "state": "absent"}, want{"changed": true, "exists": false}},
	)
}
