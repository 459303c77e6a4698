package become

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
	"github.com/goplay/goplay/connection/enter"
	"github.com/goplay/goplay/connection/local"
	"github.com/goplay/goplay/connection/ssh"
	"github.com/goplay/goplay/internal/lab"
)

func TestLines(t *testing.T) {
	for _, c := range []struct {
		become connection.Become
		want   string
	}{
		{connection.Become{Method: "sudo"}, "sudo -H -S -n -u 'root' WORDS"},
		{connection.Become{Method: "sudo", User: "bob", Flags: " ", Exe: "/x/sudo", Chdir: "/tmp"}, "cd '/tmp' && /x/sudo   -u 'bob' WORDS"},
		{connection.Become{Method: "sudo", Flags: "-H -n", Password: "x"}, "sudo -H -p '[sudo via goplay, key=KEY] password:' -u 'root' WORDS"},
		{connection.Become{Method: "su", User: "bob", Flags: "-l"}, "su -l 'bob' -c 'WORDS'"},
		{connection.Become{Method: "doas", User: "bob"}, "doas -n -u 'bob' WORDS"},
		{connection.Become{Method: "doas", User: "bob", Flags: "-L", Password: "x"}, "doas -L -u 'bob' WORDS"},
		{connection.Become{Method: "dzdo", User: "bob", Password: "x"}, "dzdo -H -S -p '[dzdo via goplay, key=KEY] password:' -u 'bob' WORDS"},
		{connection.Become{Method: "ksu", User: "bob", Flags: "-q"}, "ksu 'bob' -q -e WORDS"},
		{connection.Become{Method: "machinectl", User: "bob"}, "machinectl -q shell 'bob'@ /bin/sh -c 'stty raw -echo 2>/dev/null; exec WORDS'"},
		{connection.Become{Method: "pbrun", User: "bob"}, "pbrun -u 'bob' 'WORDS'"},
		{connection.Become{Method: "pbrun", User: "bob", Shell: true}, "pbrun -u 'bob' /bin/sh -c 'WORDS'"},
		{connection.Become{Method: "pfexec"}, "pfexec -H -S -n 'WORDS'"},
		{connection.Become{Method: "pmrun"}, "pmrun 'WORDS'"},
		{connection.Become{Method: "run0", User: "bob"}, "run0 --user='bob' WORDS"},
		{connection.Become{Method: "sesu", User: "bob"}, "sesu -H -S -n 'bob' -c WORDS"},
		{connection.Become{Method: "sudosu", User: "bob"}, "sudo -H -S -n su -l 'bob' -c 'WORDS'"},
	} {
		line, prompt := Find(c.become.Method).Line(c.become, "WORDS")
		if prompt != "" {
			key := strings.TrimSuffix(strings.TrimPrefix(prompt, Prompt(c.become.Method)), "] password:")
			line = strings.ReplaceAll(line, key, "KEY")
		}
		if line != c.want {
			t.Error(cmp.Diff(c.want, line))
		}
	}
}

// pool gives lines by ssh, to this machine, and to others users at both.
func pool(t *testing.T) *connection.Pool {
	d, e := &Dialer{Timeout: 5}, &enter.Dialer{Here: local.Dialer{}}
	p := connection.NewPool(map[string]connection.Dialer{
		"local": local.Dialer{}, "ssh": ssh.New(ssh.Options{Home: t.TempDir()}), connection.ByBecome: d, connection.ByEntry: e,
	})
	d.Lines, e.Lines = p, p
	t.Cleanup(p.Close)
	return p
}

func as(at connection.Target, b connection.Become) connection.Target {
	return connection.Target{Host: at.Host, Transport: b.Method, Become: b, Via: at.Handle()}
}

func TestContract(t *testing.T) {
	here := connection.Target{Host: "here", Transport: "local"}
	for _, method := range []string{"sudo", "su"} {
		t.Run(method, func(t *testing.T) {
			if _, err := exec.LookPath(method); err != nil || os.Geteuid() != 0 {
				t.Skip("only root needs no password for ", method)
			}
			lines := pool(t)
			if _, err := lines.Get(t.Context(), here); err != nil {
				t.Fatal(err)
			}
			conntest.Run(t, conntest.Transport{
				Dialer: &Dialer{Lines: lines, Timeout: 5}, Target: as(here, connection.Become{Method: method}), Limits: conntest.LimitsOf(method),
			})
		})
	}
}

// TestContractOfStacks enters a root and becomes another user behind a line by ssh.
func TestContractOfStacks(t *testing.T) {
	if os.Geteuid() != 0 || testing.Short() {
		t.Skip("only root needs no password for sudo, and can chroot")
	}
	server := conntest.StartSSHD(t)
	login := func(address string) connection.Target {
		host, port, _ := net.SplitHostPort(address)
		at := connection.Target{Host: "h1", Transport: "ssh", Address: host}
		at.Port, _ = strconv.Atoi(port)
		at.SSH.PrivateKeyFile, at.SSH.HostKeyChecking = server.Path("key"), true
		at.SSH.CommonArgs = "-F none -o HostKeyAlias=server -o UserKnownHostsFile=" + server.KnownHosts(t, "server")
		return at
	}
	root := lab.StartContainer(t, "chroot").Name
	inside := func(at connection.Target) connection.Target {
		return connection.Target{Host: "box", Transport: "chroot", Entry: "chroot " + root + " /bin/sh -c", Via: at.Handle()}
	}
	sudo := func(at connection.Target) connection.Target { return as(at, connection.Become{Method: "sudo"}) }
	for name, stack := range map[string]func(connection.Target) connection.Target{
		"ssh > sudo": sudo, "ssh > chroot > sudo": func(at connection.Target) connection.Target { return sudo(inside(at)) },
	} {
		t.Run(name, func(t *testing.T) {
			lines := pool(t)
			target := stack(login(server.Address()))
			parent, _ := target.Parent()
			if _, err := lines.Get(t.Context(), parent); err != nil {
				t.Fatal(err)
			}
			conntest.Run(t, conntest.Transport{
				Dialer: &Dialer{Lines: lines, Timeout: 5}, Target: target, Server: server.Address(), Limits: conntest.LimitsOf(name),
				At: func(address string) connection.Target { return stack(login(address)) },
			})
		})
	}
}

