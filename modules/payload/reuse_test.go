package payload_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/modules/python"
)

// around is a module that does something and tells its process and what it finds around it.
const around = `from ansible.module_utils.basic import AnsibleModule
import os, sys, subprocess, threading, time, tempfile, signal, shutil, _locale
%s
module = AnsibleModule(dict(act=dict(), log=dict(no_log=True)), supports_check_mode=True)
found = dict(pid=os.getpid(), cwd=os.getcwd(), umask=os.umask(0o22), path='/nowhere' in sys.path, left=os.environ.get('LEFT'), argv=len(sys.argv), state=len(globals()))
exec(module.params['act'] or '')
module.exit_json(**found)
`

// library writes modules into a folder, in which they are found by their names.
func library(t testing.TB, modules map[string]string) *payload.Finder {
	t.Helper()
	folder := t.TempDir()
	for name, text := range modules {
		if err := os.WriteFile(filepath.Join(folder, name+".py"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return payload.NewFinder(payload.Options{Embedded: python.FS, LibraryDirs: []string{folder}})
}

// TestReuse checks which modules are followed by another one in the same process, and that none finds anything of the one before it.
func TestReuse(t *testing.T) {
	f := library(t, map[string]string{"reusable": fmt.Sprintf(around, "REUSABLE_PROCESS = True"), "other": fmt.Sprintf(around, "")})
	reusable, other := find(t, f, "reusable"), find(t, f, "other")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	s := session(t)
	for range 3 { // from here on all is imported that is to be
		run(t, s, reusable, `{}`)
		run(t, s, other, `{}`)
	}
	names := run(t, s, reusable, `{}`)["state"]
	for _, c := range []struct {
		name, act string
		first     *agent.Payload
		same      bool
	}{
		{"nothing", "", reusable, true},
		{"not declared", "", other, false},
		{"folder", "os.chdir('/')", reusable, true},
		{"umask", "os.umask(0)", reusable, true},
		{"environment", "os.environ['LEFT'] = '1'; os.environ.pop('PATH')", reusable, true},
		{"arguments", "sys.argv.append('x'); LEFT = 1", reusable, true},
		{"a program", "module.run_command(['true'])", reusable, true},
		{"folder that is gone", "d = tempfile.mkdtemp(); os.chdir(d); os.rmdir(d)", reusable, true},
		{"warning", "module.warn('careful')", reusable, false},
		{"deprecation", "module.deprecate('old', version='3')", reusable, false},
		{"failure", "module.fail_json(msg='no', **found)", reusable, false},
		{"open file", "f = os.open('/dev/null', 0)", reusable, false},
		{"import of the standard library", "import wave", reusable, true},
		{"import of what is installed", "d = tempfile.mkdtemp(); open(d + '/installed.py', 'w').close(); sys.path.append(d); import installed; shutil.rmtree(d)", reusable, false},
		{"search path", "sys.path.insert(0, '/nowhere')", reusable, true},
		{"thread", "threading.Thread(target=time.sleep, args=(0.2,)).start()", reusable, false},
		{"at its end", "import atexit; atexit.register(int)", reusable, false},
		{"temporary folder", "open(os.path.join(module.tmpdir, 'x'), 'w').close()", reusable, true},
		{"child", "subprocess.Popen(['sleep', '0.3'])", reusable, false},
		{"grandchild in its group", "os.system('sleep 0.3 &')", reusable, false},
		{"grandchild in a session", "os.system('setsid sleep 0.3 >/dev/null 2>&1 &'); time.sleep(0.1)", reusable, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, s, reusable, `{}`)
			first := run(t, s, c.first, `{"act": `+strconv.Quote(c.act)+`}`)
			second := run(t, s, reusable, `{}`)
			if same := first["pid"] == second["pid"]; same != c.same {
				t.Errorf("one process: %v", same)
			}
			if second["cwd"] != here || second["umask"] != 18.0 || second["left"] != nil || second["path"] != false || second["argv"] != 1.0 || second["warnings"] != nil || second["pid"] == nil {
				t.Errorf("%v", second)
			}
			if second["state"] != names {
				t.Errorf("%v names in the module, not %v", second["state"], names)
			}
		})
	}
}

// TestReuseWithOtherNameServers checks that a process lets its next module see that /etc/resolv.conf has changed.
func TestReuseWithOtherNameServers(t *testing.T) {
	s := session(t)
	p := find(t, library(t, map[string]string{"reusable": fmt.Sprintf(around, "REUSABLE_PROCESS = True")}), "reusable")
	act := func(text string) map[string]any {
		return run(t, s, p, `{"act": `+strconv.Quote("from ansible.module_utils._runtime import afresh; "+text)+`}`)
	}
	for range 3 {
		act("")
	}
	const seen = "found.update(seen=getattr(afresh, 'seen', 0))"
	before := act("afresh._renew_resolver(); afresh._renew_resolver = lambda: setattr(afresh, 'seen', getattr(afresh, 'seen', 0) + 1)")
	if r := act(seen + "; afresh.RESOLVER = '/etc/hosts'"); r["pid"] != before["pid"] || r["seen"] != 0.0 {
		t.Errorf("%v, then %v", before, r)
	}
	for range 2 {
		if r := act(seen); r["pid"] != before["pid"] || r["seen"] != 1.0 {
			t.Errorf("%v, then %v", before, r)
		}
	}
}

// TestReuseAmongModules checks that a process goes from one module to another, and that one with module_utils of its own gets those.
func TestReuseAmongModules(t *testing.T) {
	s := session(t)
	f := library(t, map[string]string{"one": fmt.Sprintf(around, "REUSABLE_PROCESS = True"), "two": fmt.Sprintf(around, "REUSABLE_PROCESS = True\n")})
	one, two := find(t, f, "one"), find(t, f, "two")
	for range 3 {
		run(t, s, one, `{}`)
		run(t, s, two, `{}`)
	}
	if first, second := run(t, s, one, `{}`), run(t, s, two, `{}`); first["pid"] != second["pid"] {
		t.Errorf("%v, then %v", first, second)
	}
	folder := t.TempDir()
	for name, text := range map[string]string{
		"library/three.py": "from ansible.module_utils.basic import mine\nREUSABLE_PROCESS = True\nprint(mine)\n",
		"utils/basic.py":   "mine = '{\"mine\": 1}'\n",
	} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	three := find(t, payload.NewFinder(payload.Options{
		Embedded: python.FS, LibraryDirs: []string{filepath.Join(folder, "library")}, ModuleUtilsDirs: []string{filepath.Join(folder, "utils")},
	}), "three")
	for range 3 {
		if got := run(t, s, three, `{}`); got["mine"] != 1.0 {
			t.Errorf("%v", got)
		}
		if got := run(t, s, one, `{}`); got["pid"] == nil {
			t.Errorf("%v", got)
		}
	}
}

// TestReuseThenKill checks that a module which is killed in a reused process takes nothing with it that an earlier one left.
func TestReuseThenKill(t *testing.T) {
	s, f := session(t), payload.NewFinder(payload.Options{Embedded: python.FS})
	shell := func(line string) *agent.Call {
		return &agent.Call{Payload: find(t, f, "command"), Args: []byte(`{"_uses_shell": true, "_raw_params": ` + strconv.Quote(line) + `}`)}
	}
	result := func(line string) string {
		return fmt.Sprint(run(t, s, shell(line).Payload, string(shell(line).Args))["stdout"])
	}
	for range 3 {
		result("true")
	}
	left := result("sleep 300 >/dev/null 2>&1 & echo $!")
	before := result("echo $PPID")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if r, err := s.Call(ctx, shell("sleep 200")); err == nil {
		t.Fatalf("%q", r.Stdout)
	}
	if after := result("echo $PPID"); after == before {
		t.Errorf("process %s lives", after)
	}
	if got := result("kill " + left + " && echo alive"); got != "alive" {
		t.Errorf("what ran in the background: %q", got)
	}
}
