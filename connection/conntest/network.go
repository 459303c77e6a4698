package conntest

import (
	"context"
	"testing"
	"time"

	"github.com/goplay/goplay/connection"
)

// behind dials a target through a relay.
func behind(t *testing.T, tr Transport, delay time.Duration) (*Relay, connection.Conn, connection.Target) {
	t.Helper()
	if tr.At == nil {
		t.Skip("the transport has no network")
	}
	relay := StartRelay(t, tr.Server, delay)
	target := tr.At(relay.Address())
	return relay, dial(t, tr, target), target
}

func testCut(t *testing.T, tr Transport) {
	relay, conn, target := behind(t, tr, 0)
	p, _ := begin(t, t.Context(), conn, ":", "sleep 2; exit 1")
	relay.Cut()
	within(t, patience, "noticing the cut", func() { wantUnreachable(t, "Wait after a cut", drain(p, nil).err) })
	within(t, patience, "Done", func() { <-conn.Done() })
	_, err := conn.Start(t.Context(), "true", connection.StartOptions{})
	wantUnreachable(t, "Start after a cut", err)
	if r := run(t.Context(), dial(t, tr, target), "exit 7", nil); r.exit != 7 {
		t.Errorf("a new line: exit status %d, error %v", r.exit, r.err)
	}
}

func testSlow(t *testing.T, tr Transport) {
	_, conn, _ := behind(t, tr, 30*time.Millisecond)
	data := pattern(3 << 20) // more than a channel's window
	r := run(t.Context(), conn, "cat", data)
	wantBytes(t, "what came back", r.stdout, data)
	started := time.Now()
	if r := run(t.Context(), conn, "exit 2", nil); r.exit != 2 {
		t.Errorf("exit status %d, error %v", r.exit, r.err)
	}
	if took := time.Since(started); took < 60*time.Millisecond {
		t.Errorf("a command took %v on a line with 60 ms of round trip", took)
	}
}

// testStalled checks that cancelling works on a line that swallows everything.
func testStalled(t *testing.T, tr Transport) {
	relay, conn, _ := behind(t, tr, 0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p, _ := begin(t, ctx, conn, ":", "sleep 3; exit 1")
	relay.Stall()
	cancel()
	within(t, patience, "the end of the command", func() { drain(p, nil) })
	within(t, patience, "Close", func() { _ = conn.Close() })
}
