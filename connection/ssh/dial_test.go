package ssh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestBusyServer(t *testing.T) {
	server := conntest.StartServer(t, open(), 3)
	if got := dialWords(t, targetAt(t, server)); got != "" || server.Accepted() != 4 {
		t.Errorf("a server that refuses three times: %q after %d connections", got, server.Accepted())
	}
}

func TestServerThatRefusesForGood(t *testing.T) {
	server := conntest.StartServer(t, open(), 1000)
	got := dialWords(t, targetAt(t, server))
	closed := fmt.Sprintf("kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 127.0.0.1 port %d", server.Port())
	reset := fmt.Sprintf("kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 127.0.0.1 port %d", server.Port())
	if (got != closed && got != reset) || server.Accepted() != earlyAttempts {
		t.Errorf("%q after %d connections", got, server.Accepted())
	}
}

// TestManyLines dials more lines at once than sshd's MaxStartups admits. It counts a line until it hears of the login, so that some may be
// refused all the same, and are tried again.
func TestManyLines(t *testing.T) {
	server := conntest.StartSSHD(t, "MaxStartups 10:100:10")
	dialer := newTestDialer(t, Options{})
	target := targetOf(t, server)
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			mine := target
			mine.Host = "web" + strconv.Itoa(i)
			conn, err := dialer.Dial(t.Context(), mine)
			if err != nil {
				t.Errorf("line %d: %v", i, err)
				return
			}
			_ = conn.Close()
		})
	}
	all.Wait()
}

func TestGate(t *testing.T) {
	var g gates
	var leave []func()
	for range unauthenticated {
		l, err := g.enter(t.Context(), "server")
		must(t, err)
		leave = append(leave, l)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := g.enter(ctx, "server"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one more: error %v", err)
	}
	if l, err := g.enter(t.Context(), "another"); err != nil {
		t.Errorf("another server: error %v", err)
	} else {
		l()
	}
	leave[0]()
	l, err := g.enter(t.Context(), "server")
	must(t, err)
	l()
	for _, l := range leave[1:] {
		l()
	}
	if len(g.servers) != 0 {
		t.Errorf("%d gates are left", len(g.servers))
	}
}

// mute is a server that accepts connections and says what it is told to, or nothing.
func mute(t *testing.T, says string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				_, _ = io.WriteString(conn, says)
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	return l
}

func TestTimeout(t *testing.T) {
	for says, want := range map[string]string{
		"":                   "Connection timed out during banner exchange\r\nConnection to 127.0.0.1 port %d timed out",
		"Go away\r\n":        "Connection timed out during banner exchange\r\nConnection to 127.0.0.1 port %d timed out",
		"SSH-2.0-Mute\r\n":   "Connection to 127.0.0.1 port %d timed out",
		"x\r\nSSH-2.0-M\r\n": "Connection to 127.0.0.1 port %d timed out",
	} {
		port := mute(t, says).Addr().(*net.TCPAddr).Port
		target := connection.Target{Host: "h", Address: "127.0.0.1", Port: port, Timeout: 200 * time.Millisecond}
		target.SSH.CommonArgs = "-F none"
		if got, want := dialWords(t, target), fmt.Sprintf(want, port); got != want {
			t.Errorf("server that says %q: %q, want %q", says, got, want)
		}
	}
}

// stuck lets a login hang at some stage and tells when it is reached.
type stuck struct {
	reached chan struct{}
	once    sync.Once
}

func (s *stuck) hang(ctx context.Context) (string, error) {
	s.once.Do(func() { close(s.reached) })
	<-ctx.Done()
	return "", ctx.Err()
}
func (s *stuck) Secret(ctx context.Context, _ string) (string, error) { return s.hang(ctx) }
func (s *stuck) Line(ctx context.Context, _ string) (string, error)   { return s.hang(ctx) }

// TestCancelDial cancels at every stage of dialling.
func TestCancelDial(t *testing.T) {
	slow := &stuck{reached: make(chan struct{})}
	release := make(chan struct{})
	config := passwords("password")
	config.PasswordCallback = func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) {
		close(slow.reached)
		<-release
		return nil, nil
	}
	auth := targetAt(t, conntest.StartServer(t, config, 0))
	auth.Password = "x"
	question := targetAt(t, conntest.StartServer(t, open(), 0))
	question.SSH.CommonArgs = "-F none -o UserKnownHostsFile=/dev/null"
	refusing := targetAt(t, conntest.StartServer(t, open(), 1000))
	banner := connection.Target{Host: "h", Address: "127.0.0.1", Port: mute(t, "").Addr().(*net.TCPAddr).Port, Timeout: time.Minute}
	kex := banner
	kex.Port = mute(t, "SSH-2.0-Mute\r\n").Addr().(*net.TCPAddr).Port
	proxy := banner
	proxy.SSH.CommonArgs = "-F none -o ProxyCommand='sleep 1000'"
	asking := &stuck{reached: make(chan struct{})}

	for name, tt := range map[string]struct {
		target  connection.Target
		options Options
		reached <-chan struct{}
	}{
		"banner": {target: banner}, "key exchange": {target: kex}, "proxy command": {target: proxy}, "refusals": {target: refusing},
		"question": {target: question, options: Options{Prompter: asking}, reached: asking.reached},
		"login":    {target: auth, reached: slow.reached},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				if tt.reached != nil {
					<-tt.reached
				}
				time.Sleep(50 * time.Millisecond)
				cancel()
			}()
			_, err := newTestDialer(t, tt.options).Dial(ctx, tt.target)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		})
	}
	close(release)
}

