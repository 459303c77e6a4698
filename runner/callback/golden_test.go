package callback

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// TestGolden feeds the events that testdata/record/record took down in a run of the reference, and compares what the printer writes
// with what the reference wrote in that run.
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("testdata/*/events.jsonl")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no recorded runs: %v", err)
	}
	for _, c := range cases {
		dir := filepath.Dir(c)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			var out, errs bytes.Buffer
			sink := newRecordedSink(t, dir, &out, &errs)
			for _, line := range strings.Split(strings.TrimSpace(readFile(t, c)), "\n") {
				v, err := value.FromJSON([]byte(line))
				if err != nil {
					t.Fatal(err)
				}
				if e := recorded(t, dir, v.(*value.Dict)); e != nil {
					sink.Event(e)
				}
			}
			compare(t, "stdout", out.String(), readFile(t, filepath.Join(dir, "stdout")))
			if filepath.Base(dir) == "quiet" { // the others' stderr holds warnings of the run itself
				compare(t, "stderr", errs.String(), readFile(t, filepath.Join(dir, "stderr")))
			}
		})
	}
}

func readFile(t *testing.T, path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// compare shows the first line that differs.
func compare(t *testing.T, what, got, want string) {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "<end>", "<end>"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Fatalf("%s line %d:\n got %q\nwant %q", what, i+1, a, b)
		}
	}
}

// newRecordedSink makes the printer with the settings of the recorded run.
func newRecordedSink(t *testing.T, dir string, out, errs *bytes.Buffer) event.Sink {
	o := DefaultOptions()
	args := strings.Fields(readFile(t, filepath.Join(dir, "args")))
	for _, a := range args {
		if strings.HasPrefix(a, "-v") {
			o.Verbosity = len(a) - 1
		}
	}
	env := map[string]string{}
	for _, l := range strings.Fields(readFile(t, filepath.Join(dir, "env"))) {
		k, v, _ := strings.Cut(l, "=")
		env[k] = v
	}
	on := func(name string, otherwise bool) bool {
		if v, ok := env[name]; ok {
			return v == "1"
		}
		return otherwise
	}
	o.Color = on("ANSIBLE_FORCE_COLOR", false)
	o.ShowCustomStats = on("ANSIBLE_SHOW_CUSTOM_STATS", false)
	o.DisplayOKHosts = on("ANSIBLE_DISPLAY_OK_HOSTS", true)
	o.DisplaySkippedHosts = on("ANSIBLE_DISPLAY_SKIPPED_HOSTS", true)
	o.DisplayFailedStderr = on("ANSIBLE_DISPLAY_FAILED_STDERR", false)
	o.CheckModeMarkers = on("ANSIBLE_CHECK_MODE_MARKERS", false)
	o.ShowPerHostStart = on("ANSIBLE_SHOW_PER_HOST_START", false)
	o.ShowTaskPathOnFailure = on("ANSIBLE_SHOW_TASK_PATH_ON_FAILURE", false)
	if f := env["ANSIBLE_CALLBACK_RESULT_FORMAT"]; f != "" {
		o.ResultFormat = f
	}
	if on("ANSIBLE_CALLBACK_FORMAT_PRETTY", false) {
		pretty := true
		o.PrettyResults = &pretty
	}
	var sink event.Sink = NewDefault(NewDisplay(out, errs, o))
	switch env["ANSIBLE_STDOUT_CALLBACK"] {
	case "minimal":
		sink = NewMinimal(NewDisplay(out, errs, o))
	case "oneline":
		sink = NewOneline(NewDisplay(out, errs, o))
	}
	sink = &Set{sinks: []event.Sink{sink}}
	sink.Event(event.RunStart{Check: strings.Contains(strings.Join(args, " "), "--check")})
	return sink
}

