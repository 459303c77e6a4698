package ssh

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
)

// script answers questions in turn, and notes them.
type script struct {
	mu      sync.Mutex
	answers []string
	asked   []string
}

func (s *script) Secret(_ context.Context, prompt string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, prompt)
	if len(s.answers) == 0 {
		return "", errors.New("no answer")
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return answer, nil
}

func (s *script) Line(ctx context.Context, prompt string) (string, error) {
	return s.Secret(ctx, prompt)
}

// passwords is a server that takes passwords: by password, by keyboard-interactive, or both.
func passwords(methods ...string) *ssh.ServerConfig {
	config := &ssh.ServerConfig{}
	check := func(password string) (*ssh.Permissions, error) {
		if password != "right" {
			return nil, errors.New("wrong")
		}
		return nil, nil
	}
	if slices.Contains(methods, "password") {
		config.PasswordCallback = func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) { return check(string(password)) }
	}
	if slices.Contains(methods, "keyboard-interactive") {
		config.KeyboardInteractiveCallback = func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil {
				return nil, err
			}
			return check(answers[0])
		}
	}
	return config
}

func targetAt(t testing.TB, s *conntest.Server) connection.Target {
	t.Helper()
	known := filepath.Join(t.TempDir(), "known_hosts")
	must(t, os.WriteFile(known, append([]byte("server "), ssh.MarshalAuthorizedKey(s.HostKey)...), 0o600))
	return connection.Target{
		Host: "web1", Transport: "ssh", Address: "127.0.0.1", Port: s.Port(), User: "u",
		SSH: connection.SSHOptions{HostKeyChecking: true, CommonArgs: "-F none -o HostKeyAlias=server -o UserKnownHostsFile=" + known},
	}
}

func open() *ssh.ServerConfig { return &ssh.ServerConfig{NoClientAuth: true} }

func TestContractSignals(t *testing.T) {
	server := conntest.StartServer(t, open(), 0)
	conntest.Run(t, conntest.Transport{
		Dialer: newTestDialer(t, Options{}), Target: targetAt(t, server), Limits: conntest.Limits{NoTerminal: "the test's own server has no terminals"},
	})
}

func TestPasswords(t *testing.T) {
	for _, methods := range [][]string{{"password"}, {"keyboard-interactive"}, {"password", "keyboard-interactive"}} {
		server := conntest.StartServer(t, passwords(methods...), 0)
		target := targetAt(t, server)
		for password, want := range map[string]string{
			"right": "", "wrong": "u@127.0.0.1: Permission denied (" + strings.Join(methods, ",") + ").",
			"": "u@127.0.0.1: Permission denied (" + strings.Join(methods, ",") + ").",
		} {
			target.Password = password
			if got := dialWords(t, target); got != want {
				t.Errorf("%v, password %q: %q, want %q", methods, password, got, want)
			}
		}
	}
}

