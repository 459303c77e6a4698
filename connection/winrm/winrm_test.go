package winrm

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
	"github.com/goplay/goplay/internal/wsman"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, o wsman.Options) *wsman.Server {
	t.Helper()
	o.Users = accounts
	if o.Run == nil {
		o.Run = wsman.Sh
	}
	return wsman.Start(t, o)
}

func dial(t *testing.T, target connection.Target) connection.Conn {
	t.Helper()
	conn, err := new(Dialer).Dial(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func run(t *testing.T, conn connection.Conn, line string) (stdout string, exit int, err error) {
	t.Helper()
	p, err := conn.Start(t.Context(), line, connection.StartOptions{})
	if err != nil {
		return "", 0, err
	}
	_ = p.Stdin().Close() // fails with the line, as Wait does
	out, err := io.ReadAll(p.Stdout())
	if err != nil {
		t.Fatal(err)
	}
	exit, err = p.Wait()
	return string(out), exit, err
}

func wantUnreachable(t *testing.T, err error, part string) {
	t.Helper()
	if !connection.IsUnreachable(err) || !strings.Contains(err.Error(), part) {
		t.Errorf("error is %v, want an UnreachableError with %q", err, part)
	}
}

var ntlm = connection.WinRMOptions{Transport: "ntlm"}

func TestManyCommandsInOneShell(t *testing.T) {
	s := start(t, wsman.Options{})
	conn := dial(t, target(t, s.URL, ntlm))
	for range 100 {
		if out, exit, err := run(t, conn, "echo x; exit 3"); out != "x\n" || exit != 3 || err != nil {
			t.Fatalf("%q, %d, %v", out, exit, err)
		}
	}
	c := s.Counts()
	if c.Connections != 1 || c.Logins != 1 || c.Shells != 1 || c.RunningCommands != 0 {
		t.Errorf("%+v", c)
	}
	if c.Messages["Command"] != 100 || c.Messages["Signal"] != 100 || c.Messages["Receive"] > 250 {
		t.Errorf("%v messages", c.Messages)
	}
	if err := conn.Close(); err != nil || s.Counts().OpenShells != 0 {
		t.Errorf("after Close: %v, %+v", err, s.Counts())
	}
}

// A text shell gives no operation back, so that one which has used up the user's is made anew.
func TestOperationsUsedUp(t *testing.T) {
	s := start(t, wsman.Options{Quotas: wsman.Quotas{MaxConcurrentOperationsPerUser: 5}})
	conn := dial(t, target(t, s.URL, ntlm))
	for range 12 {
		if out, _, err := run(t, conn, "echo x"); out != "x\n" || err != nil {
			t.Fatalf("%q, %v", out, err)
		}
	}
	if c := s.Counts(); c.Shells != 3 || c.MostShells != 1 || c.Logins != 1 {
		t.Errorf("%+v", c)
	}
}

func TestQuotasAreNamed(t *testing.T) {
	s := start(t, wsman.Options{Quotas: wsman.Quotas{MaxShellsPerUser: 1, MaxProcessesPerShell: 1}})
	hasty := time.Nanosecond // waits for no quota
	conn, err := (&Dialer{QuotaWait: hasty}).Dial(t.Context(), target(t, s.URL, ntlm))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = (&Dialer{QuotaWait: hasty}).Dial(t.Context(), target(t, s.URL, ntlm))
	wantUnreachable(t, err, "maximum number of 1 concurrent shells")
	wantUnreachable(t, err, "the quota is winrm/config/winrs MaxShellsPerUser")

	p, err := conn.Start(t.Context(), "sleep 1000", connection.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Start(t.Context(), "true", connection.StartOptions{})
	if err == nil || connection.IsUnreachable(err) || !strings.Contains(err.Error(), "winrm/config/winrs MaxProcessesPerShell") {
		t.Errorf("error is %v", err)
	}
	_ = p.Kill()
	_, _ = p.Wait()
	if out, _, err := run(t, conn, "echo x"); out != "x\n" || err != nil {
		t.Errorf("afterwards: %q, %v", out, err)
	}
}

// Fifty names of one machine share its shell, in which no more processes run than its quota allows.
func TestManyNamesOfOneMachine(t *testing.T) {
	s := start(t, wsman.Options{Quotas: wsman.Quotas{MaxProcessesPerShell: 5}})
	var d Dialer
	var hosts errgroup.Group
	for i := range 50 {
		hosts.Go(func() error {
			to := target(t, s.URL, ntlm)
			to.Host = fmt.Sprintf("win%02d", i)
			return work(t.Context(), &d, to, to.Host)
		})
	}
	if err := hosts.Wait(); err != nil {
		t.Error(err)
	}
	if c := s.Counts(); c.MostShells != 1 || c.OpenShells != 0 {
		t.Errorf("%+v", c)
	}
}

// work runs a command on a line of its own.
func work(ctx context.Context, d *Dialer, to connection.Target, word string) error {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	p, err := conn.Start(ctx, "sleep 0.1; echo "+word, connection.StartOptions{})
	if err != nil {
		return err
	}
	_ = p.Stdin().Close()
	out, _ := io.ReadAll(p.Stdout())
	if exit, err := p.Wait(); string(out) != word+"\n" || exit != 0 || err != nil {
		return fmt.Errorf("%s: %q, %d, %w", word, out, exit, err)
	}
	return nil
}

// Runs that know nothing of each other wait for each other's shells where the quota is too small for all of them.
func TestRunsAtOneTime(t *testing.T) {
	s := start(t, wsman.Options{Quotas: wsman.Quotas{MaxShellsPerUser: 2}})
	var runs errgroup.Group
	for range 4 {
		runs.Go(func() error { return work(t.Context(), new(Dialer), target(t, s.URL, ntlm), "x") })
	}
	if err := runs.Wait(); err != nil {
		t.Error(err)
	}
	if c := s.Counts(); c.Shells != 4 || c.MostShells > 2 || c.OpenShells != 0 {
		t.Errorf("%+v", c)
	}
}

// A line that broke is made anew for whoever comes next, while others still hold what is left of it.
func TestSharedLineBreaks(t *testing.T) {
	s := start(t, wsman.Options{})
	var d Dialer
	first, err := d.Dial(t.Context(), target(t, s.URL, ntlm))
	if err != nil {
		t.Fatal(err)
	}
	p, err := first.Start(t.Context(), "sleep 1000", connection.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // its output is waited for
	s.CloseClientConnections()
	_, err = p.Wait()
	var lost *connection.UnreachableError
	if !errors.As(err, &lost) {
		t.Errorf("error is %v", err)
	}
	if _, err := first.Start(t.Context(), "true", connection.StartOptions{}); !errors.As(err, &lost) || lost.Host != "win1" {
		t.Errorf("error is %v", err)
	}
	if err := work(t.Context(), &d, target(t, s.URL, ntlm), "x"); err != nil {
		t.Error(err)
	}
	_ = first.Close()
	if c := s.Counts(); c.OpenShells != 0 || c.RunningCommands != 0 {
		t.Errorf("%+v", c)
	}
}

func TestLoginsThatFail(t *testing.T) {
	s := start(t, wsman.Options{TLS: true, Basic: true})
	ignore := func(transport string) connection.Target {
		to := target(t, s.URL, connection.WinRMOptions{Transport: transport, ServerCertValidation: "ignore"})
		to.Password = "wrong"
		return to
	}
	_, err := new(Dialer).Dial(t.Context(), ignore("ntlm"))
	wantUnreachable(t, err, "ntlm: the specified credentials were rejected by the server")
	_, err = new(Dialer).Dial(t.Context(), ignore("credssp,basic"))
	wantUnreachable(t, err, "credssp: this way to log in is not supported yet, basic: the specified credentials were rejected by the server")
	if c := s.Counts(); c.FailedLogins != 2 || c.Shells != 0 {
		t.Errorf("%+v", c)
	}
	_, err = new(Dialer).Dial(t.Context(), target(t, s.URL, ntlm))
	wantUnreachable(t, err, "certificate")
}

func TestTrustedAuthority(t *testing.T) {
	s := start(t, wsman.Options{TLS: true, Basic: true})
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	// By its scheme alone this is "ssl", which without a certificate is basic.
	for _, transport := range []string{"", "ssl", "basic", "plaintext", "ntlm"} {
		conn := dial(t, target(t, s.URL, connection.WinRMOptions{Transport: transport, CATrustPath: path}))
		if out, _, err := run(t, conn, "echo x"); out != "x\n" || err != nil {
			t.Errorf("%s: %q, %v", transport, out, err)
		}
	}
}

func TestLoginByCertificate(t *testing.T) {
	s := start(t, wsman.Options{TLS: true, Certificates: true})
	for user, part := range map[string]string{"ann": "", "eve": "the specified credentials were rejected"} {
		o := connection.WinRMOptions{Transport: "certificate", ServerCertValidation: "ignore"}
		o.CertPEM, o.CertKeyPEM = wsman.ClientCertificate(t, user)
		to := target(t, s.URL, o)
		to.User, to.Password = "", ""
		if part == "" {
			if err := work(t.Context(), new(Dialer), to, "x"); err != nil {
				t.Error(err)
			}
			continue
		}
		_, err := new(Dialer).Dial(t.Context(), to)
		wantUnreachable(t, err, part)
	}
}

// A connection that is cut while output is waited for is told once, and the shell that was open is deleted over another one.
func TestCutWhileReceiving(t *testing.T) {
	var cut atomic.Bool
	s := start(t, wsman.Options{Intercept: func(r *wsman.Request) wsman.Fate {
		return wsman.Fate{Cut: strings.HasSuffix(r.Action, "/Receive") && !cut.Swap(true)}
	}})
	conn := dial(t, target(t, s.URL, ntlm))
	_, _, err := run(t, conn, "sleep 1000")
	wantUnreachable(t, err, "winrm connection error")
	<-conn.Done()
	_, err = conn.Start(t.Context(), "true", connection.StartOptions{})
	wantUnreachable(t, err, "the connection is closed")
	_ = conn.Close()
	if c := s.Counts(); c.OpenShells != 0 || c.RunningCommands != 0 {
		t.Errorf("%+v", c)
	}
}

// TestCutWhileSending breaks the line before a command's input is sent: the command is ended over a new connection, and is not taken for one
// that ended by itself.
func TestCutWhileSending(t *testing.T) {
	s := start(t, wsman.Options{})
	relay := conntest.StartRelay(t, s.Listener.Addr().String(), 0)
	conn := dial(t, target(t, "http://"+relay.Address(), connection.WinRMOptions{Transport: "ntlm"}))
	p, err := conn.Start(t.Context(), "sleep 20", connection.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	relay.Cut()
	if err := p.Stdin().Close(); err == nil {
		t.Error("the input was sent")
	}
	if exit, err := p.Wait(); !connection.IsUnreachable(err) {
		t.Errorf("exit status %d, error %v; want an *UnreachableError", exit, err)
	}
	if c := s.Counts(); c.RunningCommands != 0 {
		t.Errorf("%+v", c)
	}
}

// A machine that forgets the shell, as after a restart, is a line that has ended.
func TestShellIsGone(t *testing.T) {
	var gone atomic.Bool
	s := start(t, wsman.Options{Intercept: func(r *wsman.Request) wsman.Fate {
		if strings.HasSuffix(r.Action, "/Command") && gone.Load() {
			return wsman.Fate{Fault: &wsman.Fault{Code: 2150858843, Subcode: "w:InvalidSelectors", Text: "the shell was not found on the server"}}
		}
		return wsman.Fate{}
	}})
	conn := dial(t, target(t, s.URL, ntlm))
	gone.Store(true)
	_, err := conn.Start(t.Context(), "true", connection.StartOptions{})
	wantUnreachable(t, err, "the shell was not found on the server")
	<-conn.Done()
}

func TestInputWhileOutputIsAwaited(t *testing.T) {
	s := start(t, wsman.Options{})
	conn := dial(t, target(t, s.URL, ntlm))
	p, err := conn.Start(t.Context(), "while read x; do echo got $x; done", connection.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 64)
	for _, word := range []string{"one", "two"} {
		time.Sleep(100 * time.Millisecond) // an answer is being waited for
		started := time.Now()
		if _, err := io.WriteString(p.Stdin(), word+"\n"); err != nil {
			t.Fatal(err)
		}
		n, _ := p.Stdout().Read(buffer)
		if string(buffer[:n]) != "got "+word+"\n" || time.Since(started) > 5*rest {
			t.Errorf("%q after %v", buffer[:n], time.Since(started))
		}
	}
	_ = p.Stdin().Close()
	if exit, err := p.Wait(); exit != 0 && err == nil {
		t.Errorf("exit status %d, %v", exit, err)
	}
	if _, err := p.Stdin().Write([]byte("late")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("writing to a command that has ended: %v", err)
	}
}

func TestNoTerminal(t *testing.T) {
	conn := dial(t, target(t, start(t, wsman.Options{}).URL, ntlm))
	if _, err := conn.Start(t.Context(), "true", connection.StartOptions{TTY: true}); err == nil {
		t.Error("a command has a terminal")
	}
}

// What the variables say of where and how.
func TestPlans(t *testing.T) {
	for name, row := range map[string]struct {
		target     connection.Target
		url, login string
		err        string
	}{
		"defaults":       {target: connection.Target{Address: "win1"}, url: "https://win1:5986/wsman", login: "ssl"},
		"http by port":   {target: connection.Target{Address: "win1", Port: 5985}, url: "http://win1:5985/wsman", login: "plaintext"},
		"other port":     {target: connection.Target{Address: "win1", Port: 80}, url: "https://win1:80/wsman", login: "ssl"},
		"scheme":         {target: connection.Target{Address: "win1", WinRM: connection.WinRMOptions{Scheme: "http"}}, url: "http://win1:5986/wsman", login: "plaintext"},
		"IPv6":           {target: connection.Target{Address: "fe80::1"}, url: "https://[fe80::1]:5986/wsman", login: "ssl"},
		"path":           {target: connection.Target{Address: "win1", WinRM: connection.WinRMOptions{Path: "/a/b"}}, url: "https://win1:5986/a/b", login: "ssl"},
		"user of domain": {target: connection.Target{Address: "win1", User: "ann@LAB"}, url: "https://win1:5986/wsman", login: "kerberos"},
		"two ways":       {target: connection.Target{Address: "win1", User: "ann@LAB", WinRM: connection.WinRMOptions{Transport: "ntlm,basic"}}, url: "https://win1:5986/wsman", login: "ntlm basic"},
		"wrong scheme":   {target: connection.Target{WinRM: connection.WinRMOptions{Scheme: "ftp"}}, err: "must be http or https"},
		"wrong sealing":  {target: connection.Target{WinRM: connection.WinRMOptions{MessageEncryption: "x"}}, err: "invalid message_encryption arg: x"},
		"wrong checking": {target: connection.Target{WinRM: connection.WinRMOptions{ServerCertValidation: "x"}}, err: "must be validate or ignore"},
	} {
		p, err := planFor(row.target)
		if row.err != "" {
			if err == nil || !strings.Contains(err.Error(), row.err) {
				t.Errorf("%s: error is %v, want %s", name, err, row.err)
			}
			continue
		}
		if err != nil || p.url.String() != row.url || strings.Join(p.transports, " ") != row.login {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

func TestOptionsThatContradict(t *testing.T) {
	for name, row := range map[string]struct {
		options   connection.WinRMOptions
		transport string
		want      string
	}{
		"timeouts":            {connection.WinRMOptions{OperationTimeout: 30 * time.Second, ReadTimeout: 30 * time.Second}, "ntlm", "read_timeout_sec must exceed operation_timeout_sec"},
		"no certificate":      {connection.WinRMOptions{}, "certificate", "needs https, ansible_winrm_cert_pem"},
		"no such file":        {connection.WinRMOptions{CATrustPath: "/nowhere.pem"}, "ntlm", "no such file"},
		"no such certificate": {connection.WinRMOptions{CertPEM: "/nowhere.pem"}, "ssl", "no such file"},
		"no such way":         {connection.WinRMOptions{}, "telnet", "no such way"},
	} {
		p, err := planFor(connection.Target{Address: "win1", WinRM: row.options})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.options(row.transport); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error is %v, want %s", name, err, row.want)
		}
	}
}

func TestDialIsGivenUp(t *testing.T) {
	s := start(t, wsman.Options{Intercept: func(*wsman.Request) wsman.Fate { time.Sleep(time.Second); return wsman.Fate{} }})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := new(Dialer).Dial(ctx, target(t, s.URL, ntlm)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
}
