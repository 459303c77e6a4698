package callback

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

var update = flag.Bool("update", false, "write the golden files of testdata/plugins")

// start is when the runs of these tests begin.
var start = time.Date(2024, 5, 6, 7, 8, 9, 250e6, time.FixedZone("", 2*3600))

// TestPlugins shows one run, given as events, by each callback that is no printer, alone and all together, and compares what they write
// with golden files.
func TestPlugins(t *testing.T) {
	for _, names := range []string{
		"timer", "profile_tasks", "profile_roles", "log_plays", "tree", "junit", "profile_tasks,timer,profile_roles,junit,tree,log_plays",
	} {
		t.Run(names, func(t *testing.T) {
			golden := filepath.Join("testdata/plugins", strings.ReplaceAll(names, ",", "+"))
			got := shownBy(t, names, someRun())
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			compare(t, names, got, readFile(t, golden))
		})
	}
}

// shownBy gives what callbacks make of events: their output, their warnings and their files.
func shownBy(t *testing.T, names string, events []event.Event) string {
	t.Helper()
	dir := t.TempDir()
	var out, errs bytes.Buffer
	o := DefaultOptions()
	o.TreeFolder, o.LogPlaysFolder = filepath.Join(dir, "tree"), filepath.Join(dir, "hosts")
	o.JUnit = JUnitOptions{OutputDir: filepath.Join(dir, "junit"), IncludeSetupTasks: true}
	o.ProfileTasks = ProfileTasksOptions{SortOrder: "descending", OutputLimit: "3"}
	set := NewSet(NewDisplay(&out, &errs, o))
	set.At(start)
	if err := set.Load("default", strings.Split(names, ","), nil); err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		set.At(start.Add(time.Duration(i*i) * 300 * time.Millisecond))
		set.Event(e)
	}
	return "stdout:\n" + out.String() + "stderr:\n" + errs.String() + filesIn(t, dir)
}

