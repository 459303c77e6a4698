package wsman_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	. "github.com/goplay/goplay/connection/wsman"
	server "github.com/goplay/goplay/internal/wsman"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo writes its command line, and what it is sent.
func echo(_ context.Context, c *server.Command) int {
	fmt.Fprintln(c.Stdout(), c.Line)
	if strings.HasSuffix(c.Line, "stdin") {
		_, _ = io.Copy(c.Stderr(), c.Stdin())
	}
	return 3
}

func start(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	o.Users = map[string]string{"ann": "Pässword", `LAB\bob`: "b"}
	if o.Run == nil {
		o.Run = echo
	}
	return server.Start(t, o)
}

// options are those of a client for a server.
func options(t *testing.T, s *server.Server) Options {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{URL: u, Login: NTLM, User: "ann", Password: "Pässword"}
	if s.TLS != nil {
		o.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
		o.TLS.RootCAs.AddCert(s.Certificate())
	}
	return o
}

func client(t *testing.T, o Options) *Client {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

var cmd = ShellOptions{Resource: ResourceCmd, Input: "stdin", Output: "stdout stderr"}

func open(t *testing.T, c *Client) *Shell {
	t.Helper()
	shell, err := c.OpenShell(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	return shell
}

// all runs a command to its end.
func all(ctx context.Context, s *Shell, line, stdin string) (stdout, stderr string, exit int, err error) {
	id, err := s.Run(ctx, line)
	if err != nil {
		return "", "", 0, err
	}
	if stdin != "" {
		if err := s.Send(ctx, id, "stdin", []byte(stdin), true); err != nil {
			return "", "", 0, err
		}
	}
	for {
		out, err := s.Receive(ctx, id, "stdout stderr", time.Second)
		if err != nil {
			return "", "", 0, err
		}
		stdout, stderr = stdout+string(out.Streams["stdout"]), stderr+string(out.Streams["stderr"])
		if out.Done {
			return stdout, stderr, out.Exit, s.Signal(ctx, id, SignalTerminate)
		}
	}
}

func TestWays(t *testing.T) {
	for name, row := range map[string]struct {
		server server.Options
		change func(*Options)
	}{
		"ntlm":                    {},
		"ntlm of a domain":        {change: func(o *Options) { o.User, o.Password = `lab\BOB`, "b" }},
		"ntlm, https":             {server: server.Options{TLS: true}},
		"ntlm, https, sealed":     {server: server.Options{TLS: true}, change: func(o *Options) { o.Sealing = SealAlways }},
		"ntlm, https, no binding": {server: server.Options{TLS: true}, change: func(o *Options) { o.NoBindings = true }},
		"ntlm, not sealed":        {server: server.Options{AllowUnencrypted: true}, change: func(o *Options) { o.Sealing = SealNever }},
		"basic":                   {server: server.Options{AllowUnencrypted: true, Basic: true}, change: func(o *Options) { o.Login = Basic }},
		"basic, https":            {server: server.Options{TLS: true, Basic: true}, change: func(o *Options) { o.Login = Basic }},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, row.server)
			o := options(t, s)
			if row.change != nil {
				row.change(&o)
			}
			shell := open(t, client(t, o))
			stdout, stderr, exit, err := all(t.Context(), shell, `x <&"> stdin`, "ä\x00\n")
			if err != nil || stdout != `x <&"> stdin`+"\n" || stderr != "ä\x00\n" || exit != 3 {
				t.Errorf("%q, %q, %d, %v", stdout, stderr, exit, err)
			}
			if err := shell.Delete(t.Context()); err != nil {
				t.Error(err)
			}
			if c := s.Counts(); c.OpenShells != 0 || c.Connections != 1 {
				t.Errorf("%+v", c)
			}
		})
	}
}

