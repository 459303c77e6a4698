package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// login runs a command over OpenSSH's own client.
func login(t *testing.T, l *Lab, user, host, command string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ssh", "-F", l.SSHConfig(), "-o", "BatchMode=yes", "-l", user, host, command)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func TestUsersOverSSH(t *testing.T) {
	l := Shared(t)
	for _, row := range []struct{ user, command, want string }{
		{"deploy", "sudo -n id -un", "root"},
		{"plain", "id -un; sudo -n true 2>/dev/null || echo no sudo", "plain\nno sudo"},
		{"root", "hostname; id -u", "h1\n0"},
		{"deploy", "getent hosts h2 | cut -d. -f1,2", "127.0"},
	} {
		if got, err := login(t, l, row.user, "h1", row.command); err != nil || got != row.want {
			t.Errorf("%s: %s: %q, %v; want %q", row.user, row.command, got, err, row.want)
		}
	}
	if out, err := login(t, l, "pwuser", "h1", "true"); err == nil || !strings.Contains(out, "Permission denied") {
		t.Errorf("pwuser logs in without a password: %q, %v", out, err)
	}
}

func TestPasswords(t *testing.T) {
	l := Shared(t)
	if _, err := exec.LookPath("sshpass"); err != nil {
		t.Skip("no sshpass")
	}
	cmd := exec.CommandContext(t.Context(), "sshpass", "-e", "ssh", "-F", l.SSHConfig(), "-l", "pwuser", "h1",
		fmt.Sprintf("echo %s | sudo -S -p '' id -un; sudo -K; sudo -n true 2>/dev/null || echo asks", Password))
	cmd.Env = append(os.Environ(), "SSHPASS="+Password)
	out, err := cmd.Output()
	if err != nil || string(out) != "root\nasks\n" {
		t.Errorf("%q, %v", out, err)
	}
	script := fmt.Sprintf("echo %s | su -c 'id -un' root 2>/dev/null", RootPassword)
	if out, err := l.Exec(1, "setpriv", "--reuid=1002", "--regid=1002", "--clear-groups", "sh", "-c", script); err != nil || out != "root\n" {
		t.Errorf("su: %q, %v", out, err)
	}
}

func TestResetForgetsAndIsQuick(t *testing.T) {
	l := Shared(t)
	if _, err := l.Exec(2, "sh", "-c", "echo x > /etc/x; rm /etc/motd; chmod 700 /opt; sleep 1000 >/dev/null 2>&1 &"); err != nil {
		t.Fatal(err)
	}
	changes, err := l.Manifest(2)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"/etc/motd deleted", "/etc/x file 0644 0:0 73cb3858a687a849", "/opt dir 0700 0:0"}
	if got := lines(changes); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("manifest %q, want %q", got, want)
	}
	if err := l.Reset(2); err != nil {
		t.Fatal(err)
	}
	if changes, err = l.Manifest(2); err != nil || len(changes) > 0 {
		t.Errorf("after the reset: %v, %v", changes, err)
	}
	if out, _ := l.Exec(2, "pgrep", "-f", "sleep 1000"); out != "" {
		t.Errorf("processes survive a reset: %s", out)
	}
}

func lines(changes []Change) []string {
	var text []string
	for _, c := range changes {
		text = append(text, c.String())
	}
	return text
}

func TestHostsAreApart(t *testing.T) {
	l := Shared(t)
	if out, err := l.Exec(1, "sh", "-c", "hostname; ls /proc | grep -c '^[0-9]'"); err != nil || !strings.HasPrefix(out, "h1\n") || len(out) > 6 {
		t.Errorf("h1 sees %q, %v", out, err)
	}
	if out, err := l.Exec(1, "sysctl", "-w", "kernel.domainname=lab"); err == nil {
		t.Errorf("a host writes the machine's sysctls: %s", out)
	}
	if out, err := l.Exec(1, "date", "-s", "2001-01-01"); err == nil {
		t.Errorf("a host sets the machine's clock: %s", out)
	}
}

func TestLatency(t *testing.T) {
	l := Start(t, 1)
	if err := l.Latency(20 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if out, err := exec.CommandContext(t.Context(), "ssh", "-F", l.SSHConfig(), "-o", "BatchMode=yes",
		"-o", "HostName="+l.Host(1).Addr, "h1", "hostname").CombinedOutput(); err != nil || string(out) != "h1\n" {
		t.Fatalf("%q, %v", out, err)
	}
	// OpenSSH needs more than eight round trips to log in and run a command.
	if took := time.Since(start); took < 8*40*time.Millisecond {
		t.Errorf("a login over 40 ms took %v", took)
	}
	if text := l.InventoryText("deploy"); !strings.Contains(text, l.block.delayed(1)) {
		t.Errorf("the inventory avoids the delay line: %s", text)
	}
	if err := l.Latency(0); err != nil || l.Host(1).Addr != l.block.host(1) {
		t.Errorf("the delay line stays: %v", err)
	}
}

func TestAptInstallStartsNoService(t *testing.T) {
	l := Start(t, 1)
	if out, err := l.Exec(1, "apt-get", "-qqy", "--no-install-recommends", "install", "nginx-light"); err != nil {
		t.Fatal(err, out)
	}
	if out, err := l.Exec(1, "pgrep", "nginx"); err == nil {
		t.Errorf("nginx runs: %s", out)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	l := Start(t, 2)
	init, other := l.hosts[0].init, Start(t, 1)
	if other.block.number == l.block.number {
		t.Fatal("two labs share a block")
	}
	l.Close()
	if _, err := os.Stat(l.dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", l.dir, err)
	}
	if _, err := os.Stat(fmt.Sprintf("/proc/%d", init)); !os.IsNotExist(err) {
		t.Errorf("h1's init still runs: %v", err)
	}
	if mounts, _ := os.ReadFile("/proc/mounts"); strings.Contains(string(mounts), l.dir) {
		t.Error("mounts are left")
	}
}

// A test process that is killed can't clean up; the holder's end does it.
func TestKilledProcessLeavesNothing(t *testing.T) {
	if os.Getenv("LAB_TEST_DIE") != "" {
		l, err := Up(context.Background(), 1)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(l.dir)
		process, _ := os.FindProcess(os.Getpid())
		_ = process.Kill()
		select {}
	}
	Start(t, 1) // skips where labs can't run
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledProcessLeavesNothing$")
	cmd.Env = append(os.Environ(), "LAB_TEST_DIE=1")
	out, _ := cmd.Output() // killed
	dir, _, _ := strings.Cut(string(out), "\n")
	if !strings.Contains(filepath.Base(dir), "goplay-lab.") {
		t.Fatalf("the process said %q", out)
	}
	for range 500 {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%s is still there", dir)
}

func TestArchiveFrom(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       archive
	}{
		{
			"one-line", "deb [arch=amd64 signed-by=/k] https://m.test/debian bookworm main\ndeb http://s.test/debian-security x main\n",
			archive{"https://m.test/debian", "http://s.test/debian-security"},
		},
		{
			"deb822", "Types: deb\nURIs: http://other.test/node\n\nTypes: deb\nURIs: http://m.test/debian/\n",
			archive{"http://m.test/debian", "http://m.test/debian-security"},
		},
	} {
		if got, err := archiveFrom(row.text); err != nil || got != row.want {
			t.Errorf("%s: %+v, %v; want %+v", row.name, got, err, row.want)
		}
	}
	if got, err := archiveFrom("deb http://m.test/ubuntu noble main\n"); err == nil {
		t.Errorf("no Debian mirror, but %+v", got)
	}
}
