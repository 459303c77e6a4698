package conntest

import (
	"context"
	"fmt"
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
	within(t, patience, "noticing the cut", func() {
		r := drain(p, nil)
		wantUnreachable(t, fmt.Sprintf("Wait after a cut (exit status %d, output %q, %q)", r.exit, r.stdout, r.stderr), r.err)
	})
	within(t, patience, "Done", func() { <-conn.Done() })
	_, err := conn.Start(t.Context(), "true", connection.StartOptions{})
	wantUnreachable(t, "Start after a cut", err)
	if r := run(t.Context(), dial(t, tr, target), "exit 7", nil); r.exit != 7 {
		t.Errorf("a new line: exit status %d, error %v", r.exit, r.err)
	}
}

// CutPoints is at how many places of a short command's life its line is cut, each time with a new line.
const CutPoints = 6

// testCutAnywhere cuts the line after more and more bytes from the server, from the first one of the login to the last one of a command.
func testCutAnywhere(t *testing.T, tr Transport) {
	relay, conn, _ := behind(t, tr, 0)
	if r := run(t.Context(), conn, "echo whole", nil); r.err != nil {
		t.Fatal(r.err)
	}
	for i := range CutPoints {
		cut := StartRelay(t, tr.Server, 0)
		cut.CutAfter(relay.Down() * i / CutPoints)
		within(t, patience, "noticing the cut", func() {
			out, err := once(t, tr, tr.At(cut.Address()))
			switch {
			case err != nil && !connection.IsUnreachable(err):
				t.Errorf("after %d bytes: error is %v, want an *UnreachableError", cut.Down(), err)
			case err == nil && out != "whole\n":
				t.Errorf("after %d bytes: a command without an error gives %q", cut.Down(), out)
			}
		})
	}
}

// once dials, runs a command and closes.
func once(t *testing.T, tr Transport, target connection.Target) (out string, err error) {
	conn, err := tr.Dialer.Dial(t.Context(), target)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	r := run(t.Context(), conn, "echo whole", nil)
	return string(r.stdout), r.err
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