// run runs a command and gives its outputs.
func run(t *testing.T, lines *connection.Pool, target connection.Target, command, stdin string) (out, errs string, exit int, err error) {
	t.Helper()
	conn, err := lines.Get(t.Context(), target)
	if err != nil {
		return "", "", 0, err
	}
	p, err := conn.Start(t.Context(), command, connection.StartOptions{})
	if err != nil {
		return "", "", 0, err
	}
	go func() {
		_, _ = io.WriteString(p.Stdin(), stdin)
		_ = p.Stdin().Close()
	}()
	stderr := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(p.Stderr())
		stderr <- string(text)
	}()
	text, _ := io.ReadAll(p.Stdout())
	exit, err = p.Wait()
	return string(text), <-stderr, exit, err
}

// TestPasswords becomes others on a real host, with the programs that ask for passwords there.
func TestPasswords(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a host of its own")
	}
	l := lab.Start(t, 1)
	for _, command := range []string{
		"apt-get -qq update", "apt-get -qqy install opendoas",
		"echo 'permit pwuser' > /etc/doas.conf; echo 'permit nopass deploy as plain' >> /etc/doas.conf; chmod 600 /etc/doas.conf",
		"echo 'Defaults:deploy requiretty' > /etc/sudoers.d/20-tty",
		"echo 'Defaults:pwuser use_pty' >> /etc/sudoers.d/20-tty",
	} {
		if out, err := l.Exec(1, "sh", "-c", command); err != nil {
			t.Fatal(err, out)
		}
	}
	login := func(user string) connection.Target {
		h := l.Host(1)
		target := connection.Target{Host: "h1", Transport: "ssh", Address: h.Addr, Port: h.Port, User: user}
		target.SSH.CommonArgs = "-F none -o UserKnownHostsFile=" + l.KnownHosts()
		target.SSH.PrivateKeyFile = l.Key()
		if user == "pwuser" {
			target.Password = lab.Password
		}
		return target
	}
	lines := pool(t)
	for _, c := range []struct {
		name, login string
		become      connection.Become
		want, fails string
	}{
		{"sudo", "pwuser", connection.Become{Method: "sudo", Password: lab.Password}, "root", ""},
		{"sudo, wrong password", "pwuser", connection.Become{Method: "sudo", Password: "no"}, "", "Incorrect sudo password"},
		{"sudo, no password", "pwuser", connection.Become{Method: "sudo"}, "", "Missing sudo password"},
		{"sudo that wants a terminal", "deploy", connection.Become{Method: "sudo"}, "root", ""},
		{"sudosu", "pwuser", connection.Become{Method: "sudosu", User: "plain", Password: lab.Password}, "plain", ""},
		{"su", "plain", connection.Become{Method: "su", Password: lab.RootPassword}, "root", ""},
		{"su, wrong password", "plain", connection.Become{Method: "su", Password: "no"}, "", "Incorrect su password"},
		{"su, no password", "plain", connection.Become{Method: "su"}, "", "Missing su password"},
		{"doas", "pwuser", connection.Become{Method: "doas", Password: lab.Password}, "root", ""},
		{"doas, wrong password", "pwuser", connection.Become{Method: "doas", Password: "no"}, "", "Incorrect doas password"},
		{"doas, no password", "pwuser", connection.Become{Method: "doas"}, "", "Missing doas password"},
		{"doas without password", "deploy", connection.Become{Method: "doas", User: "plain"}, "plain", ""},
		{"no method", "deploy", connection.Become{Method: "magic"}, "", "Invalid become method specified, could not find matching plugin: 'magic'. Use `ansible-doc -t become -l` to list available plugins."},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, errs, exit, err := run(t, lines, as(login(c.login), c.become), "id -un; head -c3; echo err >&2; exit 7", "a\nb")
			var failed *Error
			switch {
			case c.fails == "" && (err != nil || exit != 7 || strings.ReplaceAll(out+errs, "err\n", "") != c.want+"\na\nb"):
				t.Errorf("%q %q %d %v", out, errs, exit, err)
			case c.fails != "" && (!errors.As(err, &failed) || failed.Msg != c.fails):
				t.Errorf("%q %q %d %v", out, errs, exit, err)
			}
		})
	}
}

func TestTakesTooLong(t *testing.T) {
	lines := pool(t)
	slow := &Dialer{Lines: lines, Timeout: 1}
	conn, err := slow.Dial(t.Context(), connection.Target{Host: "here", Transport: "su", Become: connection.Become{Method: "su", Exe: "sleep 100 #"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Start(context.Background(), "true", connection.StartOptions{})
	if !connection.IsUnreachable(err) || !strings.HasPrefix(err.Error(), "Timed out waiting for become success.") {
		t.Error(err)
	}
}
