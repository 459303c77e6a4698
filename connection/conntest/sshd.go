package conntest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// SSHD is a real OpenSSH server on a port of its own. Its folder has the keys: those of the server in host_TYPE, and "key", with
// which the user who runs the test may log in.
type SSHD struct {
	Folder string
	Port   int
	Log    func() string

	program string
	cmd     *exec.Cmd
}

// StartSSHD starts a server until the test ends, with more lines of configuration (see sshd_config(5); a line's first mention of a
// keyword counts). The test is skipped where there is no sshd.
func StartSSHD(t testing.TB, config ...string) *SSHD {
	t.Helper()
	program := sshdProgram(t)
	s := &SSHD{Folder: t.TempDir(), Port: freePort(t), program: program}
	log := filepath.Join(s.Folder, "log")
	s.Log = func() string { text, _ := os.ReadFile(log); return string(text) }
	s.Key(t, "host_ed25519", "-t", "ed25519")
	s.Key(t, "host_ecdsa", "-t", "ecdsa")
	s.Key(t, "host_rsa", "-t", "rsa", "-b", "2048")
	s.Key(t, "key", "-t", "ed25519")
	s.Authorize(t, "key")
	s.write(t, "sshd_config", strings.Join(append(config, s.config()...), "\n")+"\n")
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("sshd's log:\n%s", s.Log())
		}
	})
	s.start(t)
	return s
}

func (s *SSHD) start(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command(s.program, "-D", "-f", s.Path("sshd_config"), "-E", s.Path("log"))
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.await(t)
}

func (s *SSHD) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// Restart lets the server read its keys and certificates anew.
func (s *SSHD) Restart(t testing.TB) {
	t.Helper()
	s.stop()
	s.start(t)
}

// sshdProgram finds sshd, and makes the folder that it needs when it is root.
func sshdProgram(t testing.TB) string {
	t.Helper()
	program, err := exec.LookPath("/usr/sbin/sshd")
	if err != nil {
		t.Skip("there is no sshd (install openssh-server)")
	}
	if os.Getuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Skipf("sshd's folder for privilege separation: %v", err)
		}
	}
	return program
}

func (s *SSHD) config() []string {
	return []string{
		"Port " + strconv.Itoa(s.Port), "ListenAddress 127.0.0.1", "PidFile none", "StrictModes no", "UsePAM no", "PermitRootLogin yes",
		"AuthorizedKeysFile " + s.Path("authorized"), "PasswordAuthentication no", "KbdInteractiveAuthentication no",
		"HostKey " + s.Path("host_ed25519"), "HostKey " + s.Path("host_ecdsa"), "HostKey " + s.Path("host_rsa"),
		"MaxStartups 10:30:100", "LogLevel VERBOSE", "PrintMotd no",
	}
}

// Path is a file in the folder.
func (s *SSHD) Path(name string) string { return filepath.Join(s.Folder, name) }

// Key makes a key with ssh-keygen, without a passphrase unless options say otherwise.
func (s *SSHD) Key(t testing.TB, name string, options ...string) string {
	t.Helper()
	if !strings.Contains(strings.Join(options, " "), "-N ") {
		options = append(options, "-N", "")
	}
	Keygen(t, append([]string{"-q", "-C", name, "-f", s.Path(name)}, options...)...)
	return s.Path(name)
}

// Keygen runs ssh-keygen.
func Keygen(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command("ssh-keygen", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("ssh-keygen %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// Authorize lets the user log in with a key of the folder.
func (s *SSHD) Authorize(t testing.TB, key string) {
	t.Helper()
	s.Append(t, "authorized", s.Public(t, key))
}

// Public is the public half of a key of the folder: type and base64.
func (s *SSHD) Public(t testing.TB, key string) string {
	t.Helper()
	data, err := os.ReadFile(s.Path(key) + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(data))[:2], " ")
}

// Append adds a line to a file of the folder.
func (s *SSHD) Append(t testing.TB, name, line string) string {
	t.Helper()
	old, _ := os.ReadFile(s.Path(name))
	s.write(t, name, string(old)+line+"\n")
	return s.Path(name)
}

func (s *SSHD) write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(s.Path(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// KnownHosts is a known_hosts file with the server's keys under some names.
func (s *SSHD) KnownHosts(t testing.TB, names ...string) string {
	t.Helper()
	for _, key := range []string{"host_ed25519", "host_ecdsa", "host_rsa"} {
		s.Append(t, "known_hosts", strings.Join(names, ",")+" "+s.Public(t, key))
	}
	return s.Path("known_hosts")
}

// Name is how known_hosts files name the server.
func (s *SSHD) Name() string { return fmt.Sprintf("[127.0.0.1]:%d", s.Port) }

// Address is the server's network address.
func (s *SSHD) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)) }

func (s *SSHD) await(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		conn, err := net.Dial("tcp", s.Address())
		if err == nil {
			greeting := make([]byte, 4)
			_, err = conn.Read(greeting)
			_ = conn.Close()
			if err == nil && bytes.Equal(greeting, []byte("SSH-")) {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("sshd doesn't start: %v\n%s", err, s.Log())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
