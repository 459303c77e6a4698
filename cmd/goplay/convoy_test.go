package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/goplay/goplay/connection/conntest"
)

// TestTasksAhead runs plays over a long line, where calls go ahead of their turns, and by a local connection, where none does: the
// output, the exit code and what the tasks have done must be the same. A play's first line says how many round trips, beyond those of the
// login and of one call, it may take at most; "-" leaves that open.
func TestTasksAhead(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/convoy.txtar")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	server := conntest.StartSSHD(t, "SetEnv HOME="+home)
	library := filepath.Join(t.TempDir(), "library")
	if err := os.Mkdir(library, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "library/"); ok {
			if err := os.WriteFile(filepath.Join(library, name), f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			p := &aheadPlay{t: t, home: home, library: library, text: string(f.Data)}
			local, localLog, _ := p.run("")
			var trips int
			for range 4 { // chance can only add to the round trips
				var remote, remoteLog string
				if remote, remoteLog, trips = p.run(server.Address(), server.Path("key"), server.KnownHosts(t, "server")); remote != local || remoteLog != localLog {
					t.Fatalf("output and log differ (- by the local connection, + over the line):\n%s\n%s", cmp.Diff(local, remote), cmp.Diff(localLog, remoteLog))
				}
				if p.most() < 0 || trips <= loginTrips+sessionTrips+1+p.most() {
					return
				}
			}
			t.Errorf("%d round trips, at most %d are right", trips, loginTrips+sessionTrips+1+p.most())
		})
	}
}

// aheadPlay is one play of the table. Its tasks write to the file named by log.
type aheadPlay struct {
	t                   *testing.T
	home, library, text string
}

func (p *aheadPlay) most() int {
	n := -1
	if _, err := fmt.Sscanf(p.text, "# %d", &n); err != nil {
		return -1
	}
	return n
}

// run gives the play's output and exit code, the log, and the round trips; ssh is a server's address, key and known_hosts, or nothing.
func (p *aheadPlay) run(ssh ...string) (output, log string, trips int) {
	p.t.Helper()
	dir := p.t.TempDir()
	vars, host := "ansible_connection=local", (*conntest.Relay)(nil)
	if ssh[0] != "" {
		host = conntest.StartRelay(p.t, ssh[0], 15*time.Millisecond)
		_, port, err := net.SplitHostPort(host.Address())
		if err != nil {
			p.t.Fatal(err)
		}
		vars = fmt.Sprintf("ansible_host=127.0.0.1 ansible_port=%s ansible_ssh_private_key_file=%s "+
			"ansible_ssh_common_args='-F none -o GlobalKnownHostsFile=none -o HostKeyAlias=server -o UserKnownHostsFile=%s'", port, ssh[1], ssh[2])
	}
	var hosts strings.Builder
	for _, name := range strings.Fields("one two") {
		fmt.Fprintf(&hosts, "%s log=%s ansible_python_interpreter=/usr/bin/python3 %s\n", name, filepath.Join(dir, name), vars)
	}
	play := filepath.Join(dir, "play.yml")
	for name, text := range map[string]string{
		"hosts": hosts.String(), "play.yml": p.text, "more.yml": "- shell: echo included >> {{ log }}\n",
		"roles/r/tasks/main.yml": "- shell: echo role >> {{ log }}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			p.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
	cmd := exec.Command("goplay", "-i", filepath.Join(dir, "hosts"), play, "-M", p.library)
	cmd.Env = append(os.Environ(), "HOME="+p.home, "SSH_AUTH_SOCK=")
	out, _ := cmd.CombinedOutput() // its exit code is part of what is compared
	text := strings.ReplaceAll(string(out), dir, "DIR")
	text = regexp.MustCompile(`"(start|end|delta)": "[^"]*"`).ReplaceAllString(text, `"$1": "…"`)
	written, _ := os.ReadFile(filepath.Join(dir, "one")) // missing where no task wrote to it
	if host != nil {
		trips = host.RoundTrips()
	}
	return fmt.Sprintf("%s\nexit %d\n", inAnyOrder(text), cmd.ProcessState.ExitCode()), string(written), trips
}

// inAnyOrder sorts the hosts' lines below each task: a busy machine may show the slower host first.
func inAnyOrder(output string) string {
	parts := strings.Split(output, "\n\n")
	for i, part := range parts {
		head, results, _ := strings.Cut(part, "\n")
		if lines := strings.Split(results, "\n"); strings.HasPrefix(head, "TASK") && !strings.Contains(results, "{") {
			slices.Sort(lines)
			parts[i] = head + "\n" + strings.Join(lines, "\n")
		}
	}
	return strings.Join(parts, "\n\n")
}
