package callback

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

func TestWarningsAreShownOnce(t *testing.T) {
	var out, errs bytes.Buffer
	p := NewDefault(NewDisplay(&out, &errs, DefaultOptions()))
	r := value.DictOf("changed", value.Bool(false), "warnings", value.NewList(value.String("w1"), value.String("w1"), value.String("a\nb ")),
		"deprecations", value.NewList(
			value.DictOf("msg", value.String("one"), "version", value.String("9.9"), "collection_name", value.String("ansible.builtin")),
			value.DictOf("msg", value.String("two."), "date", value.String("2030-01-01"), "collection_name", value.String("a.b")),
			value.DictOf("msg", value.String("three")),
			value.DictOf("msg", value.String("four"), "version", value.String("3"))))
	for _, host := range []string{"h1", "h2"} {
		p.Event(event.Result{Task: &event.Task{ID: 1, Name: "dep", Action: "dep"}, Host: event.Host{Name: host}, Result: r})
	}
	want := "[WARNING]: w1\n[WARNING]: a\nb\n\n" +
		"[WARNING]: Deprecation warnings can be disabled by setting `deprecation_warnings=False` in ansible.cfg.\n" +
		"[DEPRECATION WARNING]: one. This feature will be removed from ansible-core version 9.9.\n" +
		"[DEPRECATION WARNING]: two. This feature will be removed from collection 'a.b' in a release after 2030-01-01.\n" +
		"[DEPRECATION WARNING]: three. This feature will be removed from module 'dep' in collection 'ansible.legacy' in a future release.\n" +
		"[DEPRECATION WARNING]: four. This feature will be removed from module 'dep' in collection 'ansible.legacy' version 3.\n"
	if errs.String() != want {
		t.Errorf("got\n%s\nwant\n%s", errs.String(), want)
	}
	if strings.Contains(out.String(), "w1") {
		t.Errorf("the result shows its warnings: %s", out.String())
	}
}

// TestNoLogIsSecret: whatever a secret task's result, diff, warnings and causes say is not shown, at any verbosity and by any printer.
func TestNoLogIsSecret(t *testing.T) {
	secret := value.String("s3cret")
	r := value.DictOf("changed", value.Bool(true), "msg", secret, "stdout", secret, "_ansible_verbose_always", value.Bool(true),
		"warnings", value.NewList(secret), "diff", value.DictOf("before", value.String(""), "after", secret),
		"invocation", value.DictOf("module_args", value.DictOf("a", secret)))
	task := &event.Task{ID: 1, Name: "t", Action: "debug", NoLog: true, Diff: true, Args: value.DictOf("a", secret)}
	loop := &event.Task{ID: 2, Name: "t", Action: "command", NoLog: true, Loop: true, Diff: true}
	for verbosity := range 5 {
		o := DefaultOptions()
		o.Verbosity, o.DisplayArgsToStdout = verbosity, true
		var out, errs, log bytes.Buffer
		o.Log = &log
		sinks := []event.Sink{NewDefault(NewDisplay(&out, &errs, o)), NewMinimal(NewDisplay(&out, &errs, o)), NewOneline(NewDisplay(&out, &errs, o)), NewJSON(NewDisplay(&out, &errs, o))}
		for _, s := range sinks {
			for _, status := range []event.Status{event.OK, event.Changed, event.Skipped, event.Failed, event.Unreachable} {
				h := event.Host{Name: "h"}
				why := []event.Cause{{Msg: "Task failed: s3cret", Hint: "s3cret"}}
				s.Event(event.TaskStart{Task: task})
				s.Event(event.Result{Task: task, Host: h, Status: status, Result: r, Causes: why})
				s.Event(event.Retry{Task: task, Host: h, Result: r, Attempt: 1, Retries: 2})
				s.Event(event.ItemResult{Task: loop, Host: h, Status: status, Label: "s3cret", Result: r, Causes: why})
				s.Event(event.Included{Task: loop, Path: "f", Hosts: []string{"h"}, Label: "s3cret"})
			}
			s.Event(event.Recap{})
		}
		if all := out.String() + errs.String() + log.String(); strings.Contains(all, "s3cret") {
			t.Fatalf("at verbosity %d the secret is shown:\n%s", verbosity, all)
		}
	}
}

func TestNestedNoLogItemIsSecret(t *testing.T) {
	item := value.DictOf("_ansible_no_log", value.Bool(true), "msg", value.String("s3cret"))
	r := value.DictOf("results", value.NewList(item), "msg", value.String("All items completed"))
	var out bytes.Buffer
	NewDefault(NewDisplay(&out, &out, DefaultOptions())).Event(event.Result{
		Task: &event.Task{ID: 1, Loop: true}, Host: event.Host{Name: "h"}, Status: event.Unreachable, Result: r,
	})
	if strings.Contains(out.String(), "s3cret") || !strings.Contains(out.String(), "censored") {
		t.Errorf("got %s", out.String())
	}
}