func filesIn(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			fmt.Fprintf(&all, "%s:\n%s", strings.TrimPrefix(path, dir+"/"), readFile(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// someRun is a run with one task of each kind.
func someRun() []event.Event {
	at := func(line int) source.Pos { return source.Pos{File: "/p/site.yml", Line: line, Col: 3} }
	host := event.Host{Name: "web1"}
	ping := &event.Task{ID: 1, Name: "reach it", Title: "reach it", Action: "ping", Pos: at(3), Args: value.DictOf("data", value.String("{{ x }}"))}
	role := &event.Task{ID: 2, Name: "r : debug", Action: "debug", Role: "r", Pos: at(5), Args: value.DictOf("msg", value.String("a < b"))}
	secret := &event.Task{ID: 3, Name: "hide", Title: "hide", Action: "ping", NoLog: true, Loop: true, Pos: at(7), Args: value.DictOf("data", value.String("s3cret"))}
	fails := &event.Task{ID: 4, Name: "break", Title: "break", Action: "fail", Pos: at(9)}
	include := &event.Task{ID: 5, Name: "include_tasks", Action: "include_tasks", Pos: at(11), Args: value.DictOf("_raw_params", value.String("more.yml"))}
	skip := &event.Task{ID: 6, Name: "never", Title: "never", Action: "ping", Pos: at(13)}
	item := value.DictOf("msg", value.String("s3cret"), "item", value.String("s3cret"), "ansible_loop_var", value.String("item"))
	return []event.Event{
		event.PlaybookStart{Path: "/p/site.yml", Plays: 1},
		event.PlayStart{Name: "all", Hosts: []string{"web1"}},
		event.TaskStart{Task: ping},
		event.Result{Task: ping, Host: host, Result: value.DictOf(
			"ping", value.String("pong"), "invocation", value.DictOf("module_args", value.DictOf("data", value.String("pong"))), "changed", value.Bool(false))},
		event.TaskStart{Task: role},
		event.Result{Task: role, Host: host, Result: value.DictOf(
			"msg", value.String("a < b"), "_ansible_verbose_always", value.Bool(true), "changed", value.Bool(false))},
		event.TaskStart{Task: secret},
		event.Result{Task: secret, Host: host, Status: event.Changed, Result: value.DictOf(
			"results", value.NewList(item), "changed", value.Bool(true), "msg", value.String("All items completed"))},
		event.TaskStart{Task: fails},
		event.Result{Task: fails, Host: host, Status: event.Failed, Ignore: true, Result: value.DictOf(
			"failed", value.Bool(true), "msg", value.String("no"), "changed", value.Bool(false)), Causes: []event.Cause{{Msg: "Task failed: Action failed: no"}}},
		event.TaskStart{Task: include},
		event.IncludeResult{Task: include, Host: host, Result: value.DictOf("include", value.String("more.yml"), "changed", value.Bool(false))},
		event.Included{Task: include, Path: "/p/more.yml", Hosts: []string{"web1"}},
		event.TaskStart{Task: skip},
		event.Result{Task: skip, Host: host, Status: event.Skipped, Result: value.DictOf(
			"skipped", value.Bool(true), "changed", value.Bool(false), "skip_reason", value.String("Conditional result was False"))},
		event.Result{Task: skip, Host: event.Host{Name: "../web2"}, Status: event.Unreachable, Result: value.DictOf(
			"unreachable", value.Bool(true), "msg", value.String("gone"))},
		event.Recap{Hosts: []event.HostStats{{Host: "web1", OK: 4, Changed: 1, Skipped: 1, Ignored: 1}}},
	}
}

// TestPluginsKeepSecrets: nothing of a secret task's results, items and arguments gets into a file.
func TestPluginsKeepSecrets(t *testing.T) {
	all := shownBy(t, "profile_tasks,timer,profile_roles,junit,tree,log_plays", someRun())
	if strings.Contains(all, "s3cret") {
		t.Errorf("the secret is shown:\n%s", all)
	}
}

func TestUnknownCallbacks(t *testing.T) {
	var out, errs bytes.Buffer
	set := NewSet(NewDisplay(&out, &errs, DefaultOptions()))
	if err := set.Load("nope", nil, nil); err == nil || err.Error() != "Could not load 'nope' callback plugin." {
		t.Errorf("got %v", err)
	}
	o := DefaultOptions()
	o.ProfileTasks = ProfileTasksOptions{SortOrder: "none", OutputLimit: "many"}
	set = NewSet(NewDisplay(&out, &errs, o))
	if err := set.Load("ansible.legacy.minimal", []string{"a.b.c", "profile_tasks", "", "ansible.posix.timer", "timer", "default"}, nil); err != nil {
		t.Fatal(err)
	}
	want := "[WARNING]: Skipping callback plugin 'a.b.c', unable to load\n" +
		"[WARNING]: Failed to load callback plugin 'profile_tasks': invalid literal for int() with base 10: 'many'\n"
	if errs.String() != want {
		t.Errorf("got\n%s\nwant\n%s", errs.String(), want)
	}
	set.Event(event.Recap{})
	if n := strings.Count(out.String(), "Playbook run took"); n != 1 {
		t.Errorf("the timer tells %d times: %s", n, out.String())
	}
}

// TestLogVerbosity: the log file has lines of a verbosity that the screen does not show.
func TestLogVerbosity(t *testing.T) {
	var out, errs, log bytes.Buffer
	o := DefaultOptions()
	o.Log, o.LogVerbosity, o.Verbosity, o.VerboseToStderr = &log, 3, 1, true
	d := NewDisplay(&out, &errs, o)
	d.At(start)
	for from := 1; from <= 4; from++ {
		d.Verbose(from, fmt.Sprintf("level %d", from))
	}
	if out.Len() > 0 || errs.String() != "level 1\n" {
		t.Errorf("stdout %q, stderr %q", out.String(), errs.String())
	}
	if got := strings.Count(log.String(), "2024-05-06 07:08:09,250 p="); got != 3 || strings.Contains(log.String(), "level 4") {
		t.Errorf("log:\n%s", log.String())
	}
}
