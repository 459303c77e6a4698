package callback

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// JUnitOptions are the settings of the junit callback.
type JUnitOptions struct {
	OutputDir            string
	TaskClass            bool   // a class for each file, not for each task
	TaskRelativePath     string // paths are shown from this folder on; "": in full
	ReplaceOutOfTreePath string // takes the place of the folders of paths that lead out of it; "": nothing does
	FailOnChange         bool
	FailOnIgnore         bool
	IncludeSetupTasks    bool
	HideTaskArguments    bool
	TestCasePrefix       string // only tasks whose names begin so are tests, and those that fail
}

// JUnit writes the results as the XML of JUnit's reports: each result of a task on a host is a test.
type JUnit struct {
	*Display
	set   JUnitOptions
	book  string // the playbook's file without its extension
	play  string
	tasks []*junitTask
	index map[int]*junitTask
}

// junitTask is a task with its results.
type junitTask struct {
	name, path string
	start      time.Time
	tests      []*junitTest
}

// junitTest is a result; of an include there is one more, of the host "include".
type junitTest struct {
	host    string
	took    time.Duration
	element string // system-out, skipped, failure or error
	message string // of a failure or an error
	text    string
}

// NewJUnit makes the folder of the reports.
func NewJUnit(d *Display) (*JUnit, error) {
	if err := makeFolder(d.o.JUnit.OutputDir); err != nil {
		return nil, err
	}
	set := d.o.JUnit
	if set.TaskRelativePath != "" {
		if base, err := filepath.Abs(set.TaskRelativePath); err == nil {
			set.TaskRelativePath = base
		}
	}
	return &JUnit{Display: d, set: set, index: map[int]*junitTask{}}, nil
}

// Event takes an event.
func (j *JUnit) Event(e event.Event) {
	switch e := e.(type) {
	case event.PlaybookStart:
		base := filepath.Base(e.Path)
		j.book = strings.TrimSuffix(base, filepath.Ext(base))
	case event.PlayStart:
		j.play = e.Name
	case event.TaskStart:
		j.begin(e.Task)
	case event.Result:
		j.result(e)
	case event.IncludeResult:
		j.result(event.Result{Task: e.Task, Host: e.Host, Result: e.Result})
	case event.Included:
		j.included(e)
	case event.Recap:
		j.report()
	}
}

func (j *JUnit) begin(t *event.Task) *junitTask {
	if known := j.index[t.ID]; known != nil {
		return known
	}
	name := j.play + ": " + t.Name
	if args := writtenArgs(t); args != "" && !t.NoLog && !j.set.HideTaskArguments {
		name += " " + args
	}
	task := &junitTask{name: name, path: fmt.Sprintf("%s:%d", t.Pos.File, t.Pos.Line), start: j.now()}
	j.tasks, j.index[t.ID] = append(j.tasks, task), task
	return task
}

// result takes a result in. A host that cannot be reached has passed and failed nothing.
func (j *JUnit) result(e event.Result) {
	if e.Status == event.Unreachable || e.Task.BaseName() == "setup" && !j.set.IncludeSetupTasks {
		return
	}
	failed := j.failed(e)
	if !failed && !strings.HasPrefix(e.Task.Name, j.set.TestCasePrefix) {
		return
	}
	task := j.begin(e.Task)
	task.add(j.test(e, failed, j.now().Sub(task.start)))
}

// add adds a test. An include that has failed once its file was read takes the place of the one that was asked for.
func (t *junitTask) add(test *junitTest) {
	for i, other := range t.tests {
		if other.host == test.host {
			t.tests[i] = test
			return
		}
	}
	t.tests = append(t.tests, test)
}

// failed tells whether a result is a failed test. Names turn that round: "EXPECTED FAILURE", "TOGGLE RESULT".
func (j *JUnit) failed(e event.Result) bool {
	failed := e.Status == event.Failed && (!e.Ignore || j.set.FailOnIgnore)
	failed = failed || e.Status == event.Changed && j.set.FailOnChange
	switch {
	case e.Status == event.Skipped:
		return false
	case failed && strings.Contains(e.Task.Name, "EXPECTED FAILURE"):
		return false
	case strings.Contains(e.Task.Name, "TOGGLE RESULT"):
		return !failed
	}
	return failed
}

