package endtoend

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/internal/lab"
)

// pings is a playbook of two tasks, so that a host that is out after the first one shows.
const pings = `
-- site.yml --
- hosts: all
  gather_facts: false
  tasks:
    - ping:
    - command: hostname
`

// variable writes a host variable for h1.
func (p *project) variable(text string) { p.write("host_vars/h1.yml", text+"\n") }

func TestRefusedKey(t *testing.T) {
	t.Parallel()
	p, l := onLab(t, "deploy", pings)
	key := filepath.Join(p.dir, "other_key")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	p.variable("ansible_ssh_private_key_file: " + key)
	p.run("site.yml", "-i", "hosts").exits(4).
		says("fatal: [h1]: UNREACHABLE!", "Failed to connect to the host via ssh: deploy@"+l.Host(1).Addr+": Permission denied (publickey").
		recap("h1 ok=0 unreachable=1 failed=0", "h2 ok=2", "h3 ok=2")
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	p, _ := onLab(t, "pwuser", pings)
	p.variable("ansible_password: not-the-password")
	p.run("site.yml", "-i", "hosts").exits(4).
		says("fatal: [h1]: UNREACHABLE!", "Permission denied (publickey,password).").never("not-the-password").
		recap("h1 ok=0 unreachable=1 failed=0", "h2 ok=2", "h3 ok=2")
}

// changedKey gives a known_hosts file that has another key for h1 than it shows.
func changedKey(t *testing.T, p *project, l *lab.Lab) string {
	t.Helper()
	key := filepath.Join(p.dir, "other_host_key")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	h := l.Host(1)
	host := h.Addr
	if h.Port != 22 {
		host = fmt.Sprintf("[%s]:%d", h.Addr, h.Port)
	}
	return p.write("known_hosts", host+" "+string(public))
}

func TestChangedHostKey(t *testing.T) {
	p, l := onLab(t, "deploy", pings)
	known := changedKey(t, p, l)
	p.variable("ansible_ssh_common_args: -o UserKnownHostsFile=" + known + " -o GlobalKnownHostsFile=/dev/null")
	before, _ := os.ReadFile(known)
	o := p.run("site.yml", "-i", "hosts").exits(4)
	o.says("fatal: [h1]: UNREACHABLE!", "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!", "Host key verification failed.").
		recap("h1 ok=0 unreachable=1 failed=0", "h2 ok=2", "h3 ok=2")
	if after, _ := os.ReadFile(known); string(after) != string(before) {
		t.Errorf("known_hosts was changed to %q", after)
	}
}

// OpenSSH refuses passwords to a host whose key has changed, even where the key is not checked strictly.
func TestChangedHostKeyGetsNoPassword(t *testing.T) {
	p, l := onLab(t, "pwuser", pings)
	known := changedKey(t, p, l)
	p.variable("ansible_host_key_checking: false\nansible_ssh_common_args: -o UserKnownHostsFile=" + known + " -o GlobalKnownHostsFile=/dev/null")
	p.run("site.yml", "-i", "hosts", "-l", "h1").exits(4).says("fatal: [h1]: UNREACHABLE!").recap("h1 ok=0 unreachable=1")
}

func TestUnknownHostKeyWithoutTerminal(t *testing.T) {
	p, _ := onLab(t, "deploy", pings)
	known := p.write("known_hosts", "")
	p.variable("ansible_ssh_common_args: -o UserKnownHostsFile=" + known + " -o GlobalKnownHostsFile=/dev/null")
	p.run("site.yml", "-i", "hosts").exits(4).within(8*time.Second).
		says("fatal: [h1]: UNREACHABLE!", "Host key verification failed.").
		recap("h1 ok=0 unreachable=1 failed=0", "h2 ok=2", "h3 ok=2")
	if text, _ := os.ReadFile(known); len(text) > 0 {
		t.Errorf("the key was learned: %s", text)
	}
}

