package conntest

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goplay/goplay/connection"
)

// begin starts a command in two parts, between which it prints its process id, and reads that.
func begin(t *testing.T, ctx context.Context, conn connection.Conn, first, then string) (p connection.Process, pid string) {
	t.Helper()
	p, err := conn.Start(ctx, first+"\necho $$\n"+then, connection.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	pid, err = bufio.NewReader(io.LimitReader(p.Stdout(), 32)).ReadString('\n')
	if err != nil {
		t.Fatalf("read the process id: %v", err)
	}
	return p, strings.TrimSpace(pid)
}

// wantGone checks that a process ends.
func wantGone(t *testing.T, conn connection.Conn, pid string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for run(t.Context(), conn, "kill -0 "+pid, nil).exit == 0 {
		if time.Now().After(deadline) {
			t.Fatalf("process %s still runs", pid)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// wantKilled checks that a process is gone, where that is possible; elsewhere it does away with it.
func wantKilled(t *testing.T, tr Transport, conn connection.Conn, pid string) {
	t.Helper()
	if tr.NoSignals != "" {
		t.Log("whether the process is gone isn't checked: " + tr.NoSignals)
		_ = run(t.Context(), conn, "kill -9 -- -"+pid+" 2>/dev/null || kill -9 "+pid, nil)
	}
	wantGone(t, conn, pid)
}

func wantEnd(t *testing.T, p connection.Process) {
	t.Helper()
	within(t, patience, "the end of the command", func() {
		if r := drain(p, nil); r.err == nil && r.exit == 0 {
			t.Errorf("a command that was ended has exit status 0")
		}
	})
}

func testCancel(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p, pid := begin(t, ctx, conn, ":", "sleep 1000")
	cancel()
	wantEnd(t, p)
	wantKilled(t, tr, conn, pid)
}

func testCancelledBefore(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := conn.Start(ctx, "true", connection.StartOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Start with a cancelled context: error %v", err)
	}
	if _, err := tr.Dialer.Dial(ctx, tr.Target); !errors.Is(err, context.Canceled) {
		t.Errorf("Dial with a cancelled context: error %v", err)
	}
}

func testKill(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	p, pid := begin(t, t.Context(), conn, "trap 'exit 9' TERM; sleep 1000 >/dev/null 2>&1 &", "wait")
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	within(t, patience, "the end of the command", func() {
		r := drain(p, nil)
		late := tr.NoSignalStatus != "" && r.exit == 1 // the machine was too busy for the command to tidy up in time
		if tr.NoSignals == "" && !late && (r.exit != 9 || r.err != nil) {
			t.Errorf("a command that tidies up has exit status %d (error %v), want its own 9", r.exit, r.err)
		}
	})
	wantKilled(t, tr, conn, pid)
	if err := p.Kill(); err != nil {
		t.Errorf("Kill of an ended command: %v", err)
	}
}

func testKillStubborn(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	p, pid := begin(t, t.Context(), conn, "trap '' TERM HUP", "while :; do sleep 1; done")
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, p)
	wantKilled(t, tr, conn, pid)
}

// testLeftBehind checks that what a command starts on purpose outlives it.
func testLeftBehind(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	ctx, cancel := context.WithCancel(t.Context())
	r := run(ctx, conn, "nohup sleep 1000 >/dev/null 2>&1 </dev/null & echo $!", nil)
	cancel()
	pid := strings.TrimSpace(string(r.stdout))
	if r.exit != 0 || pid == "" {
		t.Fatalf("exit status %d, output %q, error %v", r.exit, r.stdout, r.err)
	}
	if got := run(t.Context(), conn, "kill "+pid, nil); got.exit != 0 {
		t.Errorf("the process that was left behind is gone")
	}
}

func testClose(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	p, pid := begin(t, t.Context(), conn, ":", "cat; sleep 1; exit 1")
	within(t, patience, "Close", func() {
		if err := conn.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	within(t, patience, "the end of the command", func() { drain(p, nil) })
	select {
	case <-conn.Done():
	default:
		t.Errorf("Done is open after Close")
	}
	_, err := conn.Start(t.Context(), "true", connection.StartOptions{})
	wantUnreachable(t, "Start after Close", err)
	if err := conn.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	wantGone(t, dial(t, tr, tr.Target), pid)
}

// counter counts diallings.
type counter struct {
	connection.Dialer
	dialled atomic.Int32
}

func (c *counter) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	c.dialled.Add(1)
	return c.Dialer.Dial(ctx, t)
}

func testPool(t *testing.T, tr Transport) {
	dialer := &counter{Dialer: tr.Dialer}
	pool := connection.NewPool(map[string]connection.Dialer{tr.Target.Transport: dialer, connection.ByEntry: dialer, connection.ByBecome: dialer})
	defer pool.Close()
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			conn, err := pool.Get(t.Context(), tr.Target)
			if err != nil {
				t.Errorf("Get: %v", err)
				return
			}
			if r := run(t.Context(), conn, "exit 5", nil); r.exit != 5 {
				t.Errorf("exit status %d, error %v", r.exit, r.err)
			}
		})
	}
	all.Wait()
	if n := dialer.count(); n != 1 {
		t.Errorf("dialled %d times, want 1", n)
	}
	pool.Reset(tr.Target)
	if _, err := pool.Get(t.Context(), tr.Target); err != nil || dialer.count() != 2 {
		t.Errorf("after Reset: dialled %d times, error %v", dialer.count(), err)
	}
}

func (c *counter) count() int { return int(c.dialled.Load()) }
