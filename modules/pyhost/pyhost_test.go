package pyhost

import (
	"fmt"
	"iter"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goplay/goplay/templating/value"
)

// caller is what a template around a call would be: variables and no files.
type caller struct{ vars *value.Dict }

func (c caller) Variable(name string) (value.Value, bool, error) {
	v, ok := c.vars.Lookup(name)
	return v, ok, nil
}
func (c caller) Written(name string) (value.Value, bool)    { return c.vars.Lookup(name) }
func (c caller) Resolve(v value.Value) (value.Value, error) { return v, nil }
func (c caller) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range c.vars.Strings() {
			if !yield(k) {
				return
			}
		}
	}
}
func (c caller) HasLookup(string) bool                                          { return false }
func (c caller) Lookup(string, []value.Value, *value.Dict) (*value.List, error) { return nil, nil }
func (c caller) SearchPaths() []string                                          { return nil }
func (c caller) Cwd() string                                                    { return "" }
func (c caller) Render(string, string, []byte, *value.Dict, *value.Dict) (value.Value, error) {
	return value.None, nil
}
func (c caller) Decrypt(data []byte) ([]byte, error)    { return data, nil }
func (c caller) DecryptFile(string) ([]byte, error)     { return nil, nil }
func (c caller) HostPattern(string) ([]string, error)   { return nil, nil }
func (c caller) Config(string) (v value.Value, ok bool) { return nil, false }
func (c caller) Warn(string)                            {}

// pluginsOf gives the plugins of a folder with one file of filters.
func pluginsOf(t *testing.T, python string, processes int, filters string) *Plugins {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("needs python3")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "filter_plugins"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "filter_plugins/f.py"), []byte(filters), 0o644); err != nil {
		t.Fatal(err)
	}
	h := New(Options{
		Python: python, Processes: processes, Tell: func(Said) {}, Stderr: os.Stderr,
		Load: func(string) (value.Value, error) { return value.None, nil }, Config: func(string) (value.Value, bool) { return nil, false }, Ini: func(string, string) (string, bool) { return "", false },
	})
	t.Cleanup(h.Close)
	return NewPlugins(h, dir, nil, func(msg string) { t.Log(msg) })
}

func call(t *testing.T, p *Plugins, name string, args ...value.Value) (value.Value, error) {
	t.Helper()
	plugin, ok := p.Find("filter", name, false)
	if !ok {
		return nil, fmt.Errorf("no filter %s", name)
	}
	return plugin.Call(caller{value.NewDict(0)}, args, value.NewDict(0))
}

const same = `
class FilterModule:
    def filters(self):
        return {'same': lambda v: v, 'kind': lambda v: type(v).__name__}
`

