package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/connection/conntest"
)

// A run's round trips beside those of its calls: until the server has let us in, two for the versions and the keys, and one each
// for the service, the methods, the key and its signature; then one each for the channel, its command and its end.
const (
	loginTrips   = 6
	sessionTrips = 3
)

// TestRoundTrips runs playbooks through a real sshd and counts. On a target that knows the module, n calls take n round trips and
// a constant where each depends on the one before; calls that do not travel together.
func TestRoundTrips(t *testing.T) {
	home := t.TempDir()
	server := conntest.StartSSHD(t, "SetEnv HOME="+home)
	playTrips(t, server, home, taskList(1)) // the target learns the module
	for name, c := range map[string]struct {
		tasks string
		calls int
	}{
		"one task":     {taskList(1), 1},
		"twenty tasks": {taskList(20), 1},
		"forty tasks":  {taskList(40), 5}, // more than may be under way at once
		"ten tasks that use what the one before gave": {strings.Repeat("    - command: hostname {{ (r | default({})).x | default() }}\n      register: r\n", 10), 10},
		"a loop":        {"    - command: hostname\n      loop: [1, 2, 3, 4, 5, 6, 7, 8]\n", 1}, // the items travel together
		"skipped tasks": {"    - command: hostname\n      when: false\n    - command: hostname\n    - debug: msg=no\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, most := 0, loginTrips+sessionTrips+c.calls
			for range 4 { // chance can only add to what is counted
				if got = playTrips(t, server, home, c.tasks); got <= most {
					return
				}
			}
			t.Errorf("%d round trips for %d calls, at most %d are right", got, c.calls, most)
		})
	}
}

func taskList(n int) string { return strings.Repeat("    - command: hostname\n", n) }

// playTrips runs a play with the tasks and gives its round trips.
func playTrips(t *testing.T, server *conntest.SSHD, home, tasks string) int {
	t.Helper()
	relay := playRelayed(t, server, home, tasks, 15*time.Millisecond)
	t.Logf("%d round trips", relay.RoundTrips())
	return relay.RoundTrips()
}

// playRelayed runs a play with the tasks through a relay.
func playRelayed(t *testing.T, server *conntest.SSHD, home, tasks string, delay time.Duration) *conntest.Relay {
	t.Helper()
	relay := conntest.StartRelay(t, server.Address(), delay)
	_, port, err := net.SplitHostPort(relay.Address())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	play, hosts := filepath.Join(dir, "play.yml"), filepath.Join(dir, "hosts")
	inventory := fmt.Sprintf("web1 ansible_host=127.0.0.1 ansible_port=%s ansible_ssh_private_key_file=%s ansible_python_interpreter=/usr/bin/python3 "+
		"ansible_ssh_common_args='-F none -o GlobalKnownHostsFile=none -o HostKeyAlias=server -o UserKnownHostsFile=%s'\n", port, server.Path("key"), server.KnownHosts(t, "server"))
	if err := os.WriteFile(hosts, []byte(inventory), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(play, []byte("- hosts: all\n  gather_facts: false\n  tasks:\n"+tasks), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("goplay", "-i", hosts, play)
	cmd.Env = append(os.Environ(), "HOME="+home, "SSH_AUTH_SOCK=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	return relay
}
