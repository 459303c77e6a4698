package endtoend

import (
	"syscall"
	"testing"
	"time"

	"github.com/goplay/goplay/internal/lab"
)

const (
	killSession = "pkill -KILL -u deploy sshd"
	killAgent   = "pkill -KILL -o -u deploy -f goplay; pkill -x sleep" // what a killed agent ran is nobody's to end
)

// cut starts a playbook, kills h1's sshd session while its task sleeps, and gives the outcome.
func cut(t *testing.T, kill string, args ...string) *outcome {
	t.Helper()
	l := lab.Shared(t)
	p := newProject(t, `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - ping:
    - command: "{{ 'sleep 3333' if inventory_hostname == 'h1' else 'true' }}"
    - command: hostname
`)
	p.write("hosts", l.InventoryText("deploy"))
	u := p.start(args...)
	eventually(t, 15*time.Second, "the task runs", func() bool { return runs(t, l, 1, "sleep 3333") })
	if _, err := l.Exec(1, "sh", "-c", kill); err != nil {
		t.Fatal(err)
	}
	o := u.signal(syscall.Signal(0))
	leavesNothing(t, l, 5*time.Second)
	return o
}

func TestConnectionCut(t *testing.T) {
	for name, kill := range map[string]string{
		"the session": killSession,
		"the agent":   killAgent,
	} {
		t.Run(name, func(t *testing.T) {
			cut(t, kill).exits(4).within(5*time.Second).says("fatal: [h1]: UNREACHABLE!").
				recap("h1 ok=1 unreachable=1 failed=0", "h2 ok=3 unreachable=0", "h3 ok=3 unreachable=0")
		})
	}
}

func TestConnectionCutUnderBecome(t *testing.T) {
	cut(t, killSession, "-b").exits(4).within(5*time.Second).says("fatal: [h1]: UNREACHABLE!").
		recap("h1 ok=1 unreachable=1 failed=0", "h2 ok=3 unreachable=0")
}
