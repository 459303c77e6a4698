package conntest

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/goplay/goplay/connection"
)

func testExit(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	for command, want := range map[string]int{
		"true": 0, "exit 3": 3, "exit 255": 255, "kill -9 $$": 128 + 9, "kill -TERM $$": 128 + 15, "/nonexistent/command": 127,
	} {
		if tr.NoSignalStatus != "" && want > 128 && want < 255 {
			t.Log(command, "is not tried: "+tr.NoSignalStatus)
			continue
		}
		if r := run(t.Context(), conn, command, nil); r.exit != want || r.err != nil {
			t.Errorf("%q: exit status %d (error %v), want %d", command, r.exit, r.err, want)
		}
	}
}

func testStdin(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	r := run(t.Context(), conn, "tr a-z A-Z; echo end", []byte("two\nlines"))
	if got := string(r.stdout); got != "TWO\nLINESend\n" || r.err != nil {
		t.Errorf("output %q, error %v", got, r.err)
	}
}

// testUnreadInput gives much input to a command that ends without reading it.
func testUnreadInput(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	within(t, patience, "a command that doesn't read", func() {
		if r := run(t.Context(), conn, "exit 4", pattern(8<<20)); r.exit != 4 || r.err != nil {
			t.Errorf("exit status %d, error %v, want 4", r.exit, r.err)
		}
	})
	if r := run(t.Context(), conn, "echo still here", nil); string(r.stdout) != "still here\n" {
		t.Errorf("the line is not usable afterwards: %q, %v", r.stdout, r.err)
	}
}

func testBinary(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	r := run(t.Context(), conn, "printf err >&2; cat; printf more >&2", all)
	wantBytes(t, "stdout", r.stdout, all)
	if string(r.stderr) != "errmore" {
		t.Errorf("stderr is %q", r.stderr)
	}
}

// big is the size of big transfers: 100 MB, less in quick runs.
func big() int {
	if testing.Short() {
		return 8 << 20
	}
	return 100 << 20
}

func testBigOutput(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	p, err := conn.Start(t.Context(), fmt.Sprintf("head -c %d /dev/zero; echo end >&2", big()), connection.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_ = p.Stdin().Close()
	var n int64
	var stderr []byte
	var g errgroup.Group
	g.Go(func() (err error) { n, err = io.Copy(io.Discard, p.Stdout()); return err })
	g.Go(func() (err error) { stderr, err = io.ReadAll(p.Stderr()); return err })
	if err := g.Wait(); err != nil || n != int64(big()) || string(stderr) != "end\n" {
		t.Errorf("%d bytes, stderr %q, error %v", n, stderr, err)
	}
	if exit, err := p.Wait(); exit != 0 || err != nil {
		t.Errorf("exit status %d, error %v", exit, err)
	}
}

// testBigInput sends much through cat, so that both directions are full at the same time.
func testBigInput(t *testing.T, tr Transport) {
	conn := dial(t, tr, tr.Target)
	data := pattern(big())
	r := run(t.Context(), conn, "cat", data)
	wantBytes(t, "what came back", r.stdout, data)
	if r.exit != 0 || r.err != nil {
		t.Errorf("exit status %d, error %v", r.exit, r.err)
	}
}

func testConcurrent(t *testing.T, tr Transport) {
	if tr.NotAtOnce != "" {
		t.Skip(tr.NotAtOnce)
	}
	conn := dial(t, tr, tr.Target)
	var g errgroup.Group
	for i := range 8 {
		g.Go(func() error {
			data := pattern(200_000 + i)
			r := run(t.Context(), conn, fmt.Sprintf("cat; exit %d", i), data)
			if string(r.stdout) != string(data) || r.exit != i || r.err != nil {
				return fmt.Errorf("command %d: %d bytes, exit status %d, error %v", i, len(r.stdout), r.exit, r.err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func testTerminal(t *testing.T, tr Transport) {
	if tr.NoTerminal != "" {
		t.Skip(tr.NoTerminal)
	}
	conn := dial(t, tr, tr.Target)
	p, err := conn.Start(t.Context(), "tty; tty <&2; read line; echo got $line; exit 6", connection.StartOptions{TTY: true})
	if err != nil {
		t.Fatal(err)
	}
	r := drain(p, []byte("typed\n"))
	out := string(r.stdout)
	if strings.Count(out, "/dev/") != 2 || !strings.Contains(out, "got typed\r\n") || r.exit != 6 {
		t.Errorf("output %q, exit status %d, error %v", out, r.exit, r.err)
	}
}
