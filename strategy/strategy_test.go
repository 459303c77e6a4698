package strategy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// fake is a play of named steps. Each host has its own list of paths; took says how long a host needs for a step.
type fake struct {
	steps [][]string // by host: paths such as "0.1"
	took  func(host int, path string) time.Duration
	forks int

	mu   sync.Mutex
	at   []int
	log  []string
	busy atomic.Int32
	most atomic.Int32
	fail string
}

func newFake(steps ...string) *fake {
	f := &fake{at: make([]int, len(steps)), forks: 5}
	for _, s := range steps {
		f.steps = append(f.steps, strings.Fields(s))
	}
	return f
}

func (f *fake) Hosts() int { return len(f.steps) }
func (f *fake) Forks() int { return f.forks }

func (f *fake) Next(h int) (Step, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at[h] >= len(f.steps[h]) {
		return Step{}, false
	}
	text := f.steps[h][f.at[h]]
	s := Step{Task: text}
	for part := range strings.SplitSeq(text, ".") {
		var n int
		fmt.Sscan(part, &n)
		s.Path = append(s.Path, n)
	}
	return s, true
}

func (f *fake) Do(ctx context.Context, s Step, hosts []int) error {
	path := s.Task.(string)
	if path == f.fail {
		return errors.New("broken")
	}
	f.most.Store(max(f.most.Load(), f.busy.Add(int32(len(hosts)))))
	defer f.busy.Add(-int32(len(hosts)))
	if f.took != nil {
		time.Sleep(f.took(hosts[0], path))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range hosts {
		f.at[h]++
	}
	f.log = append(f.log, fmt.Sprintf("%s%v", path, hosts))
	return ctx.Err()
}

func TestLinearKeepsHostsInLockStep(t *testing.T) {
	for _, row := range []struct {
		name  string
		hosts []string
		want  string
	}{
		{"all the same", []string{"0 1 2", "0 1 2"}, "0[0 1] 1[0 1] 2[0 1]"},
		{"a host passes a task by", []string{"0 1 2", "0 2"}, "0[0 1] 1[0] 2[0 1]"},
		{"an include of one host comes before what follows it", []string{"0 0.0.0 0.0.1 1", "0 1"}, "0[0 1] 0.0.0[0] 0.0.1[0] 1[0 1]"},
		{"different includes one after the other", []string{"0 0.0.0 1", "0 0.1.0 1"}, "0[0 1] 0.0.0[0] 0.1.0[1] 1[0 1]"},
		{"rescue of one host", []string{"0.0.0 0.1.0 1", "0.0.0 0.0.1 1"}, "0.0.0[0 1] 0.0.1[1] 0.1.0[0] 1[0 1]"},
		{"a host that lags behind goes on at the end", []string{"0 2 3 4", "3 1 5"}, "0[0] 2[0] 3[0 1] 4[0] 1[1] 5[1]"},
		{"no host has anything to do", []string{"", ""}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFake(row.hosts...)
			if err := Linear(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(f.log, " "); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestFreeLetsHostsRunAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake("0 1 2", "0 1 2")
		f.took = func(host int, _ string) time.Duration { return time.Duration(1+9*host) * time.Second }
		if err := Free(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(f.log, " "), "0[0] 1[0] 2[0] 0[1] 1[1] 2[1]"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestHostPinnedKeepsAForkFromFirstToLastTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake("0 1", "0 1", "0 1", "0 1")
		f.forks = 2
		f.took = func(int, string) time.Duration { return time.Second }
		if err := HostPinned(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		if f.most.Load() != 2 {
			t.Errorf("%d hosts were busy at once, want 2", f.most.Load())
		}
		last := slices.IndexFunc(f.log, func(s string) bool { return s == "0[2]" || s == "0[3]" })
		if last < 3 {
			t.Errorf("a third host began before another had ended: %v", f.log)
		}
	})
}

func TestAnErrorEndsTheBatch(t *testing.T) {
	for name, s := range map[string]Strategy{"linear": Linear, "free": Free, "host_pinned": HostPinned} {
		f := newFake("0 1 2")
		f.fail = "1"
		if err := s(t.Context(), f); err == nil || len(f.log) != 1 {
			t.Errorf("%s: error %v after %v", name, err, f.log)
		}
	}
}

func TestByName(t *testing.T) {
	if _, err := ByName("lineal"); err == nil || err.Error() != "Invalid play strategy specified: lineal" {
		t.Errorf("error %v", err)
	}
	for _, name := range []string{"linear", "free", "host_pinned", "debug", "ansible.legacy.debug", "ansible.builtin.free", "mitogen_linear"} {
		if s, err := ByName(name); err != nil || s == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
