package agent

import (
	"testing"
)

func TestCallNewStyle(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	for range 3 {
		r := w.call(s, probe("basic.exit_json(ping=basic.args())"))
		if got, want := string(r.Stdout), `{"ping": {"a": 1}}`+"\n"; got != want || r.Exit != 0 || len(r.Stderr) != 0 {
			t.Fatalf("%q %q %d", got, r.Stderr, r.Exit)
		}
	}
	t.Logf("the agent's text is %d bytes, the command line %d", len(agentText()), len(command("auto", Options{}.withDefaults().InterpreterFallback)))
}
