// Package conntest is the contract of connection transports as tests. Each transport passes [Run]; what it cannot do is skipped with the
// reason. [StartSSHD] gives a real OpenSSH server to test against, and [Relay] a network that can be slow, or cut.
package conntest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/goplay/goplay/connection"
)

// Transport is what is tested.
type Transport struct {
	Dialer connection.Dialer
	Target connection.Target
	// Server is the network address of what Target reaches, and At makes a target that reaches it at another address. At is nil if
	// there is no network in between.
	Server string
	At     func(address string) connection.Target
	Limits
}

// patience is how long anything that should happen at once may take on a busy machine.
const patience = 20 * time.Second

// cases are the suite.
var cases = []struct {
	name string
	test func(*testing.T, Transport)
	// limit gives why a case is not, or not all of it, as with others; nil: there is none.
	limit func(Limits) string
}{
	{"exit status", testExit, func(l Limits) string { return l.NoSignalStatus }},
	{"standard input", testStdin, nil},
	{"unread input", testUnreadInput, nil},
	{"binary and separate outputs", testBinary, nil},
	{"big output", testBigOutput, nil},
	{"big input", testBigInput, nil},
	{"concurrent commands", testConcurrent, func(l Limits) string { return l.NotAtOnce }},
	{"terminal", testTerminal, func(l Limits) string { return l.NoTerminal }},
	{"cancel", testCancel, noSignals},
	{"cancelled before", testCancelledBefore, nil},
	{"kill", testKill, noSignals},
	{"kill the stubborn", testKillStubborn, noSignals},
	{"left behind", testLeftBehind, nil},
	{"close", testClose, nil},
	{"pool", testPool, nil},
	{"cut", testCut, noNetwork},
	{"cut anywhere", testCutAnywhere, noNetwork},
	{"slow", testSlow, noNetwork},
	{"stalled", testStalled, noNetwork},
}

func noSignals(l Limits) string { return l.NoSignals }
func noNetwork(l Limits) string { return l.NoNetwork }

// Run runs the suite.
func Run(t *testing.T, tr Transport) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() {
				if !t.Skipped() {
					goleak.VerifyNone(t, before)
				}
			})
			tt.test(t, tr)
		})
	}
}

// dial opens a line that ends with the test.
func dial(t *testing.T, tr Transport, target connection.Target) connection.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, err := tr.Dialer.Dial(ctx, target)
	if err != nil {
		t.Fatalf("Dial: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// result is all that a command gives.
type result struct {
	stdout, stderr []byte
	exit           int
	err            error
}

// run runs a command to its end.
func run(ctx context.Context, conn connection.Conn, command string, stdin []byte) (r result) {
	p, err := conn.Start(ctx, command, connection.StartOptions{})
	if err != nil {
		return result{err: err}
	}
	return drain(p, stdin)
}

// drain gives a command its input and reads its outputs.
func drain(p connection.Process, stdin []byte) (r result) {
	var g errgroup.Group
	g.Go(func() error {
		_, _ = p.Stdin().Write(stdin) // a command need not read its input
		return p.Stdin().Close()
	})
	g.Go(func() (err error) { r.stdout, err = io.ReadAll(p.Stdout()); return err })
	g.Go(func() (err error) { r.stderr, err = io.ReadAll(p.Stderr()); return err })
	_ = g.Wait()
	r.exit, r.err = p.Wait()
	return r
}

// within fails the test if f takes too long.
func within(t *testing.T, d time.Duration, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(d):
		t.Fatalf("%s takes longer than %v", what, d)
	}
}

func wantUnreachable(t *testing.T, what string, err error) {
	t.Helper()
	var u *connection.UnreachableError
	if !errors.As(err, &u) {
		t.Fatalf("%s: error is %v, want an *UnreachableError", what, err)
	}
}

// pattern is n bytes in which a lost or doubled block would show.
func pattern(n int) []byte {
	data := make([]byte, n)
	state := uint32(1)
	for i := range data {
		state = state*1664525 + 1013904223
		data[i] = byte(state >> 24)
	}
	return data
}

func wantBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Fatalf("%s: %d bytes, want %d, or their content differs", what, len(got), len(want))
	}
}
