package pwsh

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/connection/winrm"
	"github.com/goplay/goplay/connection/wsman"
)

// How long an answer is waited for while nothing else can be said on the connection: the least that Windows takes, and at most.
const (
	turn = 500 * time.Millisecond
	rest = 2 * time.Second
	// patience is how long a call that is stopped may take to end.
	patience = 10 * time.Second
)

// shellSession is a session over winrm: a shell with one PowerShell that takes calls by its input. One goroutine speaks with it.
type shellSession struct {
	line   *winrm.Line
	bundle *bundle
	width  int           // how many calls run at one time
	alone  chan struct{} // a token for each command of its own
	life   context.Context
	end    context.CancelFunc
	asked  chan *asked
	ended  sync.WaitGroup
}

// asked is a call on its way. answer and err are set before done is closed.
type asked struct {
	request string
	number  string // once it is sent
	stops   *asked // the call that it is to stop, if it is a word for that
	done    chan struct{}
	answer  string
	err     error
}

func (a *asked) finish(answer string, err error) {
	a.answer, a.err = answer, err
	close(a.done)
}

func dialWinRM(ctx context.Context, t connection.Target, b *bundle, patience wsman.Patience) (session, error) {
	line, err := winrm.Open(ctx, t, patience)
	if err != nil {
		return nil, err
	}
	s := &shellSession{line: line, bundle: b, width: runspaces(t.Quotas), alone: make(chan struct{}, commands(t.Quotas)), asked: make(chan *asked)}
	s.life, s.end = context.WithCancel(context.Background())
	s.ended.Go(s.speak)
	return s, nil
}

func (s *shellSession) close() {
	s.end()
	s.ended.Wait()
	_ = s.line.Close()
}

// raw runs a script in a PowerShell of its own.
func (s *shellSession) raw(ctx context.Context, script string) (Output, error) {
	select {
	case s.alone <- struct{}{}:
		defer func() { <-s.alone }()
	case <-ctx.Done():
		return Output{}, ctx.Err()
	}
	p, err := s.line.Start(ctx, encoded(script), connection.StartOptions{})
	if err != nil {
		return Output{}, err
	}
	out, err := outputOf(p)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return out, err
}

// plain gives errors as texts that PowerShell wrote in CLIXML.
func plain(stderr []byte) []byte {
	if !bytes.HasPrefix(stderr, []byte("#< CLIXML")) {
		return stderr
	}
	var text []byte
	for {
		from, to := bytes.Index(stderr, []byte("<Objs ")), bytes.Index(stderr, []byte("</Objs>"))
		if from < 0 || to < from {
			return text
		}
		to += len("</Objs>")
		records, err := clixml.DecodeAll(stderr[from:to])
		stderr = stderr[to:]
		if err != nil {
			continue
		}
		for _, r := range records {
			if word, ok := r.Value.(string); ok && strings.EqualFold(r.Stream, "error") {
				text = append(text, word...)
			}
		}
	}
}

func (s *shellSession) call(ctx context.Context, request string) (string, error) {
	a := &asked{request: request, done: make(chan struct{})}
	if err := s.ask(ctx, a); err != nil {
		return "", err
	}
	select {
	case <-a.done:
		return a.answer, a.err
	case <-ctx.Done():
		_ = s.ask(s.life, &asked{stops: a}) // fails where the session ends anyway
		<-a.done
		return "", ctx.Err()
	}
}

func (s *shellSession) ask(ctx context.Context, a *asked) error {
	select {
	case s.asked <- a:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.life.Done():
		return &connection.UnreachableError{Msg: "the connection is closed"}
	}
}

// talk is what is said to a PowerShell, by the session's one goroutine.
type talk struct {
	*shellSession
	resident *winrm.Resident
	calls    map[string]*asked // that are not answered yet
	last     int               // number of a call
	deadline time.Time         // for calls that were stopped; zero: none was
	stdout   []byte            // of a line that is not whole
	stderr   []byte
}

// speak hands calls to PowerShell and their answers back, until the session ends.
func (s *shellSession) speak() {
	t := &talk{shellSession: s, calls: map[string]*asked{}}
	for {
		select {
		case a := <-s.asked:
			t.exchange(a)
		case <-s.life.Done():
			t.quit()
			return
		}
	}
}

