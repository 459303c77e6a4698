package endtoend

import (
	"fmt"
	"net"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/goplay/goplay/connection/conntest"
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

// behindRelay starts a playbook whose host h1 is reached through a relay, and waits until its task sleeps there.
func behindRelay(t *testing.T, env ...string) (*underway, *conntest.Relay) {
	t.Helper()
	l := lab.Shared(t)
	h := l.Host(1)
	relay := conntest.StartRelay(t, net.JoinHostPort(h.Addr, strconv.Itoa(h.Port)), 0)
	_, port, err := net.SplitHostPort(relay.Address())
	if err != nil {
		t.Fatal(err)
	}
	p := newProject(t, `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - ping:
    - name: long
      command: "{{ 'sleep 3333' if inventory_hostname == 'h1' else 'true' }}"
    - command: hostname
`)
	p.env = env
	p.write("hosts", l.InventoryText("deploy")+fmt.Sprintf("[all:vars]\n[relayed]\nh1 ansible_host=127.0.0.1 ansible_port=%s\n", port))
	u := p.start("-e", "ansible_ssh_common_args='-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'")
	eventually(t, 15*time.Second, "the task runs", func() bool { return runs(t, l, 1, "sleep 3333") })
	return u, relay
}

// TestNetworkGone lets the network to a host swallow everything: the user is told, and the host is given up.
func TestNetworkGone(t *testing.T) {
	u, relay := behindRelay(t, "GOPLAY_SILENCE_LIMIT=4")
	relay.Stall()
	u.signal(0).exits(4).within(12*time.Second).complains("[WARNING]: h1 has been silent for 1s (TASK [long]).").
		says("fatal: [h1]: UNREACHABLE!", "Timeout, server 127.0.0.1 not responding.").
		recap("h1 ok=1 unreachable=1 failed=0", "h2 ok=3 unreachable=0", "h3 ok=3 unreachable=0")
}

// TestInterruptWhileNetworkGone ends all the same with ^C, and the user knows which host may go on.
func TestInterruptWhileNetworkGone(t *testing.T) {
	u, relay := behindRelay(t)
	relay.Stall()
	u.signal(syscall.SIGINT).exits(99).within(2*time.Second).says("PLAY RECAP").
		complains("[WARNING]: h1 does not answer, and what was to end there may go on (TASK [long]).", "User interrupted execution")
}

// TestIdleConnectionCut kills the line while it has nothing to do: the next task has another one, and nobody hears of it.
func TestIdleConnectionCut(t *testing.T) {
	p, l := onLab(t, "deploy", `
-- site.yml --
- hosts: h1
  gather_facts: false
  tasks:
    - ping:
    - command: sleep 4
      delegate_to: localhost
      vars: {ansible_connection: local}
    - command: id -un
      become: "{{ as_root }}"
    - ping:
`)
	for _, asRoot := range []string{"false", "true"} {
		u := p.start("-e", "as_root="+asRoot)
		eventually(t, 15*time.Second, "the agent runs", func() bool { return runs(t, l, 1, "goplay") })
		time.Sleep(1500 * time.Millisecond) // its first task has an answer
		if _, err := l.Exec(1, "sh", "-c", killSession); err != nil {
			t.Fatal(err)
		}
		u.signal(0).exits(0).never("WARNING", "UNREACHABLE").recap("h1 ok=4 unreachable=0 failed=0")
	}
}
