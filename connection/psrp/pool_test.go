package psrp_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	. "github.com/goplay/goplay/connection/psrp"
	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/connection/wsman"
	server "github.com/goplay/goplay/internal/wsman"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripts are what pipelines of these tests do.
func scripts(ctx context.Context, p *server.Pipeline) error {
	first := p.Commands[0]
	switch first.Text {
	case "args":
		for _, a := range first.Parameters {
			p.Write(PipelineOutput, a.Value)
		}
	case "nap":
		time.Sleep(20 * time.Millisecond)
		p.Write(PipelineOutput, first.Parameters[0].Value)
	case "upper":
		for v, ok := p.Input(); ok; v, ok = p.Input() {
			p.Write(PipelineOutput, strings.ToUpper(v.(string)))
		}
	case "streams":
		p.Write(ErrorRecord, server.ErrorRecord("bad"))
		p.Write(WarningRecord, "careful")
		p.Write(PipelineOutput, "out")
		p.Write(ProgressRecord, nil)
	case "secret":
		text, err := p.Key().Decrypt(first.Parameters[0].Value.(clixml.SecureString))
		if err != nil {
			return err
		}
		p.Write(PipelineOutput, text)
		p.Write(PipelineOutput, p.Key().Encrypt(strings.ToUpper(text)))
	case "fail":
		p.Write(PipelineOutput, "before")
		return errors.New("it failed")
	case "ask":
		p.Write(PipelineHostCall, clixml.NewObject(clixml.Property{Name: "mi", Value: clixml.NewEnum("RemoteHostMethodId", "ReadLine", 11)}))
		<-ctx.Done()
	case "sleep":
		<-ctx.Done()
	default:
		for _, c := range p.Commands {
			p.Write(PipelineOutput, fmt.Sprintf("%s %v %v", c.Text, c.Script, c.Parameters))
		}
	}
	return nil
}

func start(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	o.Users, o.Pipeline = map[string]string{"ann": "p"}, scripts
	return server.Start(t, o)
}