// exchange sends a call, and receives until no call is left. What is asked meanwhile is sent between two answers.
func (t *talk) exchange(first *asked) {
	words := []*asked{first}
	wait := turn
	for {
		if err := t.send(words); err != nil {
			t.fail(err)
			return
		}
		if len(t.calls) == 0 {
			return
		}
		lively, err := t.receive(wait)
		if late := !t.deadline.IsZero() && time.Now().After(t.deadline); err == nil && (late || t.life.Err() != nil) && len(t.calls) > 0 {
			err = errStopped
		}
		if err != nil {
			t.fail(err)
			return
		}
		if words = t.more(); lively || len(words) > 0 {
			wait = turn
		} else {
			wait = min(2*wait, rest)
		}
	}
}

var errStopped = errors.New("a call on the host did not end when it was stopped, and PowerShell was ended with it")

// more gives what was asked meanwhile.
func (t *talk) more() (words []*asked) {
	for {
		select {
		case a := <-t.asked:
			words = append(words, a)
		default:
			return words
		}
	}
}

// send sends what is asked, to a PowerShell that is started first if there is none.
func (t *talk) send(words []*asked) error {
	var text bytes.Buffer
	for _, a := range words {
		if a.stops != nil {
			fmt.Fprintf(&text, "stop %s\n", a.stops.number)
			t.deadline = time.Now().Add(patience)
			continue
		}
		t.last++
		a.number = strconv.Itoa(t.last)
		t.calls[a.number] = a
		fmt.Fprintf(&text, "run %s %s\n", a.number, base64.StdEncoding.EncodeToString([]byte(a.request)))
	}
	if len(words) == 0 {
		return nil
	}
	if t.resident == nil {
		first, err := t.start()
		if err != nil {
			return err
		}
		return t.resident.Send(t.life, append(first, text.Bytes()...))
	}
	return t.resident.Send(t.life, text.Bytes())
}

// start starts PowerShell, and gives what it must be sent first: the bundle, unless the machine has kept it.
func (t *talk) start() (first []byte, err error) {
	if t.resident, err = t.line.Attach(t.life, encoded(t.bundle.script(strings.ReplaceAll(resident, "RUNSPACES", strconv.Itoa(t.width))))); err != nil {
		return nil, err
	}
	t.stdout, t.stderr = nil, nil
	for deadline := time.Now().Add(time.Minute); ; {
		out, err := t.resident.Receive(t.life, rest)
		if err != nil {
			return nil, err
		}
		t.stdout, t.stderr = append(t.stdout, out.Streams["stdout"]...), append(t.stderr, out.Streams["stderr"]...)
		line, after, whole := bytes.Cut(t.stdout, []byte("\n"))
		word, size, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		if whole && size == "wide" {
			t.line.Widen()
		}
		switch {
		case whole && word == "have":
			t.stdout = after
			return nil, nil
		case whole && word == "need":
			t.stdout = after
			return append([]byte(base64.StdEncoding.EncodeToString([]byte(t.bundle.text))), '\n'), nil
		case whole, out.Done, time.Now().After(deadline):
			return nil, &DiedError{Exit: out.Exit, Stderr: string(t.stdout) + string(plain(t.stderr))}
		}
	}
}

// receive takes answers in.
func (t *talk) receive(wait time.Duration) (lively bool, err error) {
	out, err := t.resident.Receive(t.life, wait)
	if err != nil {
		return false, err
	}
	t.stdout, t.stderr = append(t.stdout, out.Streams["stdout"]...), append(t.stderr, out.Streams["stderr"]...)
	for {
		line, after, whole := bytes.Cut(t.stdout, []byte("\n"))
		if !whole {
			break
		}
		t.stdout = after
		t.take(strings.TrimSpace(string(line)))
	}
	if out.Done {
		return true, &DiedError{Exit: out.Exit, Stderr: string(plain(t.stderr))}
	}
	return len(out.Streams) > 0, nil
}

// take hands an answer to whoever waits for it. What is none is a program's that wrote to PowerShell's output.
func (t *talk) take(line string) {
	number, answer, _ := strings.Cut(line, " ")
	a := t.calls[number]
	data, err := base64.StdEncoding.DecodeString(answer)
	if a == nil || err != nil {
		return
	}
	delete(t.calls, number)
	a.finish(string(data), nil)
	if len(t.calls) == 0 {
		t.deadline = time.Time{}
	}
}

// fail gives up a PowerShell and all calls to it.
func (t *talk) fail(err error) {
	t.quit()
	for number, a := range t.calls {
		delete(t.calls, number)
		a.finish("", err)
	}
	t.deadline = time.Time{}
}

// quit ends PowerShell.
func (t *talk) quit() {
	if t.resident == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	_ = t.resident.End(ctx) // it ends with the shell in any case
	t.resident = nil
}