func TestRetries(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	must(t, l.Close())
	target := connection.Target{Host: "h", Address: "127.0.0.1", Port: port}
	target.SSH.CommonArgs, target.SSH.Retries = "-F none", 2
	started := time.Now()
	if got, want := dialWords(t, target), fmt.Sprintf("ssh: connect to host 127.0.0.1 port %d: Connection refused", port); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if took := time.Since(started); took < time.Second {
		t.Errorf("two retries took %v, want a second's pause at least", took)
	}
}

func TestServerAlive(t *testing.T) {
	t.Run("as set", func(t *testing.T) {
		testServerAlive(t, " -o ServerAliveInterval=1 -o ServerAliveCountMax=1", time.Hour)
	})
	t.Run("as it is", func(t *testing.T) { testServerAlive(t, "", 2*time.Second) })
}

func testServerAlive(t *testing.T, args string, silence time.Duration) {
	t.Parallel()
	server := conntest.StartServer(t, open(), 0)
	relay := conntest.StartRelay(t, server.Address(), 0)
	target := targetAt(t, server)
	_, port, _ := net.SplitHostPort(relay.Address())
	target.Port, _ = strconv.Atoi(port)
	target.SSH.CommonArgs += args
	conn, err := newTestDialer(t, Options{Silence: silence}).Dial(t.Context(), target)
	must(t, err)
	defer conn.Close()
	p, err := conn.Start(t.Context(), "sleep 1000", connection.StartOptions{})
	must(t, err)
	select {
	case <-conn.Done():
		t.Fatal("a line that works was given up")
	case <-time.After(3 * time.Second):
	}
	relay.Stall()
	select {
	case <-conn.Done():
	case <-time.After(time.Minute):
		t.Fatal("a dead line wasn't noticed")
	}
	if _, err := p.Wait(); err == nil || err.Error() != failedPrefix+"Timeout, server 127.0.0.1 not responding." {
		t.Errorf("Wait: error %v", err)
	}
}