func TestPasswordOfUser(t *testing.T) {
	server := conntest.StartServer(t, passwords("password"), 0)
	target := targetAt(t, server)
	target.SSH.SSHArgs = "-o PasswordAuthentication=yes -o PreferredAuthentications=password"
	target.SSH.PasswordAttempts = 2
	user := &script{answers: []string{"wrong", "right"}}
	conn, err := newTestDialer(t, Options{Prompter: user}).Dial(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if want := []string{"u@127.0.0.1's password: ", "u@127.0.0.1's password: "}; !slices.Equal(user.asked, want) {
		t.Errorf("asked %q, want %q", user.asked, want)
	}
}

func TestPasswordAndUnknownHost(t *testing.T) {
	server := conntest.StartServer(t, passwords("password"), 0)
	target := targetAt(t, server)
	target.Password = "right"
	target.SSH.CommonArgs = "-F none -o UserKnownHostsFile=/dev/null"
	_, err := newTestDialer(t, Options{}).Dial(t.Context(), target)
	if err == nil || connection.IsUnreachable(err) || !strings.HasPrefix(err.Error(), "Using a SSH password instead of a key is not possible") {
		t.Errorf("error %v", err)
	}
}

func TestHostKeyQuestion(t *testing.T) {
	server := conntest.StartServer(t, open(), 0)
	target := targetAt(t, server)
	known := filepath.Join(t.TempDir(), "known_hosts")
	target.SSH.CommonArgs = "-F none -o UserKnownHostsFile=" + known
	for _, tt := range []struct {
		answers []string
		ok      bool
	}{
		{[]string{"no"}, false},
		{[]string{"what", "NO"}, false},
		{nil, false},
		{[]string{"SHA256:wrong", "no"}, false},
		{[]string{"maybe", "yes"}, true},
		{nil, true}, // the second is known by now
	} {
		user := &script{answers: tt.answers}
		conn, err := newTestDialer(t, Options{Prompter: user}).Dial(t.Context(), target)
		if (err == nil) != tt.ok {
			t.Errorf("answers %q: error %v", tt.answers, err)
		}
		if err == nil {
			_ = conn.Close()
		} else if got := err.Error(); got != failedPrefix+"Host key verification failed." {
			t.Errorf("answers %q: error %q", tt.answers, got)
		}
		if len(tt.answers) > 0 && !strings.Contains(user.asked[0], "ED25519 key fingerprint is "+ssh.FingerprintSHA256(server.HostKey)) {
			t.Errorf("asked %q", user.asked)
		}
	}
}

func TestPassphrase(t *testing.T) {
	server := conntest.StartSSHD(t)
	for name, options := range map[string][]string{
		"openssh": {"-t", "ed25519"}, "pem": {"-t", "rsa", "-b", "2048", "-m", "PEM"}, "pkcs8": {"-t", "ecdsa", "-m", "PKCS8"},
	} {
		server.Key(t, name, append(options, "-N", "secret")...)
		server.Authorize(t, name)
		must(t, os.Remove(server.Path(name)+".pub"))
		target := targetOf(t, server)
		target.SSH.PrivateKeyFile = server.Path(name)
		target.SSH.PasswordAttempts = 2

		user := &script{answers: []string{"wrong", "secret"}}
		dialer := newTestDialer(t, Options{Prompter: user})
		for range 2 { // the second time nobody is asked
			conn, err := dialer.Dial(t.Context(), target)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			_ = conn.Close()
		}
		prompt := "Enter passphrase for key '" + server.Path(name) + "': "
		if want := []string{prompt, prompt}; !slices.Equal(user.asked, want) {
			t.Errorf("%s: asked %q, want %q", name, user.asked, want)
		}
		target.SSH.Passphrase = "secret"
		if got := dialWords(t, target); got != "" {
			t.Errorf("%s, passphrase from a variable: %s", name, got)
		}
		target.SSH.Passphrase = "wrong"
		if got := dialWords(t, target); !strings.Contains(got, "Permission denied (publickey).") {
			t.Errorf("%s, wrong passphrase: %q", name, got)
		}
	}
}

// A key of a variable is tried first, with the passphrase of a variable; an agent's keys are not tried then.
func TestKeyOfVariable(t *testing.T) {
	server := conntest.StartSSHD(t)
	for name, options := range map[string][]string{"plain": {"-N", ""}, "locked": {"-N", "secret"}, "other": {"-N", ""}, "pem": {"-N", "secret", "-m", "PEM"}} {
		server.Key(t, name, append(options, "-t", "rsa")...)
	}
	for _, name := range []string{"plain", "locked", "pem"} {
		server.Authorize(t, name)
	}
	for _, row := range []struct{ key, passphrase, want string }{
		{"plain", "", ""},
		{"locked", "secret", ""},
		{"pem", "secret", ""},
		{"other", "", "Permission denied (publickey)."},
		{"locked", "wrong", "Failed to add configured private key into ssh-agent: incorrect passphrase"},
		{"plain.pub", "", "Failed to add configured private key into ssh-agent: it is no private key"},
	} {
		text, err := os.ReadFile(server.Path(row.key))
		must(t, err)
		target := targetOf(t, server)
		target.SSH.PrivateKeyFile = ""
		target.SSH.PrivateKey, target.SSH.KeysInVariables, target.SSH.Passphrase = string(text), true, row.passphrase
		if got := dialWords(t, target); row.want == "" && got != "" || !strings.Contains(got, row.want) {
			t.Errorf("%s with %q: %q, want %q", row.key, row.passphrase, got, row.want)
		}
		target.SSH.KeysInVariables = false
		if got := dialWords(t, target); !strings.Contains(got, "Cannot utilize private_key with SSH_AGENT disabled") {
			t.Errorf("%s without ssh_agent: %q", row.key, got)
		}
	}
}

// startAgent starts a real ssh-agent with some keys.
func startAgent(t *testing.T, s *conntest.SSHD, keys ...string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "agent") // a short path: sockets' names are limited
	must(t, err)
	socket := filepath.Join(dir, "s")
	cmd := exec.Command("ssh-agent", "-D", "-a", socket)
	if err := cmd.Start(); err != nil {
		t.Skipf("no ssh-agent: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	})
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if conn, err := net.Dial("unix", socket); err == nil {
			_ = conn.Close()
			break
		}
	}
	for _, key := range keys {
		add := exec.Command("ssh-add", "-q", s.Path(key))
		add.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
		if out, err := add.CombinedOutput(); err != nil {
			t.Fatalf("ssh-add: %v %s", err, out)
		}
	}
	return socket
}

func TestAgent(t *testing.T) {
	server := conntest.StartSSHD(t, "MaxAuthTries 2", "AllowAgentForwarding yes")
	for _, name := range []string{"s1", "s2", "s3"} {
		server.Key(t, name, "-t", "ed25519")
	}
	server.Key(t, "rsa", "-t", "rsa", "-b", "2048")
	server.Authorize(t, "rsa")
	socket := startAgent(t, server, "s1", "rsa")
	crowded := startAgent(t, server, "s1", "s2", "s3", "key")
	tooMany := fmt.Sprintf("Received disconnect from 127.0.0.1 port %d:2: Too many authentication failures\r\nDisconnected from 127.0.0.1 port %d",
		server.Port, server.Port)
	tests := []struct {
		name, socket, key, options, want string
	}{
		{"a key of the agent", socket, "", "", ""},
		{"no agent", "", "", "", "Permission denied (publickey)."},
		{"another agent by option", "", "", "-o IdentityAgent=" + socket, ""},
		{"agent by variable", "", "", "-o IdentityAgent=$GOPLAY_TEST_AGENT", ""},
		{"agent switched off", socket, "", "-o IdentityAgent=none", "Permission denied (publickey)."},
		{"too many keys", crowded, "", "", tooMany},
		{"the named key first", crowded, "key", "", ""},
		{"only the named key", crowded, "key", "-o IdentitiesOnly=yes", ""},
		{"only named keys, and none fits", socket, "s3", "-o IdentitiesOnly=yes", "Permission denied (publickey)."},
		{"the public half names the agent's key", crowded, "key.pub", "-o IdentitiesOnly=yes", ""},
	}
	t.Setenv("GOPLAY_TEST_AGENT", socket)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target := targetOf(t, server)
			target.SSH.PrivateKeyFile = ""
			if tt.key != "" {
				target.SSH.PrivateKeyFile = server.Path(tt.key)
			}
			target.SSH.CommonArgs += " -F none " + tt.options
			conn, err := newTestDialer(t, Options{AgentSocket: tt.socket}).Dial(t.Context(), target)
			if err == nil {
				_ = conn.Close()
			}
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasSuffix(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	t.Run("forwarded", func(t *testing.T) {
		target := targetOf(t, server)
		target.SSH.CommonArgs += " -o ForwardAgent=yes"
		conn, err := newTestDialer(t, Options{AgentSocket: socket}).Dial(t.Context(), target)
		must(t, err)
		defer conn.Close()
		p, err := conn.Start(t.Context(), "ssh-add -l", connection.StartOptions{})
		must(t, err)
		buffer := make([]byte, 4096)
		n, _ := p.Stdout().Read(buffer)
		if exit, err := p.Wait(); exit != 0 || err != nil || !strings.Contains(string(buffer[:n]), "SHA256:") {
			t.Errorf("ssh-add on the target: %q, exit status %d, error %v", buffer[:n], exit, err)
		}
	})
}
