package pwsh_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	. "github.com/goplay/goplay/agent/pwsh"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/local"
	"github.com/goplay/goplay/modules/powershell"
)

// besideUs is a line whose command lines a Windows machine in processes of this test runs.
type besideUs struct {
	connection.Conn
	root string
}

func (b besideUs) Start(ctx context.Context, command string, o connection.StartOptions) (connection.Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return b.Conn.Start(ctx, fmt.Sprintf("GOPLAY_WINDOWS_ROOT=%s LINE='%s' exec %s", b.root, strings.ReplaceAll(command, "'", `'\''`), self), o)
}

// overStream is a pool whose sessions over ssh are on this machine.
func overStream(t *testing.T, bundle string) (*Pool, connection.Target) {
	t.Helper()
	conn, err := local.Dialer{}.Dial(t.Context(), connection.Target{Transport: "local"})
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	p := NewPool(Options{Bundle: bundle, Lines: func(context.Context, connection.Target) (connection.Conn, error) { return besideUs{conn, root}, nil }})
	t.Cleanup(func() {
		p.Close()
		_ = conn.Close()
	})
	return p, connection.Target{Host: "win1", Transport: "ssh", Windows: "cmd"}
}

// One PowerShell answers calls of many at one time; one that is given up ends on the machine.
func TestStream(t *testing.T) {
	p, to := overStream(t, powershell.Bundle())
	var g errgroup.Group
	for i := range 20 {
		g.Go(func() error { return pinged(t, p, to, fmt.Sprint("word", i)) })
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := p.Call(ctx, to, request(t, "win_command", "_raw_params", "cmd /c pause")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	if out, err := p.Raw(t.Context(), to, "cmd /c echo x&exit 3"); string(out.Stdout) != "x\r\n" || out.Exit != 3 || err != nil {
		t.Errorf("%q, %d, %v", out.Stdout, out.Exit, err)
	}
	if err := pinged(t, p, to, "again"); err != nil {
		t.Error(err)
	}
}

// A PowerShell that dies fails the call, in words; the next one gets another.
func TestStreamDies(t *testing.T) {
	p, to := overStream(t, "[Console]::Error.WriteLine('died'); exit 7")
	for range 2 {
		died := (*DiedError)(nil)
		if _, err := p.Call(t.Context(), to, "x"); !errors.As(err, &died) || died.Exit != 7 || !strings.Contains(died.Stderr, "died") {
			t.Errorf("error is %v", err)
		}
	}
}
