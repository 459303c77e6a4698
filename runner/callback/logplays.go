package callback

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// LogPlays writes each result to a file of its host.
type LogPlays struct {
	*Display
	folder   string
	playbook string // the file's name
	failed   bool   // a file could not be written, which was said
}

// NewLogPlays makes the folder.
func NewLogPlays(d *Display) (*LogPlays, error) {
	p := &LogPlays{Display: d, folder: d.o.LogPlaysFolder}
	return p, makeLocal(p.folder)
}

// Event takes an event.
func (p *LogPlays) Event(e event.Event) {
	switch e := e.(type) {
	case event.PlaybookStart:
		p.playbook = filepath.Base(e.Path)
	case event.Result:
		p.write(e.Task, e.Host.Name, outcomes[e.Status], e.Result)
	case event.IncludeResult:
		p.write(e.Task, e.Host.Name, outcomes[event.OK], e.Result)
	}
}

var outcomes = map[event.Status]string{
	event.OK: "OK", event.Changed: "OK", event.Skipped: "SKIPPED", event.Failed: "FAILED", event.Unreachable: "UNREACHABLE",
}

func (p *LogPlays) write(t *event.Task, host, outcome string, r *value.Dict) {
	line := fmt.Sprintf("%s - %s - %s - %s - %s - %s\n\n", p.now().Format("Jan 02 2006 15:04:05"), p.playbook, t.Title, t.Action, outcome, logData(t, r))
	f, err := os.OpenFile(filepath.Join(p.folder, fileName(host)), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(line)
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}
	if err != nil && !p.failed {
		p.failed = true
		p.Warning(fmt.Sprintf("Callback dispatch 'v2_runner_on_%s' failed for plugin 'log_plays': %v", strings.ToLower(outcome), osError(err)))
	}
}

// fileName is the file of a host: a name of the inventory must not lead out of the folder.
func fileName(host string) string { return strings.ReplaceAll(host, "/", "_") }

// logData is a result on one line: how the module was called, and what it gave. Facts are left out.
func logData(t *event.Task, r *value.Dict) string {
	if isFacts(t) {
		return "omitted"
	}
	data := Raw(t, r)
	call, called := data.Lookup("invocation")
	data.Delete("invocation")
	text := lineJSON(data)
	if called {
		return lineJSON(call) + " => " + text + " "
	}
	return text
}

// lineJSON is JSON in the order of the keys.
func lineJSON(v value.Value) string {
	b, err := value.AppendJSON(nil, v, value.JSONOptions{Default: asText})
	if err != nil {
		return jsonText(v, 0)
	}
	return string(b)
}
