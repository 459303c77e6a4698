package callback

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// Tree keeps the last result of each host in a file of its own.
type Tree struct {
	*Display
	folder string
	failed bool // a file could not be written, which was said
}

// NewTree makes the callback. The folder is made with the first file.
func NewTree(d *Display) *Tree {
	d.Deprecation("The tree callback plugin is deprecated. This feature will be removed from ansible-core version 2.23.")
	return &Tree{Display: d, folder: d.o.TreeFolder}
}

// Event takes an event.
func (t *Tree) Event(e event.Event) {
	switch e := e.(type) {
	case event.Result:
		t.write(e.Task, e.Host.Name, methods[e.Status], e.Result)
	case event.IncludeResult:
		t.write(e.Task, e.Host.Name, methods[event.OK], e.Result)
	}
}

// kept is a result as the file holds it.
func (t *Tree) kept(task *event.Task, r *value.Dict) string {
	indent := 0
	if alwaysShown(task, r) || t.o.Verbosity >= invocationVerbosity {
		indent = 4
	}
	return jsonText(whole(task, r, t.o.Verbosity), indent)
}

// methods are what the reference calls the outcomes.
var methods = map[event.Status]string{event.OK: "ok", event.Changed: "ok", event.Failed: "failed", event.Unreachable: "unreachable"}

// write writes a host's file. Skipped results are not kept.
func (t *Tree) write(task *event.Task, host, outcome string, r *value.Dict) {
	if outcome == "" {
		return
	}
	err := makeLocal(t.folder)
	if err == nil {
		err = osError(os.WriteFile(filepath.Join(t.folder, fileName(host)), []byte(t.kept(task, r)), 0o644))
	}
	if err != nil && !t.failed {
		t.failed = true
		t.Warning(fmt.Sprintf("Callback dispatch 'v2_runner_on_%s' failed for plugin 'tree': %v", outcome, err))
	}
}
