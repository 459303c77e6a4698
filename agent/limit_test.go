package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestMaxAgents checks that the longest unused agents of a target end when there are too many, and not those that have something to do.
func TestMaxAgents(t *testing.T) {
	w := newWorld(t, Options{MaxAgents: 3})
	through := filepath.Join(w.home, "through")
	if err := os.WriteFile(through, []byte("#!/bin/sh\nwhile [ \"$1\" != -u ]; do shift; done\nshift 2\nexec \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	user := func(n int) Become { return Become{Method: "sudo", Exe: through, User: fmt.Sprintf("user%d", n)} }
	pid := func(s *Session) string {
		return strings.TrimSpace(string(w.call(s, probe("import os; print(os.getppid())")).Stdout))
	}
	base := w.session()
	login := pid(base)
	one, two := w.session(user(1)), w.session(user(2))
	pids := []string{pid(one), pid(two)}
	pid(w.session(user(3)))
	allGone(t, pids[:1])
	if got := pid(two); got != pids[1] {
		t.Errorf("the one that was used last ended: %s", got)
	}
	if got := pid(one); got == pids[0] {
		t.Error("a call on a retired session reached it")
	}
	if got := pid(base); got != login {
		t.Error("the first agent ended")
	}
	// Six at once are more than there may be: none of them ends before its work does.
	var busy sync.WaitGroup
	for n := range 6 {
		busy.Go(func() {
			if r := w.call(w.session(user(10+n)), probe("import time; time.sleep(0.5); print('done')")); string(r.Stdout) != "done\n" {
				t.Errorf("%q %q", r.Stdout, r.Stderr)
			}
		})
	}
	busy.Wait()
	pid(w.session(user(20)))
	if n := len(w.pool.entries[target]); n > 3 {
		t.Errorf("%d agents are left", n)
	}
}