func client(t *testing.T, s *server.Server) *wsman.Client {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	c, err := wsman.New(wsman.Options{URL: u, Login: wsman.NTLM, User: "ann", Password: "p"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func open(t *testing.T, s *server.Server, o Options) *Pool {
	t.Helper()
	pool, err := Open(t.Context(), client(t, s), o)
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func run(t *testing.T, pool *Pool, p Pipeline) *Result {
	t.Helper()
	r, err := pool.Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPipelines(t *testing.T) {
	s := start(t, server.Options{})
	pool := open(t, s, Options{})
	values := []any{"ä\n_x0041_ 😀", int32(3), true, nil, clixml.NewList("a"), strings.Repeat("x", 500000)}
	var parameters []Parameter
	for _, v := range values {
		parameters = append(parameters, Parameter{Value: v})
	}
	if r := run(t, pool, Script("args", parameters...)); r.State != PipelineCompleted || !cmp.Equal(r.Output, values) {
		t.Errorf("state %d: %s", r.State, cmp.Diff(values, r.Output))
	}
	if r := run(t, pool, Pipeline{Commands: []Command{{Text: "upper"}}, Input: []any{"a", strings.Repeat("b", 300000)}}); !cmp.Equal(r.Output, []any{"A", strings.Repeat("B", 300000)}) {
		t.Errorf("%d values", len(r.Output))
	}
	two := Pipeline{Commands: []Command{{Text: "Get-Item", Parameters: []Parameter{{Name: "Path", Value: "x"}}}, {Text: "1+1", Script: true}}}
	if r := run(t, pool, two); !cmp.Equal(r.Output, []any{"Get-Item false [{Path x}]", "1+1 true []"}) {
		t.Errorf("%v", r.Output)
	}
	if c := s.Counts(); c.Logins != 1 || c.Connections != 1 || c.Shells != 1 || c.RunningCommands != 0 || c.Messages["Signal"] != 0 {
		t.Errorf("%+v", c)
	}
	if err := pool.Close(t.Context()); err != nil || s.Counts().OpenShells != 0 {
		t.Errorf("%v, %+v", err, s.Counts())
	}
}

func TestStreams(t *testing.T) {
	r := run(t, open(t, start(t, server.Options{}), Options{}), Script("streams"))
	var told []string
	for _, record := range r.Records {
		told = append(told, fmt.Sprintf("%x %s", record.Kind, Text(record.Value)))
	}
	if want := []string{"41005 bad", "41009 careful", "41010 "}; !cmp.Equal(told, want) || !cmp.Equal(r.Output, []any{"out"}) {
		t.Errorf("%q, %v", told, r.Output)
	}
}

func TestFailures(t *testing.T) {
	s := start(t, server.Options{})
	pool := open(t, s, Options{})
	if r := run(t, pool, Script("fail")); r.State != PipelineFailed || r.Failure != "it failed" || !cmp.Equal(r.Output, []any{"before"}) {
		t.Errorf("%+v", r)
	}
	if _, err := pool.Run(t.Context(), Script("ask")); err == nil || !strings.Contains(err.Error(), "calls its host (ReadLine)") {
		t.Errorf("error is %v", err)
	}
	if r := run(t, pool, Script("x")); r.State != PipelineCompleted {
		t.Errorf("afterwards: %+v", r)
	}
	if c := s.Counts(); c.RunningCommands != 0 || c.Logins != 1 {
		t.Errorf("%+v", c)
	}
}

func TestSecureStrings(t *testing.T) {
	pool := open(t, start(t, server.Options{}), Options{})
	for _, text := range []string{"geheim ä 😀", "", strings.Repeat("x", 1000)} {
		r := run(t, pool, Script("secret", Parameter{Value: clixml.Secret(text)}))
		if len(r.Output) != 2 || r.Output[0] != text {
			t.Fatalf("%v, %s", r.Output, r.Failure)
		}
		back, err := r.Plain(r.Output[1].(clixml.SecureString))
		if err != nil || back != strings.ToUpper(text) {
			t.Errorf("%.20q, %v", back, err)
		}
		for _, s := range []clixml.SecureString{"", "AAAA", "!"} {
			if text, err := r.Plain(s); err == nil {
				t.Errorf("%q is %q", s, text)
			}
		}
	}
	without := run(t, open(t, start(t, server.Options{}), Options{}), Script("x"))
	if _, err := without.Plain("AAAA"); err == nil {
		t.Error("a secure string is read without a key")
	}
}

// A pipeline that is given up is stopped, and costs the others nothing.
func TestCancel(t *testing.T) {
	s := start(t, server.Options{})
	pool := open(t, s, Options{Runspaces: 2})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := pool.Run(ctx, Script("sleep")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	if _, err := pool.Run(ctx, Script("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	if c := s.Counts(); c.RunningCommands != 0 || c.Logins != 1 {
		t.Errorf("%+v", c)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := start(t, server.Options{})
	pool := open(t, s, Options{Runspaces: 5})
	var g errgroup.Group
	for i := range 20 {
		g.Go(func() error {
			r, err := pool.Run(t.Context(), Script("args", Parameter{Value: int32(i)}))
			if err == nil && !cmp.Equal(r.Output, []any{int32(i)}) {
				err = fmt.Errorf("%v of pipeline %d", r.Output, i)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if c := s.Counts(); c.Connections != 1 || c.Shells != 1 {
		t.Errorf("%+v", c)
	}
}

// A pool that a quota does not allow waits for another one's end.
func TestQuotas(t *testing.T) {
	s := start(t, server.Options{Quotas: server.Quotas{MaxShellsPerUser: 1}})
	first := open(t, s, Options{})
	_, err := Open(t.Context(), client(t, s), Options{Patience: wsman.Patience{Limit: time.Nanosecond}})
	if err == nil || !strings.Contains(err.Error(), "the quota is winrm/config/winrs MaxShellsPerUser") {
		t.Errorf("error is %v", err)
	}
	time.AfterFunc(100*time.Millisecond, func() { _ = first.Close(context.Background()) })
	run(t, open(t, s, Options{}), Script("x"))
}

// A session that has used up its commands is followed by another one, with a key of its own; what runs in the old one goes on.
func TestCommandsUsedUp(t *testing.T) {
	s := start(t, server.Options{Quotas: server.Quotas{MaxShellsPerUser: 1, MaxConcurrentCommandsPerShell: 3}})
	pool := open(t, s, Options{})
	for i := range 10 {
		if r := run(t, pool, Script("secret", Parameter{Value: clixml.Secret("x")})); len(r.Output) != 2 || r.Output[0] != "x" {
			t.Fatalf("%d: %v, %s", i, r.Output, r.Failure)
		}
	}
	if c := s.Counts(); c.Shells != 4 || c.MostShells != 1 || c.Logins != 1 {
		t.Errorf("%+v", c)
	}

	s = start(t, server.Options{Quotas: server.Quotas{MaxConcurrentCommandsPerShell: 3}})
	pool = open(t, s, Options{})
	var g errgroup.Group
	for i := range 20 {
		g.Go(func() error {
			r, err := pool.Run(t.Context(), Script("nap", Parameter{Value: int32(i)}))
			if err == nil && !cmp.Equal(r.Output, []any{int32(i)}) {
				err = fmt.Errorf("%v of pipeline %d", r.Output, i)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if err := pool.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if c := s.Counts(); c.Shells != 7 || c.OpenShells != 0 || c.RunningCommands != 0 {
		t.Errorf("%+v", c)
	}
}

func TestPoolsThatDoNotOpen(t *testing.T) {
	denied := &server.Fault{Code: 5, Subcode: "w:AccessDenied", Text: "Access is denied."}
	var messages atomic.Int32
	for name, row := range map[string]struct {
		intercept func(*server.Request) server.Fate
		want      string
	}{
		"refused": {func(*server.Request) server.Fate { return server.Fate{Fault: denied} }, "Access is denied."},
		"no answer": {func(r *server.Request) server.Fate {
			return server.Fate{Cut: strings.HasSuffix(r.Action, "Receive") && messages.Add(1) == 1}
		}, "EOF"},
	} {
		s := start(t, server.Options{Intercept: row.intercept})
		if _, err := Open(t.Context(), client(t, s), Options{}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error is %v, want %s", name, err, row.want)
		}
		if c := s.Counts(); c.OpenShells != 0 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}