// All goes over one connection with one login, also when many want it at once.
func TestOneConnection(t *testing.T) {
	s := start(t, server.Options{})
	shell := open(t, client(t, options(t, s)))
	var g errgroup.Group
	for i := range 100 {
		g.Go(func() error {
			line := fmt.Sprintf("%d stdin", i)
			stdout, stderr, _, err := all(t.Context(), shell, line, "in "+line)
			if err == nil && (stdout != line+"\n" || stderr != "in "+line) {
				err = fmt.Errorf("%q, %q of command %d", stdout, stderr, i)
			}
			return err
		})
		if i%10 == 9 {
			if err := g.Wait(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if c := s.Counts(); c.Connections != 1 || c.Logins != 1 || c.Shells != 1 || c.Messages["Command"] != 100 {
		t.Errorf("%+v", c)
	}
}

// first is a fate for the first message of an action.
func first(action string, fate server.Fate) func(*server.Request) server.Fate {
	var seen atomic.Bool
	return func(r *server.Request) server.Fate {
		if strings.HasSuffix(r.Action, "/"+action) && !seen.Swap(true) {
			return fate
		}
		return server.Fate{}
	}
}

func TestForgottenLogin(t *testing.T) {
	s := start(t, server.Options{Intercept: first("Command", server.Fate{Forget: true})})
	shell := open(t, client(t, options(t, s)))
	if stdout, _, _, err := all(t.Context(), shell, "x", ""); err != nil || stdout != "x\n" {
		t.Errorf("%q, %v", stdout, err)
	}
	if c := s.Counts(); c.Logins != 2 || c.Messages["Command"] != 2 {
		t.Errorf("%+v", c)
	}
}

func TestIdleConnectionThatWasClosed(t *testing.T) {
	s := start(t, server.Options{})
	shell := open(t, client(t, options(t, s)))
	s.CloseClientConnections()
	time.Sleep(1100 * time.Millisecond) // from then on connections are looked at before they are used
	if stdout, _, _, err := all(t.Context(), shell, "x", ""); err != nil || stdout != "x\n" {
		t.Errorf("%q, %v", stdout, err)
	}
}

func TestWrongPassword(t *testing.T) {
	for _, login := range []Login{NTLM, Basic} {
		s := start(t, server.Options{TLS: true, Basic: true})
		o := options(t, s)
		o.Login, o.Password = login, "wrong"
		_, err := client(t, o).OpenShell(t.Context(), cmd)
		if !errors.Is(err, ErrCredentials) {
			t.Errorf("%s: %v", login, err)
		}
		if c := s.Counts(); c.FailedLogins != 1 {
			t.Errorf("%s: %d attempts", login, c.FailedLogins)
		}
	}
}

// What a service may say instead of an answer, and what is told of it.
func TestRefusals(t *testing.T) {
	for name, row := range map[string]struct {
		server server.Options
		change func(*Options)
		want   string
	}{
		"fault":         {server: server.Options{Intercept: first("Create", server.Fate{Fault: &server.Fault{Code: 5, Subcode: "w:AccessDenied", Text: "Access is denied."}})}, want: "Access is denied. (w:AccessDenied, WSManFault 5)"},
		"no XML":        {server: server.Options{Intercept: first("Create", server.Fate{Status: 503, Body: "<html>\nbusy</p>"})}, want: `Bad HTTP response returned from server. Code 503: "<html> busy</p>"`},
		"XML of others": {server: server.Options{Intercept: first("Create", server.Fate{Status: 200, Body: "<html/>"})}, want: `Bad HTTP response returned from server. Code 200: "<html/>"`},
		"endless":       {server: server.Options{Intercept: first("Create", server.Fate{Status: 200, Body: strings.Repeat("x", 17<<20)})}, want: "an answer has more than 16777216 bytes"},
		"cut":           {server: server.Options{Intercept: first("Create", server.Fate{Cut: true})}, want: "EOF"},
		"not sealed":    {change: func(o *Options) { o.Sealing = SealNever }, want: "Code 500"},
		"certificate":   {server: server.Options{TLS: true}, change: func(o *Options) { o.TLS = nil }, want: "certificate"},
		"expired certificate": {
			server: server.Options{TLS: true},
			change: func(o *Options) { o.TLS.Time = func() time.Time { return time.Now().AddDate(100, 0, 0) } }, want: "certificate has expired or is not yet valid",
		},
		"too large":       {server: server.Options{Quotas: server.Quotas{MaxEnvelopeSizekb: 1}}, want: "exceeded the configured MaxEnvelopeSize quota of 1024 bytes"},
		"other path":      {change: func(o *Options) { o.URL.Path = "/other" }, want: "Code 404"},
		"nobody listens":  {change: func(o *Options) { o.URL.Host = "127.0.0.1:1" }, want: "connection refused"},
		"https for http":  {change: func(o *Options) { o.URL.Scheme = "https" }, want: "does not look like a TLS handshake"},
		"slow":            {server: server.Options{Intercept: func(*server.Request) server.Fate { time.Sleep(300 * time.Millisecond); return server.Fate{} }}, change: func(o *Options) { o.Read = 100 * time.Millisecond }, want: "read timed out. (read timeout=0.1)"},
		"basic, not told": {server: server.Options{AllowUnencrypted: true}, change: func(o *Options) { o.Login = Basic }, want: "credentials were rejected"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t, start(t, row.server))
			if row.change != nil {
				row.change(&o)
			}
			_, err := client(t, o).OpenShell(t.Context(), cmd)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("error is %v, want %s", err, row.want)
			}
		})
	}
}

func TestAlwaysSealedNeedsNTLM(t *testing.T) {
	if _, err := New(Options{Login: Basic, Sealing: SealAlways}); err == nil {
		t.Error("a basic login can seal")
	}
}

// A message that is given up costs the connection, and no more.
func TestCancel(t *testing.T) {
	s := start(t, server.Options{Run: func(ctx context.Context, _ *server.Command) int { <-ctx.Done(); return 0 }})
	shell := open(t, client(t, options(t, s)))
	id, err := shell.Run(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := shell.Receive(ctx, id, "stdout", 20*time.Second); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	if err := shell.Delete(t.Context()); err != nil {
		t.Error(err)
	}
	if c := s.Counts(); c.Connections != 2 || c.OpenShells != 0 {
		t.Errorf("%+v", c)
	}
}

func TestProxy(t *testing.T) {
	var seen atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Add(1)
		forward(t, w, r)
	}))
	defer proxy.Close()
	for _, o := range []server.Options{{TLS: true}, {AllowUnencrypted: true, Basic: true}} {
		s := start(t, o)
		c := options(t, s)
		c.Proxy, _ = url.Parse(proxy.URL)
		if o.Basic {
			c.Login = Basic
		}
		before := seen.Load()
		if stdout, _, _, err := all(t.Context(), open(t, client(t, c)), "x", ""); err != nil || stdout != "x\n" {
			t.Errorf("%q, %v", stdout, err)
		}
		if seen.Load() == before {
			t.Error("the proxy was not used")
		}
	}
}

// forward is what a proxy does.
func forward(t *testing.T, w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		r.RequestURI = ""
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = answer.Body.Close() }()
		w.WriteHeader(answer.StatusCode)
		_, _ = io.Copy(w, answer.Body)
		return
	}
	there, err := net.Dial("tcp", r.Host)
	if err != nil {
		t.Error(err)
		return
	}
	w.WriteHeader(http.StatusOK)
	here, sent, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	go func() { _, _ = io.Copy(there, sent); _ = there.Close() }() // some of it may have been read already
	_, _ = io.Copy(here, there)
	_ = here.Close()
}