func TestJumpHosts(t *testing.T) {
	server := conntest.StartSSHD(t, "AllowTcpForwarding yes", "SetEnv GOPLAY_TEST=there", "AcceptEnv LC_GOPLAY")
	config := server.Append(t, "config", fmt.Sprintf(`Host jump inner
 HostName 127.0.0.1
 Port %d
 IdentityFile %s
 HostKeyAlias server
 UserKnownHostsFile %s
Host inner
 ProxyJump jump`, server.Port, server.Path("key"), server.KnownHosts(t, "server")))
	dialer := newTestDialer(t, Options{})
	for _, route := range []string{"-J jump", "-J inner", "-J jump,jump", "-o ProxyJump=jump", "-o ProxyCommand='ssh -F " + config + " -W %h:%p jump'"} {
		target := targetOf(t, server)
		target.SSH.CommonArgs += " -F " + config + " " + route
		conn, err := dialer.Dial(t.Context(), target)
		if err != nil {
			t.Errorf("%s: %v", route, err)
			continue
		}
		p, err := conn.Start(t.Context(), "exit 7", connection.StartOptions{})
		must(t, err)
		if exit, err := p.Wait(); exit != 7 || err != nil {
			t.Errorf("%s: exit status %d, error %v", route, exit, err)
		}
		must(t, conn.Close())
	}
	if left := dialer.jumps.lines.InUse(); left != 0 {
		t.Errorf("%d lines to jump hosts are left", left)
	}
}

