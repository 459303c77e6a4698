package pwsh_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	. "github.com/goplay/goplay/agent/pwsh"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/connection/wsman"
	"github.com/goplay/goplay/internal/windows"
	server "github.com/goplay/goplay/internal/wsman"
	"github.com/goplay/goplay/modules/powershell"
)

func TestMain(m *testing.M) {
	if root := os.Getenv("GOPLAY_WINDOWS_ROOT"); root != "" { // a program on a Windows machine
		os.Exit(windows.Serve(context.Background(), root, os.Getenv("LINE")))
	}
	goleak.VerifyTestMain(m)
}

var transports = []string{"winrm", "psrp"}

func start(t *testing.T, o server.Options) *windows.Machine {
	t.Helper()
	o.Users = map[string]string{"ann": "pw"}
	return windows.Start(t, o)
}

// target is a way to a machine.
func target(t *testing.T, m *windows.Machine, transport string) connection.Target {
	t.Helper()
	u, err := url.Parse(m.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, _ := strconv.Atoi(u.Port()) // a server has one
	return connection.Target{
		Host: "win1", Transport: transport, Address: u.Hostname(), Port: port, User: "ann", Password: "pw",
		WinRM: connection.WinRMOptions{Scheme: "http", Transport: "ntlm"}, PSRP: connection.PSRPOptions{Protocol: "http", Auth: "ntlm"},
	}
}

func open(t *testing.T) *Pool {
	t.Helper()
	p := NewPool(Options{Bundle: powershell.Bundle()})
	t.Cleanup(p.Close)
	return p
}

// request is a call of a module with one argument.
func request(t *testing.T, module, name, arg string) string {
	t.Helper()
	text, err := clixml.Encode(clixml.NewDict(
		clixml.Entry{Key: "name", Value: module}, clixml.Entry{Key: "check", Value: false},
		clixml.Entry{Key: "arguments", Value: clixml.NewDict(clixml.Entry{Key: name, Value: arg})},
	))
	if err != nil {
		t.Fatal(err)
	}
	return `<Objs xmlns="http://schemas.microsoft.com/powershell/2004/04">` + string(text) + `</Objs>`
}

// pinged tells whether a machine answers a ping with a word.
func pinged(t *testing.T, p *Pool, to connection.Target, word string) error {
	t.Helper()
	answer, err := p.Call(t.Context(), to, request(t, "win_ping", "data", word))
	if err == nil && !strings.Contains(answer, ">"+word+"<") {
		err = fmt.Errorf("%s is not in %s", word, answer)
	}
	return err
}

// Figures of many calls: one login, one shell, and two messages a call.
func TestManyCalls(t *testing.T) {
	for _, transport := range transports {
		m := start(t, server.Options{})
		p := open(t)
		for i := range 100 {
			if err := pinged(t, p, target(t, m, transport), fmt.Sprint("word", i)); err != nil {
				t.Fatal(err)
			}
		}
		c := m.Counts()
		total := 0
		for _, n := range c.Messages {
			total += n
		}
		// A pipeline's values and its end may come by two answers.
		if c.Connections != 1 || c.Logins != 1 || c.Shells != 1 || total > map[string]int{"winrm": 206, "psrp": 240}[transport] {
			t.Errorf("%s: %d messages, %+v", transport, total, c)
		}
		p.Close()
		for range 100 { // the server hears of it
			if m.Counts().OpenConnections == 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if c := m.Counts(); c.OpenShells != 0 || c.RunningCommands != 0 || c.OpenConnections != 0 {
			t.Errorf("%s: left open: %+v", transport, c)
		}
	}
}

// Fifty names of one machine have one session, whatever its quota for shells.
func TestManyNamesOfOneMachine(t *testing.T) {
	for _, transport := range transports {
		m := start(t, server.Options{Quotas: server.Quotas{MaxShellsPerUser: 1}})
		p := open(t)
		var g errgroup.Group
		for i := range 50 {
			to := target(t, m, transport)
			to.Host = fmt.Sprintf("win%02d", i)
			g.Go(func() error { return pinged(t, p, to, to.Host) })
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if c := m.Counts(); c.Shells != 1 || c.Logins != 1 {
			t.Errorf("%s: %+v", transport, c)
		}
	}
}

// Runs that know nothing of each other wait for each other's shells.
func TestRunsAtOneTime(t *testing.T) {
	for _, transport := range transports {
		m := start(t, server.Options{Quotas: server.Quotas{MaxShellsPerUser: 2}})
		var runs errgroup.Group
		for range 4 {
			runs.Go(func() error {
				p := NewPool(Options{Bundle: powershell.Bundle()})
				defer p.Close()
				return pinged(t, p, target(t, m, transport), "x")
			})
		}
		if err := runs.Wait(); err != nil {
			t.Error(err)
		}
		if c := m.Counts(); c.Shells != 4 || c.MostShells > 2 || c.OpenShells != 0 {
			t.Errorf("%s: %+v", transport, c)
		}
	}
}

// Runs that have names of both transports give up what they do not use: none keeps a shell while it waits for another one.
func TestRunsWithBothTransports(t *testing.T) {
	m := start(t, server.Options{Quotas: server.Quotas{MaxShellsPerUser: 2}})
	locks := t.TempDir()
	var runs errgroup.Group
	for range 3 {
		runs.Go(func() error {
			p := NewPool(Options{Bundle: powershell.Bundle(), Locks: locks})
			defer p.Close()
			for range 3 {
				var both errgroup.Group
				for _, transport := range transports {
					both.Go(func() error { return pinged(t, p, target(t, m, transport), "x") })
				}
				if err := both.Wait(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	begun := time.Now()
	if err := runs.Wait(); err != nil {
		t.Error(err)
	}
	if c := m.Counts(); c.MostShells > 2 || c.OpenShells != 0 || time.Since(begun) > time.Minute {
		t.Errorf("after %v: %+v", time.Since(begun), c)
	}
}

// Sessions of one user that cannot be shared take turns where the machine allows fewer shells, whose number is learned from it.
func TestMoreSessionsThanShells(t *testing.T) {
	for _, locks := range []string{"", t.TempDir()} {
		m := start(t, server.Options{Quotas: server.Quotas{MaxShellsPerUser: 3}})
		p := NewPool(Options{Bundle: powershell.Bundle(), Locks: locks})
		var g errgroup.Group
		for i := range 12 {
			to := target(t, m, transports[i%2])
			to.Timeout = time.Duration(30+i) * time.Second // another session
			g.Go(func() error { return pinged(t, p, to, "x") })
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		p.Close()
		if c := m.Counts(); c.MostShells > 3 || c.OpenShells != 0 {
			t.Errorf("%+v", c)
		}
	}
}

// Of a quota that the target tells, no fault is heard.
func TestQuotasThatAreTold(t *testing.T) {
	var creates atomic.Int32
	m := start(t, server.Options{Quotas: server.Quotas{MaxShellsPerUser: 2, MaxProcessesPerShell: 3}, Intercept: func(r *server.Request) server.Fate {
		if strings.HasSuffix(r.Action, "/Create") {
			creates.Add(1)
		}
		return server.Fate{}
	}})
	p := NewPool(Options{Bundle: powershell.Bundle(), Locks: t.TempDir()})
	defer p.Close()
	var g errgroup.Group
	for i := range 6 {
		to := target(t, m, transports[i%2])
		to.Timeout, to.Quotas = time.Duration(30+i)*time.Second, connection.Quotas{Shells: 2, Processes: 3}
		g.Go(func() error { return pinged(t, p, to, "x") })
		g.Go(func() error { _, err := p.Raw(t.Context(), to, "'x'"); return err })
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if c := m.Counts(); c.MostShells > 2 || int(creates.Load()) != c.Shells {
		t.Errorf("%d shells were asked for, %+v", creates.Load(), c)
	}
}

// A password that is refused is tried once, however many ask; a reset allows another try.
func TestWrongPassword(t *testing.T) {
	for _, transport := range transports {
		m := start(t, server.Options{})
		p := open(t)
		to := target(t, m, transport)
		to.Password = "wrong"
		for range 5 {
			err := pinged(t, p, to, "x")
			if !connection.IsUnreachable(err) || !strings.Contains(err.Error(), map[string]string{
				"winrm": "ntlm: the specified credentials were rejected by the server",
				"psrp":  "failed to authenticate with the server: Failed to authenticate the user ann with ntlm",
			}[transport]) {
				t.Fatalf("%s: error is %v", transport, err)
			}
		}
		if c := m.Counts(); c.FailedLogins != 1 {
			t.Errorf("%s: %d attempts", transport, c.FailedLogins)
		}
		p.Reset(to)
		_ = pinged(t, p, to, "x")
		if c := m.Counts(); c.FailedLogins != 2 {
			t.Errorf("%s: %d attempts after a reset", transport, c.FailedLogins)
		}
	}
}

// A reset makes a new connection; what still runs goes on.
func TestReset(t *testing.T) {
	for _, transport := range transports {
		m := start(t, server.Options{})
		p := open(t)
		to := target(t, m, transport)
		slow := make(chan error, 1)
		go func() {
			slow <- asked(t.Context(), p, to, request(t, "win_shell", "_raw_params", "Start-Sleep 1; 'slow'"), ">slow_x")
		}()
		time.Sleep(300 * time.Millisecond)
		p.Reset(to)
		if err := pinged(t, p, to, "x"); err != nil {
			t.Error(err)
		}
		if c := m.Counts(); c.Logins != 2 {
			t.Errorf("%s: %+v", transport, c)
		}
		if err := <-slow; err != nil {
			t.Error(err)
		}
		if c := m.Counts(); c.OpenShells != 1 {
			t.Errorf("%s: the first one is left open: %+v", transport, c)
		}
	}
}

func asked(ctx context.Context, p *Pool, to connection.Target, request, want string) error {
	answer, err := p.Call(ctx, to, request)
	if err == nil && !strings.Contains(answer, want) {
		err = fmt.Errorf("%s is not in %s", want, answer)
	}
	return err
}

// A call that is given up ends on the machine, and the session goes on.
func TestStoppedCall(t *testing.T) {
	for _, transport := range transports {
		m := start(t, server.Options{})
		p := open(t)
		to := target(t, m, transport)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if _, err := p.Call(ctx, to, request(t, "win_command", "_raw_params", "cmd /c pause")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: error is %v", transport, err)
		}
		if err := pinged(t, p, to, "x"); err != nil {
			t.Error(err)
		}
		if c := m.Counts(); c.Shells != 1 {
			t.Errorf("%s: %+v", transport, c)
		}
	}
}

// A PowerShell that dies fails the call, in words; the next one gets another.
func TestPowerShellDies(t *testing.T) {
	m := start(t, server.Options{})
	p := NewPool(Options{Bundle: "param($Out, $Request)\nif ($Request) { throw 'died' }\n[Console]::Error.WriteLine('died'); exit 7"})
	defer p.Close()
	for _, transport := range transports {
		_, err := p.Call(t.Context(), target(t, m, transport), "x")
		died := (*DiedError)(nil)
		if !errors.As(err, &died) || !strings.Contains(err.Error(), "died") || connection.IsUnreachable(err) {
			t.Errorf("%s: error is %v", transport, err)
		}
		if out, err := p.Raw(t.Context(), target(t, m, transport), "'x'"); strings.TrimSpace(string(out.Stdout)) != "x" || err != nil {
			t.Errorf("%s: afterwards: %q, %v", transport, out.Stdout, err)
		}
	}
}

// A connection that is cut makes the host unreachable; the next call makes another, and nothing is left open.
func TestCut(t *testing.T) {
	for _, transport := range transports {
		var cut atomic.Int32
		m := start(t, server.Options{Intercept: func(r *server.Request) server.Fate {
			return server.Fate{Cut: strings.HasSuffix(r.Action, "/Receive") && cut.Add(1) == 4}
		}})
		p := open(t)
		to := target(t, m, transport)
		var lost *connection.UnreachableError
		for range 4 {
			if err := pinged(t, p, to, "x"); err != nil && !errors.As(err, &lost) {
				t.Error(err)
			}
		}
		if lost == nil || lost.Host != "win1" {
			t.Errorf("%s: the error is %v", transport, lost)
		}
		if err := pinged(t, p, to, "x"); err != nil {
			t.Error(err)
		}
		p.Close()
		if c := m.Counts(); c.OpenShells != 0 || c.RunningCommands != 0 {
			t.Errorf("%s: left open: %+v", transport, c)
		}
	}
}

// What machines may say in the middle of a session is told, and takes no other call with it.
func TestFaults(t *testing.T) {
	for name, row := range map[string]struct {
		fate server.Fate
		want string
	}{
		"denied":    {server.Fate{Fault: &server.Fault{Code: wsman.CodeAccessDenied, Subcode: "w:AccessDenied", Text: "Access is denied."}}, "Access is denied."},
		"too large": {server.Fate{Fault: &server.Fault{Code: wsman.CodeEnvelopeTooLarge, Subcode: "w:EncodingLimit", Text: "The response is too large."}}, "The response is too large."},
		"no XML":    {server.Fate{Status: 503, Body: "<html>busy"}, "Code 503"},
		"no shell":  {server.Fate{Fault: &server.Fault{Code: wsman.CodeNoShell, Subcode: "w:InvalidSelectors", Text: "the shell was not found on the server"}}, "was not found"},
	} {
		for _, transport := range transports {
			var due atomic.Bool
			m := start(t, server.Options{Intercept: func(r *server.Request) server.Fate {
				if strings.HasSuffix(r.Action, "/Receive") && due.Swap(false) {
					return row.fate
				}
				return server.Fate{}
			}})
			p := open(t)
			to := target(t, m, transport)
			if err := pinged(t, p, to, "first"); err != nil {
				t.Fatal(err)
			}
			due.Store(true)
			if err := pinged(t, p, to, "x"); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s, %s: error is %v, want %s", transport, name, err, row.want)
			}
			if err := pinged(t, p, to, "last"); err != nil {
				t.Errorf("%s, %s: afterwards: %v", transport, name, err)
			}
			p.Close()
			if c := m.Counts(); c.OpenShells != 0 {
				t.Errorf("%s, %s: left open: %+v", transport, name, c)
			}
		}
	}
}

// A login that the machine has forgotten in the middle is repeated.
func TestForgottenLogin(t *testing.T) {
	for _, transport := range transports {
		var forget atomic.Bool
		m := start(t, server.Options{Intercept: func(*server.Request) server.Fate { return server.Fate{Forget: forget.Swap(false)} }})
		p := open(t)
		for _, word := range []string{"one", "two"} {
			if err := pinged(t, p, target(t, m, transport), word); err != nil {
				t.Errorf("%s: %v", transport, err)
			}
			forget.Store(true)
		}
		if c := m.Counts(); c.Logins != 2 || c.Shells != 1 {
			t.Errorf("%s: %+v", transport, c)
		}
		forget.Store(false)
	}
}

// The bundle is sent once to a machine, which keeps it from one run to the next; a file that was changed is not taken.
func TestBundleIsKept(t *testing.T) {
	for _, transport := range transports {
		m := start(t, server.Options{})
		var sent []int
		for run := range 3 {
			before := m.Counts().Messages["Send"] + m.Counts().Messages["Command"]
			p := NewPool(Options{Bundle: powershell.Bundle()})
			if err := pinged(t, p, target(t, m, transport), "x"); err != nil {
				t.Fatal(err)
			}
			p.Close()
			sent = append(sent, m.Counts().Messages["Send"]+m.Counts().Messages["Command"]-before)
			kept, _ := filepath.Glob(filepath.Join(m.Root, "Users/ann/AppData/Local/goplay/*.ps1"))
			if transport == "psrp" {
				continue // the text stays in memory as long as the process of the machine's sessions, which here is one
			}
			if len(kept) != 1 {
				t.Fatalf("%v is kept", kept)
			}
			if data, _ := os.ReadFile(kept[0]); string(data) != powershell.Bundle() {
				t.Errorf("run %d: what is kept is something else", run)
			}
			if run == 1 {
				if err := os.WriteFile(kept[0], []byte("throw 'evil'"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if transport == "psrp" && (sent[1] >= sent[0] || sent[2] != sent[1]) {
			t.Errorf("psrp: %v messages", sent)
		}
	}
}

// The operations of a user that raw commands have used up are given back by another shell.
func TestOperationsUsedUp(t *testing.T) {
	m := start(t, server.Options{Quotas: server.Quotas{MaxConcurrentOperationsPerUser: 5}})
	p := open(t)
	to := target(t, m, "winrm")
	for i := range 12 {
		if err := pinged(t, p, to, "x"); err != nil {
			t.Fatal(err)
		}
		if out, err := p.Raw(t.Context(), to, fmt.Sprint(i)); string(out.Stdout) != fmt.Sprint(i, "\r\n") || err != nil {
			t.Fatalf("%q, %v", out.Stdout, err)
		}
	}
	if c := m.Counts(); c.MostShells > 2 || c.OpenShells != 1 {
		t.Errorf("%+v", c)
	}
}

func TestRaw(t *testing.T) {
	for transport, want := range map[string]Output{
		"winrm": {[]byte("hi\r\ntwo\r\n"), []byte("bad\r\n"), 3},
		"psrp":  {[]byte("hi\r\ntwo"), nil, 3},
	} {
		m := start(t, server.Options{})
		got, err := open(t).Raw(t.Context(), target(t, m, transport), "'hi'; cmd /c echo two; [Console]::Error.WriteLine('bad'); exit 3")
		if string(got.Stdout) != string(want.Stdout) || string(got.Stderr) != string(want.Stderr) || got.Exit != want.Exit || err != nil {
			t.Errorf("%s: %q, %q, %d, %v", transport, got.Stdout, got.Stderr, got.Exit, err)
		}
	}
}

func TestTargetsThatCannotBe(t *testing.T) {
	p := open(t)
	for name, row := range map[string]struct {
		change func(*connection.Target)
		want   string
	}{
		"delegation over psrp":  {func(to *connection.Target) { to.PSRP.Auth, to.PSRP.Delegate = "kerberos", true }, "tickets cannot be delegated (ansible_psrp_negotiate_delegate)"},
		"credssp over psrp":     {func(to *connection.Target) { to.PSRP.Auth = "credssp" }, "logins by credssp are not supported yet"},
		"basic without TLS":     {func(to *connection.Target) { to.PSRP.Auth = "basic" }, "Cannot use message encryption with auth 'basic'"},
		"certificate over http": {func(to *connection.Target) { to.PSRP.Auth = "certificate" }, "ssl must be set"},
		"unknown protocol":      {func(to *connection.Target) { to.PSRP.Protocol = "ftp" }, "must be http or https"},
		"unknown login":         {func(to *connection.Target) { to.PSRP.Auth = "x" }, `no login by "x"`},
		"nobody listens":        {func(to *connection.Target) { to.Port = 1 }, "Failed to connect to the host via PSRP: dial tcp 127.0.0.1:1: connect: connection refused"},
		"credssp over winrm":    {func(to *connection.Target) { to.Transport, to.WinRM.Transport = "winrm", "credssp" }, "credssp: this way to log in is not supported yet"},
		"delegation over winrm": {func(to *connection.Target) {
			to.Transport, to.WinRM.Transport, to.WinRM.Delegation = "winrm", "kerberos", true
		}, "kerberos: tickets cannot be delegated (ansible_winrm_kerberos_delegation)"},
		"no such transport": {func(to *connection.Target) { to.Transport = "ssh" }, "no session of PowerShell over ssh"},
	} {
		to := connection.Target{Host: "win1", Transport: "psrp", Address: "127.0.0.1", Port: 1, PSRP: connection.PSRPOptions{Protocol: "http"}, WinRM: connection.WinRMOptions{Scheme: "http"}}
		row.change(&to)
		if err := pinged(t, p, to, "x"); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error is %v, want %s", name, err, row.want)
		}
	}
	p.Close()
	if err := pinged(t, p, connection.Target{}, "x"); !errors.Is(err, ErrClosed) {
		t.Errorf("error is %v", err)
	}
}

// A connection that cannot be made is tried again as often as the target says.
func TestReconnection(t *testing.T) {
	m := start(t, server.Options{})
	to := target(t, m, "psrp")
	to.Port, to.PSRP.ReconnectionRetries, to.PSRP.ReconnectionBackoff = 1, 2, 50*time.Millisecond
	begun := time.Now()
	if err := pinged(t, open(t), to, "x"); !connection.IsUnreachable(err) || time.Since(begun) < 150*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}