// Values come back from Python as they went, of the same type.
func TestValues(t *testing.T) {
	p := pluginsOf(t, "", 1, same)
	set, err := value.NewSet(value.Int(1))
	if err != nil {
		t.Fatal(err)
	}
	keys := value.NewDict(2)
	for _, k := range []value.Value{value.Int(2), value.None, value.String("z"), value.String(mark)} {
		if err := keys.SetKey(k, value.Tuple{k}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		v    value.Value
		kind string
	}{
		{value.None, "NoneType"},
		{value.Bool(true), "bool"},
		{value.Int(-7), "int"},
		{value.Int(1<<62 + 1), "int"},
		{value.NewInt(new(big.Int).Lsh(big.NewInt(1), 200)), "int"},
		{value.Float(2), "float"},
		{value.Float(0.1), "float"},
		{value.Float(1e300), "float"},
		{value.String("ü\u2028\"\\\x00"), "str"},
		{value.Bytes("\xff\x00"), "bytes"},
		{value.NewList(value.Int(1), value.NewList()), "list"},
		{value.Tuple{value.Int(1)}, "tuple"},
		{set, "set"},
		{keys, "dict"},
		{value.DateTime{T: time.Date(2020, 2, 3, 4, 5, 6, 7000, time.UTC), Naive: true}, "datetime"},
		{value.Date{T: time.Date(2020, 2, 3, 0, 0, 0, 0, time.UTC)}, "date"},
	} {
		got, err := call(t, p, "same", c.v)
		if err != nil {
			t.Errorf("%s: %v", value.Repr(c.v), err)
			continue
		}
		if value.Repr(got) != value.Repr(c.v) || got.Type() != c.v.Type() {
			t.Errorf("%s came back as %s, a %s", value.Repr(c.v), value.Repr(got), got.Type())
		}
		if kind, err := call(t, p, "kind", c.v); err != nil || kind.String() != c.kind {
			t.Errorf("%s is a %v in Python, not a %s (%v)", value.Repr(c.v), kind, c.kind, err)
		}
	}
}

// A plugin that ends its interpreter fails alone: the next call has another one.
func TestEnds(t *testing.T) {
	p := pluginsOf(t, "", 1, same[:len(same)-2]+`, 'die': lambda v: __import__('os')._exit(3), 'leave': lambda v: __import__('sys').exit(4)}
`)
	if _, err := call(t, p, "die", value.None); err == nil || !strings.Contains(err.Error(), "has ended") {
		t.Errorf("an interpreter that ended: %v", err)
	}
	if _, err := call(t, p, "leave", value.None); err == nil || !strings.Contains(err.Error(), "exit code 4") {
		t.Errorf("a plugin that left: %v", err)
	}
	if v, err := call(t, p, "same", value.Int(1)); err != nil || v != value.Value(value.Int(1)) {
		t.Errorf("the call after that: %v, %v", v, err)
	}
}

// Close ends a call that would never end.
func TestCloseInCall(t *testing.T) {
	p := pluginsOf(t, "", 1, same[:len(same)-2]+`, 'hang': lambda v: (open(v, 'w').close(), __import__('time').sleep(1000))}
`)
	begun := filepath.Join(t.TempDir(), "begun")
	done := make(chan error)
	go func() {
		_, err := call(t, p, "hang", value.String(begun))
		done <- err
	}()
	for end := time.Now().Add(20 * time.Second); !exists(begun) && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
	}
	p.host.Close()
	if err := <-done; err == nil {
		t.Error("a call that was ended has no error")
	}
	if _, err := call(t, p, "same", value.None); err == nil {
		t.Error("a call after Close has no error")
	}
}

// As many calls run at once as are allowed: each waits here until all are under way.
func TestAtOnce(t *testing.T) {
	const n = 3
	p := pluginsOf(t, "", n, `
import os, time
def meet(folder, name, n):
    open(os.path.join(folder, name), 'w').close()
    for i in range(2000):
        if len(os.listdir(folder)) == n:
            return True
        time.sleep(0.01)
    return False
class FilterModule:
    def filters(self):
        return {'meet': meet}
`)
	folder := t.TempDir()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			v, err := call(t, p, "meet", value.String(folder), value.String(fmt.Sprint(i)), value.Int(n))
			if err != nil || !v.Truth() {
				t.Errorf("call %d did not meet the others: %v, %v", i, v, err)
			}
		})
	}
	all.Wait()
}

func TestNoInterpreter(t *testing.T) {
	p := pluginsOf(t, "nosuchpython", 1, same)
	var told string
	p.warn = func(msg string) { told = msg }
	if _, ok := p.Find("filter", "same", false); ok || !strings.Contains(told, `"nosuchpython" is not there`) {
		t.Errorf("found %v; told %q", ok, told)
	}
}

// A side car that does not keep to the protocol gets an error, not a value.
func TestMalformed(t *testing.T) {
	for _, text := range []string{
		`{"\u0000": "view", "v": 0}`, `{"\u0000": "view", "v": -1}`, `{"\u0000": "int", "v": "x"}`, `{"\u0000": "dict", "v": [1]}`,
		`{"\u0000": "tuple", "v": 1}`, `{"\u0000": "nokind", "v": 1}`, `{"\u0000": "set", "v": [[]]}`, `{"\u0000": "datetime"}`, `{`,
		`{"\u0000": "object", "v": []}`, `{"\u0000": "bytes", "v": "%"}`,
	} {
		if v, err := (&views{}).decode([]byte(text)); err == nil {
			t.Errorf("%s is %v", text, v)
		}
	}
}