func TestRefusedConnection(t *testing.T) {
	p, l := onLab(t, "deploy", pings)
	p.variable("ansible_port: 1")
	p.run("site.yml", "-i", "hosts").exits(4).
		says("fatal: [h1]: UNREACHABLE!", "Failed to connect to the host via ssh: ssh: connect to host "+l.Host(1).Addr+" port 1: Connection refused").
		recap("h1 ok=0 unreachable=1", "h2 ok=2", "h3 ok=2")
}

// A host that takes the connection and says nothing is given up after the timeout.
func TestSilentHost(t *testing.T) {
	p, _ := onLab(t, "deploy", pings)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	host, port, _ := net.SplitHostPort(silent.Addr().String())
	p.variable("ansible_host: " + host + "\nansible_port: " + port)
	o := p.run("site.yml", "-i", "hosts", "-T", "2").exits(4).within(7 * time.Second)
	o.says("fatal: [h1]: UNREACHABLE!", "Connection timed out during banner exchange").recap("h1 ok=0 unreachable=1", "h2 ok=2", "h3 ok=2")
	if o.took < 1500*time.Millisecond {
		t.Errorf("given up after %v, want 2 s", o.took)
	}
}

const becomes = `
-- site.yml --
- hosts: h1
  gather_facts: false
  become: true
  tasks:
    - command: id -un
    - debug: msg=not reached
`

func TestSudoPasswords(t *testing.T) {
	for _, row := range []struct{ name, user, vars, says string }{
		{"wrong", "pwuser", "ansible_become_password: not-the-password", "Incorrect sudo password"},
		{"missing", "pwuser", "ansible_become_password: null", "Missing sudo password"},
		{"not in sudoers without a password", "plain", "", "Missing sudo password"},
		{"not in sudoers", "plain", "ansible_become_password: plainpass", "Incorrect sudo password"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p, _ := onLab(t, row.user, becomes)
			p.variable(row.vars)
			p.run("site.yml", "-i", "hosts").exits(2).
				says("fatal: [h1]: FAILED!", row.says).never("not-the-password", "plainpass", "not reached").recap("h1 ok=0 unreachable=0 failed=1")
		})
	}
}

// Modules need Python, raw and script do not.
func TestNoPython(t *testing.T) {
	p, l := onLab(t, "deploy", `
-- hello.sh --
#!/bin/sh
echo "script as $(id -un) with $1"
-- site.yml --
- hosts: h1
  gather_facts: false
  tasks:
    - raw: echo raw as $(id -un)
    - raw: echo raw as $(id -un)
      become: true
    - script: hello.sh word
    - script: hello.sh word
      become: true
    - command: id -un
    - debug: msg=not reached
`)
	defer func() { _ = l.Reset(1) }()
	if _, err := l.Exec(1, "sh", "-c", "rm -f /usr/bin/python*"); err != nil {
		t.Fatal(err)
	}
	o := p.run("site.yml", "-i", "hosts", "-v").exits(2)
	o.says("raw as deploy", "raw as root", "script as deploy with word", "script as root with word",
		"The module interpreter '/usr/bin/python3' was not found.").never("not reached").recap("h1 ok=4 failed=1")
	p.write("hosts", strings.Replace(l.InventoryText("deploy"), "ansible_python_interpreter=/usr/bin/python3", "", 1))
	p.run("site.yml", "-i", "hosts").exits(2).recap("h1 ok=4 failed=1")
}

// TestExpiredPassword has users whose passwords have expired: sshd lets them in, by a key too, and runs nothing.
func TestExpiredPassword(t *testing.T) {
	l := lab.Start(t, 1)
	p := newProject(t, "-- site.yml --\n- hosts: all\n  gather_facts: false\n  tasks:\n    - ping:\n")
	for _, user := range []string{"pwuser", "deploy"} {
		if out, err := l.Exec(1, "chage", "-d", "0", user); err != nil {
			t.Fatal(err, out)
		}
		p.write("hosts", l.InventoryText(user))
		p.run("site.yml", "-i", "hosts").exits(4).says("fatal: [h1]: UNREACHABLE!", "via ssh: WARNING: Your password has expired.\\nPassword change required")
	}
}
