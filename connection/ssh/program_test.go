package ssh

import (
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
	"github.com/goplay/goplay/connection/enter"
	"github.com/goplay/goplay/connection/local"
)

// said collects what a dialer says.
type said struct {
	mu    sync.Mutex
	words []string
}

func (s *said) say(host, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words = append(s.words, host+": "+why)
}

func programDialer(t *testing.T, s *said) *Dialer {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("there is no ssh (install openssh-client)")
	}
	return newTestDialer(t, Options{Program: &enter.Dialer{Here: local.Dialer{}}, Say: s.say})
}

// programTarget is a server that is reached with more options.
func programTarget(t *testing.T, s *conntest.SSHD, options string) connection.Target {
	target := targetOf(t, s)
	target.Timeout = 5 * time.Second
	target.SSH.CommonArgs = "-F none " + target.SSH.CommonArgs + " " + options
	return target
}

func TestProgramContract(t *testing.T) {
	if testing.Short() {
		t.Skip("a process for each command")
	}
	server := conntest.StartSSHD(t)
	target := programTarget(t, server, "-o CheckHostIP=yes -o ServerAliveInterval=1 -o ServerAliveCountMax=2")
	conntest.Run(t, conntest.Transport{
		Dialer: programDialer(t, &said{}), Target: target, Server: server.Address(), At: at(target),
		Limits: conntest.LimitsOf("program ssh"),
	})
}

func TestProgramIsChosen(t *testing.T) {
	server := conntest.StartSSHD(t)
	for options, why := range map[string]string{
		"":                                   "",
		"-o KnownHostsCommand=none":          "",
		"-o 'KnownHostsCommand=/bin/echo x'": "knownhostscommand /bin/echo x needs the program ssh",
		"-L 127.0.0.1:0:127.0.0.1:1":         "-L needs the program ssh",
		"-o HostbasedAuthentication=yes":     "",
	} {
		s := &said{}
		conn, err := programDialer(t, s).Dial(t.Context(), programTarget(t, server, options))
		if err != nil {
			t.Errorf("%s: %v", options, err)
			continue
		}
		if got := strings.TrimPrefix(strings.Join(s.words, "\n"), "web1: "); got != why {
			t.Errorf("%s: %q, want %q", options, got, why)
		}
		must(t, conn.Close())
	}
}

func TestProgramFails(t *testing.T) {
	server := conntest.StartSSHD(t)
	server.Key(t, "stranger", "-t", "ed25519")
	denied := programTarget(t, server, "-o CheckHostIP=yes")
	denied.SSH.PrivateKeyFile = server.Path("stranger")
	d := programDialer(t, &said{})
	conn, err := d.Dial(t.Context(), denied)
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = outputOf(t, conn, "true")
	if !connection.IsUnreachable(err) || !strings.Contains(err.Error(), "Failed to connect to the host via ssh: ") || !strings.Contains(err.Error(), "Permission denied (publickey)") {
		t.Error(err)
	}
}

// TestProgramWithPassword logs in by the program ssh with a right password, a wrong one, and at a host whose key is not known.
func TestProgramWithPassword(t *testing.T) {
	server := conntest.StartServer(t, passwords("password"), 0)
	for password, want := range map[string]string{"right": "", "wrong": "Permission denied (password)"} {
		target := targetAt(t, server)
		target.Password, target.Timeout = password, 5*time.Second
		target.SSH.CommonArgs += " -o CheckHostIP=yes"
		conn, err := programDialer(t, &said{}).Dial(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			out, _, _, err := outputOf(t, conn, "echo hello")
			if want == "" && (out != "hello\n" || err != nil) || want != "" && (!connection.IsUnreachable(err) || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: %q %v", password, out, err)
			}
			if want != "" {
				break // the line has ended
			}
		}
		folder := conn.(*programLine).secret.folder
		must(t, conn.Close())
		if _, err := os.Stat(folder); !os.IsNotExist(err) {
			t.Error("the password's pipe is still there")
		}
	}
	stranger := targetAt(t, server)
	stranger.Password, stranger.Timeout = "right", 5*time.Second
	stranger.SSH.CommonArgs = "-F none -o UserKnownHostsFile=/dev/null -o CheckHostIP=yes"
	conn, err := programDialer(t, &said{}).Dial(t.Context(), stranger)
	if err == nil {
		_, _, _, err = outputOf(t, conn, "true")
		must(t, conn.Close())
	}
	if err == nil {
		t.Error("a host key that nobody knows is taken")
	}
}

// outputOf runs a command.
func outputOf(t *testing.T, conn connection.Conn, command string) (out, errs string, exit int, err error) {
	t.Helper()
	p, err := conn.Start(t.Context(), command, connection.StartOptions{})
	if err != nil {
		return "", "", 0, err
	}
	must(t, p.Stdin().Close())
	var reading sync.WaitGroup
	reading.Go(func() {
		text, _ := io.ReadAll(p.Stderr())
		errs = string(text)
	})
	text, _ := io.ReadAll(p.Stdout())
	reading.Wait()
	exit, err = p.Wait()
	return string(text), errs, exit, err
}

// TestRunningMaster logs in by a master that runs, with a key that the server does not know.
func TestRunningMaster(t *testing.T) {
	server := conntest.StartSSHD(t)
	server.Key(t, "stranger", "-t", "ed25519")
	s := &said{}
	d := programDialer(t, s)
	socket := server.Path("master")
	master := exec.Command("ssh", "-F", "none", "-i", server.Path("key"), "-p", strconv.Itoa(server.Port), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-M", "-N", "-S", socket, "127.0.0.1")
	must(t, master.Start())
	t.Cleanup(func() { _ = master.Process.Kill(); _ = master.Wait() })
	for range 100 {
		if listens(socket) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	target := programTarget(t, server, "-o ControlPath="+socket)
	target.SSH.PrivateKeyFile = server.Path("stranger")
	conn, err := d.Dial(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if out, errs, exit, err := outputOf(t, conn, "echo hello"); out != "hello\n" || exit != 0 || err != nil {
		t.Errorf("%q %q %d %v", out, errs, exit, err)
	}
	if want := "web1: the running master at " + socket + " needs the program ssh"; len(s.words) != 1 || s.words[0] != want {
		t.Errorf("%q, want %q", s.words, want)
	}
}
