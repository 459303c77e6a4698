package pyhost

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/templating/value"
)

// callbackOf makes the callback of a file with a text; what it shows goes to said.
func callbackOf(t *testing.T, text string, said *[]Said) (c *Callbacks, number int) {
	t.Helper()
	c = NewCallbacks(Options{
		Tell: func(s Said) { *said = append(*said, s) }, Stderr: os.Stderr,
		Load: func(string) (value.Value, error) { return value.None, nil }, Config: func(string) (value.Value, bool) { return nil, false },
		Ini: func(string, string) (string, bool) { return "", false },
	})
	t.Cleanup(c.Close)
	path := filepath.Join(t.TempDir(), "cb.py")
	if err := os.WriteFile(path, []byte("from ansible.plugins.callback import CallbackBase\n"+text), 0o644); err != nil {
		t.Fatal(err)
	}
	made, err := c.Make(FileOf(path))
	if err != nil || made == nil {
		t.Fatalf("made %v: %v", made, err)
	}
	return c, made.Number
}

func (c *Callbacks) noHosts(number int) error {
	return c.Call([]int{number}, "v2_playbook_on_no_hosts_matched", nil)
}

// A callback that fails is told of and goes on; its methods alone are asked for; what it shows comes with its form.
func TestCallback(t *testing.T) {
	var said []Said
	c, n := callbackOf(t, `
class CallbackModule(CallbackBase):
    calls = 0
    def v2_playbook_on_no_hosts_matched(self):
        self.calls += 1
        self._display.display('call %d' % self.calls, color='red', stderr=True)
        if self.calls == 1:
            raise ValueError('first')
`, &said)
	for range 2 {
		if err := c.noHosts(n); err != nil {
			t.Fatal(err)
		}
	}
	want := []Said{
		{Level: "display", Text: "call 1", How: How{Color: "red", Stderr: true}},
		{Level: "warning", Text: "Callback dispatch 'v2_playbook_on_no_hosts_matched' failed for plugin 'cb': first"},
		{Level: "display", Text: "call 2", How: How{Color: "red", Stderr: true}},
	}
	if !slices.Equal(said, want) {
		t.Errorf("said %v", said)
	}
}

// What a callback does at the interpreter's exit is waited for.
func TestCallbackAtExit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "last")
	c, _ := callbackOf(t, `
import atexit, threading, time
def last():
    time.sleep(0.3)
    open('`+file+`', 'a').write('x')
class CallbackModule(CallbackBase):
    def v2_playbook_on_stats(self, stats): pass
atexit.register(last)
threading.Thread(target=last).start()
`, &[]Said{})
	c.Close()
	if data, err := os.ReadFile(file); string(data) != "xx" {
		t.Errorf("wrote %q (%v)", data, err)
	}
}

// An interpreter that ends in the middle of a call gives an error, and one that does not end when the run is interrupted is ended.
func TestCallbackEnds(t *testing.T) {
	for _, row := range []struct {
		body      string
		interrupt bool
	}{{"__import__('os')._exit(3)", false}, {"__import__('time').sleep(1000)", true}} {
		c, n := callbackOf(t, `
class CallbackModule(CallbackBase):
    def v2_playbook_on_no_hosts_matched(self):
        `+row.body+"\n", &[]Said{})
		c.grace = time.Millisecond
		if row.interrupt {
			time.AfterFunc(50*time.Millisecond, c.Interrupt)
		}
		if err := c.noHosts(n); err == nil || !strings.Contains(err.Error(), "has ended") {
			t.Errorf("%s: %v", row.body, err)
		}
	}
}

// A file without a callback's class is none, and what leaves the interpreter while it is read is an error.
func TestCallbackNone(t *testing.T) {
	c, _ := callbackOf(t, "class CallbackModule(CallbackBase): pass\n", &[]Said{})
	dir := t.TempDir()
	for name, text := range map[string]string{"none": "class CallbackModule: pass\n", "exit": "import sys; sys.exit(4)\n"} {
		path := filepath.Join(dir, name+".py")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		about, err := c.Read(FileOf(path))
		if about != nil || (err != nil) != (name == "exit") {
			t.Errorf("%s: %v, %v", name, about, err)
		}
	}
}