func (j *JUnit) test(e event.Result, failed bool, took time.Duration) *junitTest {
	r := whole(e.Task, e.Result, j.o.Verbosity)
	test := &junitTest{host: e.Host.Name, took: took, element: "system-out", text: j.spread(e, r)}
	switch {
	case e.Status == event.Skipped:
		test.element, test.text = "skipped", "skipped"
		if why := text(r, "skip_reason"); why != "" {
			test.text = why
		}
	case !failed:
	case e.Status == event.Failed && !isLoop(e) && len(e.Causes) > 0:
		all, _ := joinedCauses(openCauses(e.Task, e.Causes))
		test.element, test.message, test.text = "error", strings.TrimRight(all, " \n"), traceOf(all, len(e.Causes))
	default:
		test.element, test.message = "failure", "rc="+rcOrZero(r)
		if msg, ok := r.Lookup("msg"); ok {
			test.message = msg.String()
		}
	}
	return test
}

// isLoop tells whether a result sums up a loop's.
func isLoop(e event.Result) bool {
	_, ok := e.Result.Lookup("results")
	return ok && e.Task.Loop
}

func rcOrZero(r *value.Dict) string {
	if v, ok := r.Lookup("rc"); ok {
		return v.String()
	}
	return "0"
}

// spread is a result as JSON on many lines.
func (j *JUnit) spread(e event.Result, r *value.Dict) string {
	o := value.JSONOptions{SortTexts: true, Newlines: true, Default: asText}
	if alwaysShown(e.Task, e.Result) || j.o.Verbosity >= invocationVerbosity {
		o.Indent = 4
	}
	b, err := value.AppendJSON(nil, r, o)
	if err != nil {
		return jsonText(r, 4)
	}
	return string(b)
}

const noTrace = "(traceback missing)\n"

// traceOf is what the reference, which has no tracebacks unless it is asked for them, says in their place: how many there would be.
func traceOf(message string, causes int) string {
	const above = "\nThe above exception was the direct cause of the following exception:\n\n" + noTrace
	switch {
	case strings.HasPrefix(message, "Task failed: Module failed: "):
		return noTrace + "\nThe above target exception was the direct cause of the following controller exception:\n\n" + noTrace + above
	case strings.HasPrefix(message, "Task failed: Action failed: "):
		return noTrace + "\nThe above action exception was the direct cause of the following controller exception:\n\n" + noTrace + above
	}
	return noTrace + strings.Repeat(above, causes)
}

// included notes what was included, and for whom.
func (j *JUnit) included(e event.Included) {
	task := j.begin(e.Task)
	vars := value.Value(&value.Dict{})
	if e.Vars != nil && !e.Task.NoLog {
		d := e.Vars.Clone()
		if v, ok := d.Lookup(text(d, "ansible_loop_var")); ok {
			d.Set("_ansible_item_label", v)
		}
		vars = d
	}
	line := fmt.Sprintf("%s (args={} vars=%s): [%s]", e.Path, value.Repr(vars), strings.Join(e.Hosts, ", "))
	if n := len(task.tests); n > 0 && task.tests[n-1].host == "include" {
		task.tests[n-1].text += "\n" + line
		return
	}
	if strings.HasPrefix(e.Task.Name, j.set.TestCasePrefix) {
		task.tests = append(task.tests, &junitTest{host: "include", took: j.now().Sub(task.start), element: "system-out", text: line})
	}
}

var lineOfYAML = regexp.MustCompile(`\.yml:[0-9]+$`)

// class is what a task's tests are filed under: its place.
func (j *JUnit) class(path string) string {
	if j.set.TaskRelativePath != "" {
		if rel, err := filepath.Rel(j.set.TaskRelativePath, path); err == nil {
			path = rel
		}
		if j.set.ReplaceOutOfTreePath != "" && strings.HasPrefix(path, "../") {
			path = j.set.ReplaceOutOfTreePath + filepath.Base(path)
		}
	}
	if j.set.TaskClass {
		path = lineOfYAML.ReplaceAllString(path, "")
	}
	return path
}

// report writes the file.
func (j *JUnit) report() {
	at := strconv.FormatFloat(float64(j.now().UnixMicro())/1e6, 'f', -1, 64)
	err := os.WriteFile(filepath.Join(j.set.OutputDir, j.book+"-"+at+".xml"), []byte(j.xml()), 0o644)
	if err != nil {
		j.Warning(fmt.Sprintf("Callback dispatch 'v2_playbook_on_stats' failed for plugin 'junit': %v", osError(err)))
	}
}
