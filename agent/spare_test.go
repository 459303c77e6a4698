package agent

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

const whoAmI = "import os\nbasic.exit_json(pid=os.getpid(), agent=os.getppid(), umask=os.umask(0), cwd=os.getcwd(), fds=sorted(os.listdir('/proc/self/fd')), env=os.environ.get('COLOUR'))"

type whoIs struct {
	PID, Agent, Umask int
	Cwd               string
	Fds               []string
	Env               *string
}

func (w *world) who(s *Session, env map[string]string) (found whoIs) {
	w.t.Helper()
	c := probe(whoAmI)
	c.Environment = env
	r := w.call(s, c)
	if err := json.Unmarshal(r.Stdout, &found); err != nil {
		w.t.Fatalf("%v: %q %q", err, r.Stdout, r.Stderr)
	}
	return found
}

// childrenOf names the processes that an agent has started, when there are so many.
func childrenOf(t *testing.T, pid, count int) []string {
	t.Helper()
	var found []string
	for range 200 {
		text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/task/" + strconv.Itoa(pid) + "/children")
		if err != nil {
			t.Skip("the kernel does not name children: ", err)
		}
		if found = strings.Fields(string(text)); len(found) == count {
			return found
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the agent has the children %v, not %d", found, count)
	return nil
}

// TestSpare checks that a module runs in the child that was forked ahead, that it is as one forked for it, and that the child
// ends with the agent.
func TestSpare(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	first := w.who(s, nil)
	w.who(s, nil) // from here on all is known that children are to know
	spare := childrenOf(t, first.Agent, 1)[0]
	colour := "blue"
	last := w.who(s, map[string]string{"COLOUR": colour})
	if strconv.Itoa(last.PID) != spare {
		t.Errorf("the module ran as process %d, not %s", last.PID, spare)
	}
	if last.Env == nil || *last.Env != colour {
		t.Errorf("COLOUR is %v", last.Env)
	}
	if last.Umask != first.Umask || last.Cwd != first.Cwd || strings.Join(last.Fds, " ") != strings.Join(first.Fds, " ") {
		t.Errorf("%+v differs from %+v", last, first)
	}
	spare = childrenOf(t, first.Agent, 1)[0]
	if err := w.pool.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/" + spare); err == nil {
		t.Error("the waiting child outlived its agent")
	}
}

// TestSpareKnowsNoLess checks that a file which came after the fork reaches a module.
func TestSpareKnowsNoLess(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	first := w.who(s, nil)
	w.who(s, nil)
	childrenOf(t, first.Agent, 1)
	if r := w.call(s, probe("basic.exit_json(new=1)")); string(r.Stdout) != "{\"new\": 1}\n" {
		t.Errorf("%q %q", r.Stdout, r.Stderr)
	}
}

// TestSpareThatDied checks that a killed child is replaced.
func TestSpareThatDied(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	first := w.who(s, nil)
	w.who(s, nil)
	pid, _ := strconv.Atoi(childrenOf(t, first.Agent, 1)[0])
	if p, err := os.FindProcess(pid); err != nil || p.Kill() != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	for range 3 {
		if got := w.who(s, nil); got.PID == pid {
			t.Error("a dead child ran a module")
		}
	}
	if got := childrenOf(t, first.Agent, 1)[0]; got == strconv.Itoa(pid) {
		t.Error("it was not replaced")
	}
}

// TestSpareIsNotShared checks that calls beside each other do not share the one that waits.
func TestSpareIsNotShared(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	w.who(s, nil)
	w.who(s, nil)
	pids := make(chan int, 8)
	for range cap(pids) {
		go func() { pids <- w.who(s, nil).PID }()
	}
	seen := map[int]bool{}
	for range cap(pids) {
		if pid := <-pids; seen[pid] {
			t.Errorf("two modules in process %d", pid)
		} else {
			seen[pid] = true
		}
	}
}
