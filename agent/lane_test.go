package agent

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// appending makes a call that waits and then adds a line to a file.
func appending(path string, line int, wait float64) *Call {
	return probe(fmt.Sprintf("import time\ntime.sleep(%g)\nopen(%q, 'a').write('%d ')\nbasic.exit_json()", wait, path, line))
}

// TestCallsOfOneLaneRunInOrder sends calls ahead: each one's predecessor takes longer, and still they run in the order of sending.
func TestCallsOfOneLaneRunInOrder(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	path := filepath.Join(t.TempDir(), "log")
	var calls sync.WaitGroup
	for i, wait := range []float64{0.3, 0.1, 0, 0.05, 0} {
		c := appending(path, i, wait)
		c.Lane = 7
		sent := make(chan struct{})
		c.Sent = func() { close(sent) }
		calls.Go(func() {
			if _, err := s.Call(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
		<-sent
	}
	calls.Wait()
	if got, err := os.ReadFile(path); err != nil || string(got) != "0 1 2 3 4 " {
		t.Errorf("%q %v", got, err)
	}
}

// TestACancelledCallLeavesItsLane lets the calls behind a cancelled one run, one that waits as well as one that runs.
func TestACancelledCallLeavesItsLane(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	path := filepath.Join(t.TempDir(), "log")
	var calls sync.WaitGroup
	for i, wait := range []float64{30, 30, 0, 0} {
		c := appending(path, i, wait)
		c.Lane = 1
		sent := make(chan struct{})
		c.Sent = func() { close(sent) }
		ctx, cancel := context.WithCancel(t.Context())
		calls.Go(func() {
			defer cancel()
			if _, err := s.Call(ctx, c); (err != nil) != (i < 2) {
				t.Errorf("call %d: %v", i, err)
			}
		})
		<-sent
		if i == 1 {
			cancel() // it waits behind the first
		}
		if i == 0 {
			defer cancel()
			context.AfterFunc(t.Context(), cancel)
			first := cancel
			calls.Go(func() {
				w.call(s, probe("basic.exit_json()")) // calls without a lane are not held up
				first()
			})
		}
	}
	calls.Wait()
	if got, _ := os.ReadFile(path); strings.TrimSpace(string(got)) != "2 3" {
		t.Errorf("%q", got)
	}
}
