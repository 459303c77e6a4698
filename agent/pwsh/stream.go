package pwsh

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/goplay/goplay/connection"
)

// streamSession is a session over a line that carries input and output at once: one PowerShell that takes calls by its input. It is started
// with the first call, and again after it has died.
type streamSession struct {
	conn   connection.Conn
	bundle *bundle
	width  int
	life   context.Context
	end    context.CancelFunc
	ended  sync.WaitGroup

	mu      sync.Mutex
	process connection.Process // nil: none runs
	calls   map[string]*asked  // that are not answered yet
	last    int                // number of a call
}

func dialStream(conn connection.Conn, t connection.Target, b *bundle) *streamSession {
	s := &streamSession{conn: conn, bundle: b, width: runspaces(t.Quotas), calls: map[string]*asked{}}
	s.life, s.end = context.WithCancel(context.Background())
	return s
}

// close ends PowerShell. The line is its owner's.
func (s *streamSession) close() {
	s.end()
	s.ended.Wait()
}

// raw runs a command line as the host's shell for logins reads it.
func (s *streamSession) raw(ctx context.Context, script string) (Output, error) {
	p, err := s.conn.Start(ctx, script, connection.StartOptions{})
	if err != nil {
		return Output{}, err
	}
	return outputOf(p)
}

// outputOf waits for the end of a process that gets no input.
func outputOf(p connection.Process) (out Output, err error) {
	var reading sync.WaitGroup
	reading.Go(func() { out.Stderr, _ = io.ReadAll(p.Stderr()) })
	_ = p.Stdin().Close() // fails with the line, as Wait does
	out.Stdout, _ = io.ReadAll(p.Stdout())
	reading.Wait()
	out.Exit, err = p.Wait()
	out.Stderr = plain(out.Stderr)
	return out, err
}

func (s *streamSession) call(ctx context.Context, request string) (string, error) {
	a := &asked{request: request, done: make(chan struct{})}
	if err := s.send(a); err != nil {
		return "", err
	}
	select {
	case <-a.done:
		return a.answer, a.err
	case <-ctx.Done():
		s.stop(a)
		return "", ctx.Err()
	}
}

// send sends a call, to a PowerShell that is started first if there is none.
func (s *streamSession) send(a *asked) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		if err := s.start(); err != nil {
			return err
		}
	}
	s.last++
	a.number = strconv.Itoa(s.last)
	s.calls[a.number] = a
	_, _ = fmt.Fprintf(s.process.Stdin(), "run %s %s\n", a.number, base64.StdEncoding.EncodeToString([]byte(a.request))) // one that has ended tells of it by its output
	return nil
}

// stop tells that nobody waits for a call any more.
func (s *streamSession) stop(a *asked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		_, _ = fmt.Fprintf(s.process.Stdin(), "stop %s\n", a.number) // likewise
	}
}

// start starts PowerShell, and hands it the bundle unless the host has kept it.
func (s *streamSession) start() error {
	if s.life.Err() != nil {
		return &connection.UnreachableError{Msg: "the connection is closed"}
	}
	script := s.bundle.script(strings.ReplaceAll(resident, "RUNSPACES", strconv.Itoa(s.width)))
	p, err := s.conn.Start(s.life, encoded(script), connection.StartOptions{})
	if err != nil {
		return err
	}
	var stderr bytes.Buffer
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(&stderr, p.Stderr()) })
	out := bufio.NewReader(p.Stdout())
	first, _ := out.ReadString('\n')
	word, _, _ := strings.Cut(strings.TrimSpace(first), " ")
	switch word {
	case "have":
	case "need":
		_, _ = io.WriteString(p.Stdin(), base64.StdEncoding.EncodeToString([]byte(s.bundle.text))+"\n") // one that has ended tells of it by its output
	default:
		_ = p.Stdin().Close()
		rest, _ := io.ReadAll(out)
		reading.Wait()
		exit, err := p.Wait()
		if err != nil {
			return err
		}
		return &DiedError{Exit: exit, Stderr: first + string(rest) + string(plain(stderr.Bytes()))}
	}
	s.process = p
	s.ended.Go(func() {
		s.listen(out)
		_ = p.Stdin().Close()
		reading.Wait()
		exit, err := p.Wait()
		if err == nil {
			err = &DiedError{Exit: exit, Stderr: string(plain(stderr.Bytes()))}
		}
		s.fail(err)
	})
	s.ended.Go(func() {
		<-s.life.Done()
		_ = p.Stdin().Close()
		_ = p.Kill()
	})
	return nil
}

// listen hands answers out as long as PowerShell writes. What is none is a program's that wrote to its output.
func (s *streamSession) listen(out *bufio.Reader) {
	for {
		line, err := out.ReadString('\n')
		number, answer, _ := strings.Cut(strings.TrimSpace(line), " ")
		data, wrong := base64.StdEncoding.DecodeString(answer)
		s.mu.Lock()
		if a := s.calls[number]; a != nil && wrong == nil && err == nil {
			delete(s.calls, number)
			a.finish(string(data), nil)
		}
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// fail gives up a PowerShell that has ended, and all calls to it.
func (s *streamSession) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process = nil
	for number, a := range s.calls {
		delete(s.calls, number)
		a.finish("", err)
	}
}