func TestLog(t *testing.T) {
	var out, log bytes.Buffer
	o := DefaultOptions()
	o.Log, o.Color = &log, true
	p := NewDefault(NewDisplay(&out, &out, o))
	p.now = func() time.Time { return time.Date(2026, 11, 21, 10, 6, 58, 460e6, time.UTC) }
	p.login = "root"
	p.Event(event.PlayStart{Name: "h1"})
	line, _, _ := strings.Cut(log.String(), "\n")
	if !strings.HasPrefix(line, "2026-11-21 10:06:58,460 p=") || !strings.HasSuffix(line, " u=root n=ansible INFO| PLAY [h1] "+strings.Repeat("*", 70)) {
		t.Errorf("got %q", line)
	}
}

func TestBannerWidth(t *testing.T) {
	long := "PLAY [" + strings.Repeat("long ", 30) + "]"
	for _, tt := range []struct {
		columns int
		title   string
		stars   int
	}{
		{100, "PLAY [ab]", 90},
		{100, "PLAY [日本]", 88},
		{100, long, 3},
		{20, "PLAY [ab]", 70}, // a narrow terminal is written beyond
		{0, "PLAY [ab]", 70},
	} {
		var out bytes.Buffer
		o := DefaultOptions()
		o.Columns = tt.columns
		NewDisplay(&out, &out, o).Banner(tt.title)
		if want := "\n" + tt.title + " " + strings.Repeat("*", tt.stars) + "\n"; out.String() != want {
			t.Errorf("%d columns: got %q, want %q", tt.columns, out.String(), want)
		}
	}
}

func TestColorsByName(t *testing.T) {
	for name, want := range map[string]string{
		"green": "0;32", "bright purple": "1;35", "color208": "38;5;208", "rgb505": "38;5;201", "gray10": "38;5;242", "nonsense": "", "color": "",
	} {
		if got := code(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestRetry: what a try gave is shown at -vvv only.
func TestRetry(t *testing.T) {
	for verbosity, want := range map[int]string{
		2: "FAILED - RETRYING: [h1]: t (1 retries left).\n",
		3: "FAILED - RETRYING: [h1]: t (1 retries left).Result was: {\n    \"rc\": 1,\n    \"retries\": 2\n}\n",
	} {
		var out bytes.Buffer
		o := DefaultOptions()
		o.Verbosity = verbosity
		NewDefault(NewDisplay(&out, &out, o)).Event(event.Retry{
			Task: &event.Task{ID: 1, Name: "t"}, Host: event.Host{Name: "h1"}, Result: value.DictOf("rc", value.Int(1)), Attempt: 1, Retries: 2,
		})
		if out.String() != want {
			t.Errorf("-%s: got %q, want %q", strings.Repeat("v", verbosity), out.String(), want)
		}
	}
}

// TestJSON: the document has the plays, their tasks, and each host's result under its task, also where hosts do not wait.
func TestJSON(t *testing.T) {
	var out bytes.Buffer
	p := NewJSON(NewDisplay(&out, &out, DefaultOptions()))
	one, two := &event.Task{ID: 1, Name: "one", Action: "ping"}, &event.Task{ID: 2, Name: "two", Action: "fail"}
	r := value.DictOf("changed", value.Bool(false))
	p.Event(event.PlayStart{Name: "web", Free: true})
	p.Event(event.TaskStart{Task: one})
	p.Event(event.Result{Task: one, Host: event.Host{Name: "a"}, Result: r})
	p.Event(event.TaskStart{Task: two})
	p.Event(event.Result{Task: two, Host: event.Host{Name: "a"}, Status: event.Failed, Result: r})
	p.Event(event.Result{Task: one, Host: event.Host{Name: "b"}, Result: r})
	p.Event(event.Recap{Hosts: []event.HostStats{{Host: "a", OK: 1, Failed: 1}}})
	v, err := value.FromJSON(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	play := v.(*value.Dict).Get("plays").(*value.List).Elems[0].(*value.Dict)
	var got []string
	for _, e := range play.Get("tasks").(*value.List).Elems {
		d := e.(*value.Dict)
		for host, res := range d.Get("hosts").(*value.Dict).Strings() {
			got = append(got, d.Get("task").(*value.Dict).Get("name").String()+" "+host+" "+text(res.(*value.Dict), "failed"))
		}
	}
	if want := "one a ,two a True,one b "; strings.Join(got, ",") != want {
		t.Errorf("got %q, want %q", strings.Join(got, ","), want)
	}
	if f := v.(*value.Dict).Get("stats").(*value.Dict).Get("a").(*value.Dict).Get("failures"); f != value.Int(1) {
		t.Errorf("got %v failures", f)
	}
}