func TestJumpHostIsShared(t *testing.T) {
	server := conntest.StartSSHD(t, "AllowTcpForwarding yes")
	config := server.Append(t, "config", fmt.Sprintf("Host jump\n HostName 127.0.0.1\n Port %d\n IdentityFile %s\n HostKeyAlias server\n UserKnownHostsFile %s",
		server.Port, server.Path("key"), server.KnownHosts(t, "server")))
	relay := conntest.StartRelay(t, server.Address(), 0)
	_, port, _ := net.SplitHostPort(relay.Address())
	dialer := newTestDialer(t, Options{})
	var conns [5]connection.Conn
	var all sync.WaitGroup
	var jumped atomic.Int32
	through := targetOf(t, server)
	for i := range conns {
		all.Go(func() {
			target := through
			target.Host = strconv.Itoa(i)
			target.SSH.CommonArgs += " -F " + config + " -J jump:" + port
			conn, err := dialer.Dial(t.Context(), target)
			if err != nil {
				t.Error(err)
				return
			}
			jumped.Add(1)
			conns[i] = conn
		})
	}
	all.Wait()
	if n := strings.Count(server.Log(), "Accepted publickey"); n != len(conns)+1 || jumped.Load() != int32(len(conns)) {
		t.Errorf("%d logins for %d lines through one jump host", n, len(conns))
	}
	relay.Cut()
	for _, conn := range conns {
		if conn != nil {
			select {
			case <-conn.Done():
			case <-time.After(time.Minute):
				t.Error("a line outlives its jump host")
			}
			_ = conn.Close()
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("LC_GOPLAY", "sent")
	t.Setenv("LC_OTHER", "refused by the server")
	server := conntest.StartSSHD(t, "AcceptEnv LC_GOPLAY GOPLAY_SET")
	target := targetOf(t, server)
	target.SSH.CommonArgs += " -o SendEnv=LC_* -o SetEnv=GOPLAY_SET=set"
	conn, err := newTestDialer(t, Options{}).Dial(t.Context(), target)
	must(t, err)
	defer conn.Close()
	p, err := conn.Start(t.Context(), "echo $LC_GOPLAY $GOPLAY_SET $LC_OTHER", connection.StartOptions{})
	must(t, err)
	out, _ := io.ReadAll(p.Stdout())
	if got := string(out); got != "sent set\n" {
		t.Errorf("output %q", got)
	}
}

// TestHostCertificates compares with the real ssh in TestWordsOfSSH what it does with certificates.
func TestHostCertificates(t *testing.T) {
	for name, tt := range map[string]struct {
		sign  []string // options of ssh-keygen
		known string
		want  string
	}{
		"right":              {[]string{"-n", "server"}, "@cert-authority * {ca}", ""},
		"wildcard principal": {[]string{"-n", "serv*"}, "@cert-authority server {ca}", "Certificate invalid: name is not a listed principal\r\n"},
		"wrong, key known":   {[]string{"-n", "other"}, "@cert-authority * {ca}\nserver {host}", ""},
		"another principal":  {[]string{"-n", "other"}, "@cert-authority * {ca}", "Certificate invalid: name is not a listed principal\r\n"},
		"no principal":       {nil, "@cert-authority * {ca}", ""},
		"expired": {
			[]string{"-n", "server", "-V", "20200101:20200102"},
			"@cert-authority * {ca}",
			"Certificate invalid: expired\r\n",
		},
		"unknown authority":   {[]string{"-n", "server"}, "# none", "No ED25519 host key is known for server and you have requested strict checking.\r\n" + verificationFailed},
		"plain key known":     {[]string{"-n", "other"}, "server {host}", ""},
		"authority elsewhere": {[]string{"-n", "server"}, "@cert-authority other {ca}\nserver {host}", ""},
		"revoked authority":   {[]string{"-n", "server"}, "@cert-authority * {ca}\n@revoked * {ca}", "revoked"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			server := conntest.StartSSHD(t, "HostCertificate "+dir+"/host-cert.pub")
			ca := server.Key(t, "ca", "-t", "ed25519")
			conntest.Keygen(t, append(append([]string{"-q", "-s", ca, "-I", "id", "-h"}, tt.sign...), server.Path("host_ed25519.pub"))...)
			cert, err := os.ReadFile(server.Path("host_ed25519-cert.pub"))
			must(t, err)
			must(t, os.WriteFile(dir+"/host-cert.pub", cert, 0o600))
			known := server.Append(t, "certified", strings.NewReplacer("{ca}", server.Public(t, "ca"), "{host}", server.Public(t, "host_ed25519")).Replace(tt.known))
			server.Restart(t)
			target := targetOf(t, server)
			target.SSH.CommonArgs = "-F none -o GlobalKnownHostsFile=/dev/null -o HostKeyAlias=server -o StrictHostKeyChecking=yes -o UserKnownHostsFile=" + known
			got, judge := dialWords(t, target), runSSH(t, target)
			if got != judge {
				t.Errorf("%q, ssh says %q", got, judge)
			}
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestAlgorithmLists(t *testing.T) {
	preferred, all := []string{"a", "b", "c"}, []string{"a", "b", "c", "old1", "old2"}
	for list, want := range map[string][]string{
		"": {"a", "b", "c"}, "b,a": {"b", "a"}, "b,nonsense": {"b"}, "+old1": {"a", "b", "c", "old1"}, "-b": {"a", "c"}, "^c": {"c", "a", "b"},
		"+old*": {"a", "b", "c", "old1", "old2"}, "-*": {}, "nonsense": {},
	} {
		got, ok := chooseAlgorithms(list, preferred, all)
		if !slices.Equal(got, want) || ok != (len(want) > 0) {
			t.Errorf("%q: %q, %v, want %q", list, got, ok, want)
		}
	}
}

func TestArguments(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "-o A=b -oC=d": "A=b|C=d", "-p 22 -p23 -l'a b'": `Port "22"|Port "23"|User "a b"`, "-C -4 -vvvA": "AddressFamily inet|ForwardAgent yes",
		`-o 'ProxyCommand=ssh -W "%h:%p" x'`: `ProxyCommand=ssh -W "%h:%p" x`, "-J a,b -qJc": `ProxyJump "a,b"|ProxyJump "c"`,
		"-S none -e none -E /log": `ControlPath "none"`,
		"-L 1:a:2":                "beyond -L", "-R 1": "beyond -R", "-D 1": "beyond -D", "-w any": "beyond -w", "-W a:1": "error", "-N": "error", "-Z": "error", "-o": "error", "host": "error", "'": "error",
		"-- x": "error", "-": "error",
	} {
		var args arguments
		err := args.add(text)
		got := strings.Join(args.options, "|")
		switch {
		case err != nil:
			got = "error"
		case args.beyond != "":
			got = "beyond " + args.beyond
		}
		if got != want {
			t.Errorf("%q: %q (%v), want %q", text, got, err, want)
		}
	}
}

func TestOtherExecutable(t *testing.T) {
	target := connection.Target{Host: "h", Address: "127.0.0.1", SSH: connection.SSHOptions{Executable: "/usr/bin/autossh"}}
	if got := dialWords(t, target); !strings.Contains(got, "autossh") {
		t.Errorf("%q", got)
	}
}
