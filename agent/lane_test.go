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

// TestAGuardedLaneBreaks sends calls ahead on the condition that those before them are plain successes.
func TestAGuardedLaneBreaks(t *testing.T) {
	for name, row := range map[string]struct{ second, want string }{
		"a success":                {"basic.exit_json(changed=True, rc=0, warnings=['x'])", "0 1 2 3 4"},
		"a failure":                {"basic.fail_json(msg='no')", "0 1"},
		"a return code":            {"basic.exit_json(rc=2)", "0 1"},
		"facts":                    {"basic.exit_json(ansible_facts={'a': 1})", "0 1"},
		"no JSON":                  {"print('no')", "0 1"},
		"words around the JSON":    {"print('no'); basic.exit_json()", "0 1"},
		"a traceback":              {"raise ValueError()", "0 1"},
		"an exit status":           {"print('{}'); sys.exit(1)", "0 1"},
		"bytes that are no text":   {"os.write(1, b'{\"a\": \"\\xff\"}')", "0 1"},
		"more than anybody parses": {"basic.exit_json(a='x' * 100000)", "0 1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newWorld(t, Options{}).session()
			path := filepath.Join(t.TempDir(), "log")
			second := probe(fmt.Sprintf("import os, sys\nopen(%q, 'a').write('1 ')\n%s", path, row.second))
			replies := guarded(t, s, []*Call{appending(path, 0, 0), second, appending(path, 2, 0), appending(path, 3, 0)}, 0)
			replies = append(replies, guarded(t, s, []*Call{appending(path, 4, 0)}, 0)...) // it comes when the lane has long been broken
			ran := strings.Fields(row.want)
			if got, _ := os.ReadFile(path); strings.TrimSpace(string(got)) != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
			for i, r := range replies {
				if r.Dropped != (i >= len(ran)) {
					t.Errorf("call %d: dropped %v", i, r.Dropped)
				}
			}
		})
	}
}

// TestACancelledCallBreaksItsGuardedLane cancels the call at an index: what is behind it does not run, whatever runs goes on.
func TestACancelledCallBreaksItsGuardedLane(t *testing.T) {
	for cancelled, want := range map[int]string{1: "", 2: "0"} {
		s := newWorld(t, Options{}).session()
		path := filepath.Join(t.TempDir(), "log")
		guarded(t, s, []*Call{appending(path, 0, 0.5), appending(path, 1, 0), appending(path, 2, 0)}, cancelled)
		if got, _ := os.ReadFile(path); strings.TrimSpace(string(got)) != want {
			t.Errorf("call %d cancelled: %q, want %q", cancelled, got, want)
		}
	}
}

// guarded sends calls ahead in a guarded lane and gives their replies; the call with the number cancel, from 1, is cancelled when all are sent.
func guarded(t *testing.T, s *Session, list []*Call, cancel int) []*Reply {
	t.Helper()
	replies := make([]*Reply, len(list))
	var calls sync.WaitGroup
	stop := map[int]func(){0: func() {}}
	for i, c := range list {
		var ctx context.Context
		ctx, stop[i+1] = context.WithCancel(t.Context())
		c.Lane, c.Guard = 9, true
		sent := make(chan struct{})
		c.Sent = func() { close(sent) }
		calls.Go(func() {
			var err error
			if replies[i], err = s.Call(ctx, c); (err != nil) != (i == cancel-1) {
				t.Errorf("call %d: %v", i, err)
			}
		})
		<-sent
	}
	stop[cancel]()
	calls.Wait()
	return replies
}
