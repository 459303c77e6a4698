package endtoend

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goplay/goplay/internal/lab"
)

// A long task on three hosts.
const long = `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - ping:
    - name: long
      shell: sleep 3333 & sleep 3334; wait
    - name: never
      debug: msg=never
- hosts: all
  gather_facts: false
  tasks:
    - debug: msg=never
`

// underway is goplay with a long task running on its targets.
type underway struct {
	*project
	cmd    *exec.Cmd
	out    *bytes.Buffer
	stderr bytes.Buffer
	copied chan struct{}
}

// start starts goplay.
func (p *project) start(args ...string) *underway {
	p.t.Helper()
	u := &underway{project: p, out: &bytes.Buffer{}, copied: make(chan struct{})}
	u.cmd = p.command(append([]string{"site.yml", "-i", "hosts"}, args...)...)
	stdout, err := u.cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	u.cmd.Stderr = &u.stderr
	if err := u.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { defer close(u.copied); _, _ = io.Copy(u.out, stdout) }()
	return u
}

// begin starts goplay and waits until every host of the lab runs the long task.
func begin(t *testing.T, p *project, l *lab.Lab, args ...string) *underway {
	t.Helper()
	u := p.start(args...)
	for i := 1; i <= l.Len(); i++ {
		eventually(t, 15*time.Second, "the task runs", func() bool { return runs(t, l, i, "sleep 333") })
	}
	return u
}

// signal sends a signal and gives the outcome; took is the time from the signal to the end.
func (u *underway) signal(s syscall.Signal) *outcome {
	start := time.Now()
	_ = u.cmd.Process.Signal(s)
	<-u.copied
	_ = u.cmd.Wait()
	status := u.cmd.ProcessState.Sys().(syscall.WaitStatus)
	exit := status.ExitStatus()
	if status.Signaled() {
		exit = -int(status.Signal())
	}
	return &outcome{t: u.t, stdout: u.out.String(), stderr: u.stderr.String(), exit: exit, took: time.Since(start)}
}

// runs tells whether a host has a process whose command line contains a text.
func runs(t *testing.T, l *lab.Lab, host int, text string) bool {
	t.Helper()
	out, err := l.Exec(host, "ps", "-eo", "args")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(out, text)
}

// leavesNothing checks that the hosts have no process of the task and no temporary file any more.
func leavesNothing(t *testing.T, l *lab.Lab, limit time.Duration) {
	t.Helper()
	for i := 1; i <= l.Len(); i++ {
		eventually(t, limit, "no process of the task is left", func() bool { return !runs(t, l, i, "sleep 333") && !runs(t, l, i, "goplay") })
		eventually(t, limit, "no temporary file is left", func() bool { return temporaries(t, l, i) == "" })
	}
}

// temporaries lists what goplay may have left on a host; the cache is to stay.
func temporaries(t *testing.T, l *lab.Lab, host int) string {
	t.Helper()
	const find = `find /tmp /var/tmp /dev/shm -mindepth 1; find /home/*/.ansible/tmp /root/.ansible/tmp -mindepth 1 2>/dev/null; find / -xdev -name '.goplay-*' 2>/dev/null || true`
	out, err := l.Exec(host, "sh", "-c", find)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

func longRun(t *testing.T) (*project, *lab.Lab) {
	t.Helper()
	l := lab.Shared(t)
	p := newProject(t, long)
	p.write("hosts", l.InventoryText("deploy"))
	return p, l
}

func TestInterrupt(t *testing.T) {
	for _, args := range [][]string{nil, {"-b"}} {
		p, l := longRun(t)
		o := begin(t, p, l, args...).signal(syscall.SIGINT)
		o.exits(99).within(2*time.Second).says("PLAY RECAP").never("never", "FAILED", "context canceled").
			complains("User interrupted execution").recap("h1 ok=1 failed=0", "h2 ok=1 failed=0", "h3 ok=1 failed=0")
		t.Logf("ended %v after ^C (%v)", o.took.Round(time.Millisecond), args)
		leavesNothing(t, l, 2*time.Second)
	}
}

// With one fork the other hosts wait for their turn: they must not get it.
func TestInterruptStartsNoOtherHost(t *testing.T) {
	p, l := longRun(t)
	u := p.start("-f", "1")
	eventually(t, 15*time.Second, "the task runs", func() bool { return runs(t, l, 1, "sleep 333") })
	u.signal(syscall.SIGINT).exits(99).within(2*time.Second).never("FAILED", "never").recap("h1 ok=1 failed=0", "h2 ok=1 failed=0")
	leavesNothing(t, l, 2*time.Second)
}

// A task that ignores SIGTERM cannot hold goplay up.
func TestInterruptOfStubbornTask(t *testing.T) {
	p, l := longRun(t)
	p.write("site.yml", "- hosts: all\n  gather_facts: false\n  tasks:\n    - shell: trap '' TERM INT HUP; sleep 3333; sleep 3334\n")
	begin(t, p, l).signal(syscall.SIGINT).exits(99).within(2 * time.Second).says("PLAY RECAP")
	leavesNothing(t, l, 2*time.Second)
}

// The second ^C waits for nothing, even where a target does not answer.
func TestSecondInterrupt(t *testing.T) {
	p, l := longRun(t)
	u := begin(t, p, l)
	freeze := func(signal string) {
		if _, err := l.Exec(1, "sh", "-c", "pkill -"+signal+" -u deploy sshd"); err != nil {
			t.Fatal(err)
		}
	}
	freeze("STOP")
	_ = u.cmd.Process.Signal(syscall.SIGINT)
	time.Sleep(300 * time.Millisecond)
	u.signal(syscall.SIGINT).exits(99).within(500 * time.Millisecond)
	freeze("CONT")
	leavesNothing(t, l, 2*time.Second)
}

func TestTerminated(t *testing.T) {
	for signal, exit := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGKILL: -9} {
		p, l := longRun(t)
		begin(t, p, l, "-b").signal(signal).exits(exit).within(2 * time.Second)
		leavesNothing(t, l, 2*time.Second)
	}
}

// A user's inventory plugin that hangs ends before there is a run.
func TestInterruptOfInventoryPlugin(t *testing.T) {
	p := newProject(t, `
-- ansible.cfg --
[inventory]
enable_plugins = hangs
-- hosts --
-- inventory_plugins/hangs.py --
import time
from ansible.plugins.inventory import BaseInventoryPlugin

DOCUMENTATION = """
name: hangs
short_description: never ends
"""


class InventoryModule(BaseInventoryPlugin):
    NAME = 'hangs'

    def verify_file(self, path):
        return True

    def parse(self, inventory, loader, path, cache=True):
        open('began', 'w').close()
        time.sleep(3333)
-- site.yml --
- hosts: all
  tasks: []
`)
	u := p.start()
	began := filepath.Join(p.dir, "began")
	eventually(t, 15*time.Second, "the plugin runs", func() bool { _, err := os.Stat(began); return err == nil })
	u.signal(syscall.SIGINT).exits(99).within(2 * time.Second).complains("User interrupted execution")
}