// recorded makes an event of a recorded line.
func recorded(t *testing.T, dir string, d *value.Dict) event.Event {
	str := func(k string) string { return text(d, k) }
	task := recordedTask(dir, d)
	host := event.Host{Name: str("host"), Delegate: str("delegate")}
	result, _ := d.Get("result").(*value.Dict)
	switch kind := str("event"); kind {
	case "playbook":
		return event.PlaybookStart{Path: str("path"), Plays: number(d, "plays")}
	case "play":
		return event.PlayStart{Name: str("name"), Check: isTrue(d, "check"), Free: isTrue(d, "free")}
	case "nohosts":
		return event.NoHostsMatched{}
	case "remaining":
		return event.NoHostsRemaining{}
	case "task":
		return event.TaskStart{Task: task}
	case "start":
		return event.HostStart{Task: task, Host: host}
	case "item":
		return event.ItemResult{Task: task, Host: host, Status: status(str("status")), Label: d.Get("label").String(), Result: result, Causes: causes(dir, d)}
	case "result":
		return event.Result{Task: task, Host: host, Status: status(str("status")), Result: result, Ignore: isTrue(d, "ignore"), Causes: causes(dir, d)}
	case "retry":
		return event.Retry{Task: task, Host: host, Result: result, Attempt: number(d, "attempt"), Retries: number(d, "retries")}
	case "included":
		var hosts []string
		for _, h := range elements(d, "hosts") {
			hosts = append(hosts, h.String())
		}
		return event.Included{Task: task, Path: str("path"), Hosts: hosts, Label: str("label")}
	case "notify":
		return event.Notified{Handler: str("handler"), Host: str("host")}
	case "recap":
		return recordedRecap(d)
	default:
		t.Fatalf("unknown event %s", kind)
	}
	return nil
}

func number(d *value.Dict, key string) int {
	i, _ := d.Get(key).(value.Int)
	return int(i)
}

func status(s string) event.Status {
	return map[string]event.Status{
		"ok": event.OK, "changed": event.Changed, "skipped": event.Skipped, "failed": event.Failed, "unreachable": event.Unreachable,
	}[s]
}

func recordedTask(dir string, d *value.Dict) *event.Task {
	m, ok := d.Get("task").(*value.Dict)
	if !ok {
		return nil
	}
	file := text(m, "file")
	if file == "" {
		file = filepath.Join(dir, "site.yml")
	}
	return &event.Task{
		ID: number(m, "id"), Name: text(m, "name"), Action: text(m, "action"), Handler: isTrue(m, "handler"), Check: isTrue(m, "check"),
		NoLog: isTrue(m, "nolog"), Loop: isTrue(m, "loop"), Diff: isTrue(m, "diff"),
		Pos: source.Pos{File: file, Line: number(m, "line"), Col: number(m, "col")},
	}
}

func causes(dir string, d *value.Dict) []event.Cause {
	var all []event.Cause
	for _, c := range elements(d, "causes") {
		m := c.(*value.Dict)
		all = append(all, event.Cause{
			Msg: text(m, "msg"),
			Pos: source.Pos{File: filepath.Join(dir, "site.yml"), Line: number(m, "line"), Col: number(m, "col")},
		})
	}
	return all
}

func recordedRecap(d *value.Dict) event.Event {
	r := event.Recap{Custom: map[string]*value.Dict{}}
	for _, h := range elements(d, "hosts") {
		m := h.(*value.Dict)
		r.Hosts = append(r.Hosts, event.HostStats{
			Host: text(m, "host"), OK: number(m, "ok"), Changed: number(m, "changed"), Unreachable: number(m, "unreachable"),
			Failed: number(m, "failures"), Skipped: number(m, "skipped"), Rescued: number(m, "rescued"), Ignored: number(m, "ignored"),
		})
	}
	if custom, ok := d.Get("custom").(*value.Dict); ok {
		for k, v := range custom.Strings() {
			r.Custom[k] = v.(*value.Dict)
		}
	}
	return r
}
