package main

import (
	"crypto/ed25519"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/goplay/goplay/connection/conntest"
)

// TestBytesOnTheWire runs playbooks through a real sshd and counts bytes. A target that knows the modules gets none of their files again,
// in another run neither: what a run costs is its login, the agent, and its tasks' arguments and results.
func TestBytesOnTheWire(t *testing.T) {
	home := t.TempDir()
	server := conntest.StartSSHD(t, "SetEnv HOME="+home)
	bytes := func(tasks string) int {
		relay := playRelayed(t, server, home, tasks, 0)
		t.Logf("%d bytes up, %d down", relay.Up(), relay.Down())
		return relay.Up() + relay.Down()
	}
	const (
		login  = 8_000  // both ways: versions, keys, signatures
		agents = 14_600 // the agent's program, its greeting and its first call
	)
	for _, c := range []struct {
		name, task string
		most       int // bytes of a task
	}{
		{"command", "    - command: hostname\n", 1_000},
		{"file", "    - file: {path: " + home + "/f, state: touch}\n", 1_300},
		{"copy", "    - copy: {content: text, dest: " + home + "/g}\n", 1_600},
	} {
		t.Run(c.name, func(t *testing.T) {
			cold, warm, long := bytes(c.task), bytes(c.task), bytes(strings.Repeat(c.task, 21))
			if cold < warm+5_000 {
				t.Errorf("%d bytes with the module, %d without", cold, warm)
			}
			if most := login + agents + c.most; warm > most {
				t.Errorf("%d bytes for a run on a target that knows the module, at most %d are right", warm, most)
			}
			if each := (long - warm) / 20; each >= c.most {
				t.Errorf("%d bytes a task, less than %d are right", each, c.most)
			} else {
				t.Logf("%d bytes a task", each)
			}
		})
	}
}

// TestManyHosts has hosts let goplay in when all have begun to. So no login may wait for another one. It also measures what each connected
// host costs in memory.
func TestManyHosts(t *testing.T) {
	few, some := 2, 40
	for range 3 { // chance can only add to what is measured
		before := manyHosts(t, few)
		each := (manyHosts(t, some) - before) / int64(some-few)
		t.Logf("%d KB a host", each>>10)
		if testing.Short() || each < 300<<10 { // a short run may be one with the race detector
			return
		}
	}
	t.Error("a host takes 300 KB or more")
}

// manyHosts runs a play on so many hosts, and gives the most memory that goplay had, in bytes.
func manyHosts(t *testing.T, n int) int64 {
	t.Helper()
	dir := t.TempDir()
	_, private, err := ed25519.GenerateKey(nil)
	must(t, err)
	block, err := ssh.MarshalPrivateKey(private, "")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "key"), pem.EncodeToMemory(block), 0o600))
	all := &gathering{most: n, complete: make(chan struct{})}
	var inventory, known strings.Builder
	for i := range n {
		server := conntest.StartServer(t, &ssh.ServerConfig{PublicKeyCallback: all.join}, 0)
		fmt.Fprintf(&inventory, "h%d ansible_host=127.0.0.1 ansible_port=%d\n", i, server.Port())
		fmt.Fprintln(&known, knownhosts.Line([]string{server.Address()}, server.HostKey))
	}
	fmt.Fprintf(&inventory, "[all:vars]\nansible_python_interpreter=/usr/bin/python3\nansible_ssh_private_key_file=%s/key\n"+
		"ansible_ssh_common_args='-F none -o UserKnownHostsFile=%s/known'\n", dir, dir)
	must(t, os.WriteFile(filepath.Join(dir, "hosts"), []byte(inventory.String()), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "known"), []byte(known.String()), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "play.yml"), []byte("- hosts: all\n  gather_facts: false\n  tasks:\n"+taskList(3)), 0o600))
	cmd := exec.Command("goplay", "-f", fmt.Sprint(n), "-i", filepath.Join(dir, "hosts"), filepath.Join(dir, "play.yml"))
	cmd.Env = append(os.Environ(), "HOME="+dir, "SSH_AUTH_SOCK=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	if all.late {
		t.Error("a login waited for another one")
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
}

// gathering lets logins wait for each other.
type gathering struct {
	mu       sync.Mutex
	here     int
	most     int
	complete chan struct{}
	late     bool
}

func (g *gathering) join(conn ssh.ConnMetadata, _ ssh.PublicKey) (*ssh.Permissions, error) {
	g.mu.Lock()
	if g.here++; g.here == g.most {
		close(g.complete)
	}
	g.mu.Unlock()
	select {
	case <-g.complete:
	case <-time.After(20 * time.Second):
		g.mu.Lock()
		g.late = true
		g.mu.Unlock()
	}
	return nil, nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
