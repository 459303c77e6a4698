package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goplay/goplay/connection"
)

// Conns gives lines to targets, one per target.
type Conns interface {
	Get(ctx context.Context, t connection.Target) (connection.Conn, error)
}

// Pool keeps one session per target, interpreter and become path. Who asks first starts the agent, the others wait for that.
type Pool struct {
	conns  Conns
	opts   *Options
	packed packedFiles
	life   context.Context // of all agents
	stop   context.CancelFunc

	mu      sync.Mutex
	entries map[connection.Target]map[key]*entry
	closed  bool
}

// key names a session among those of a target. Equal keys share it.
type key struct {
	interpreter string
	path        string // the become steps
}

// entry is a session that is there, or is being started.
type entry struct {
	started chan struct{}
	session *Session
	err     error
}

// NewPool gives a pool whose agents are reached by conns.
func NewPool(conns Conns, opts Options) *Pool {
	life, stop := context.WithCancel(context.Background())
	return &Pool{conns: conns, opts: opts.withDefaults(), life: life, stop: stop, entries: map[connection.Target]map[key]*entry{}}
}

// Session gives the agent of a target's user, or of the user at the end of the become path, and starts what is not running. An
// interpreter is a program, or "auto", "auto_silent" … for discovery. It does not wait for the agent: what goes wrong at its start
// is the error of the first call. An agent that ended while nothing was asked of it is started anew, and so is one that is outdated.
func (p *Pool) Session(ctx context.Context, t connection.Target, interpreter string, become []Become) (*Session, error) {
	k := key{interpreter, pathOf(become)}
	for {
		e, mine := p.entry(t, k)
		if e == nil {
			return nil, errClosed
		}
		if mine {
			e.session, e.err = p.start(ctx, t, interpreter, become)
			if e.session != nil {
				e.session.again = func(ctx context.Context) (*Session, error) { return p.Session(ctx, t, interpreter, become) }
			}
			close(e.started)
			p.makeRoom(t)
		}
		select {
		case <-e.started:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if e.err == nil && e.session.alive() && !e.session.isRetired() {
			return e.session, nil
		}
		p.forget(t, k, e)
		if e.err != nil && (mine || !isCancel(e.err)) {
			return nil, e.err
		}
	}
}

// Running gives the agent that Session would give, or nil where it would have to be started.
func (p *Pool) Running(t connection.Target, interpreter string, become []Become) *Session {
	p.mu.Lock()
	e := p.entries[t][key{interpreter, pathOf(become)}]
	p.mu.Unlock()
	if e == nil {
		return nil
	}
	return e.current()
}

// isCancel reports whether err means that the one who started a session gave up; those who waited for it try themselves.
func isCancel(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func pathOf(become []Become) string {
	var b strings.Builder
	for _, step := range become {
		fmt.Fprintf(&b, "%q", []string{step.Method, step.User, step.Exe, step.Flags, step.Password, step.Chdir, fmt.Sprint(step.Shell)})
	}
	return b.String()
}

// entry gives the entry of a key; mine says that the caller has to start the session. A closed pool gives nil.
func (p *Pool) entry(t connection.Target, k key) (e *entry, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, false
	}
	here := p.entries[t]
	if here == nil {
		here = map[key]*entry{}
		p.entries[t] = here
	}
	if e = here[k]; e == nil {
		e, mine = &entry{started: make(chan struct{})}, true
		here[k] = e
	}
	return e, mine
}

func (p *Pool) forget(t connection.Target, k key, e *entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.entries[t][k] == e {
		delete(p.entries[t], k)
	}
}

func (p *Pool) start(ctx context.Context, t connection.Target, interpreter string, become []Become) (*Session, error) {
	if n := len(become); n > 0 {
		parent, err := p.Session(ctx, t, interpreter, become[:n-1])
		if err != nil {
			return nil, err
		}
		return parent.spawn(become[n-1])
	}
	if via, ok := t.Parent(); ok {
		return p.startVia(ctx, via, t, interpreter)
	}
	return p.entering(ctx, t, interpreter, func(lent bool) (*Session, error) { return p.first(ctx, t, interpreter, lent) })
}

// first starts the agent that the transport itself runs, with a lent Python or one that is there.
func (p *Pool) first(ctx context.Context, t connection.Target, interpreter string, lent bool) (*Session, error) {
	at, line := t, inside(t, command(interpreter, p.opts.InterpreterFallback, loader(false)))
	if lent {
		at, line = connection.Target{Host: t.Host, Transport: "local"}, lendHere(t, p.opts.InterpreterFallback)
	}
	conn, err := p.conns.Get(ctx, at)
	if err != nil {
		return nil, err
	}
	l, err := startLine(p.life, p.opts, conn, t, line)
	if err != nil {
		return nil, err
	}
	s := newSession(p.opts, &p.packed, nil)
	if err := l.add(s); err != nil {
		return nil, err
	}
	l.out.send(s.greet(serviceOf(t)))
	l.run(func(stdout, stderr string, exit int) error { return notStarted(t, interpreter, stdout, stderr, exit) })
	return s, nil
}

// expired is what sshd says, in place of running a command, to a user whose password has expired.
const expired = "Password change required but no TTY available."

// notStarted is the error of an agent that never spoke.
func notStarted(t connection.Target, interpreter, stdout, stderr string, exit int) error {
	if err := notEntered(t, stdout, stderr); err != nil {
		return err
	}
	if t.Transport == "ssh" && strings.Contains(stderr, expired) {
		return &connection.UnreachableError{Host: t.Host, Msg: "Failed to connect to the host via ssh: " + tidy([]byte(stderr))}
	}
	if discovers(interpreter) {
		interpreter = lastResort
	}
	return &InterpreterError{Interpreter: interpreter, Stdout: strings.Replace(stdout, entered+"\n", "", 1), Stderr: stderr, Exit: exit}
}

// Reset ends the agents of a target. The next Session starts anew.
func (p *Pool) Reset(ctx context.Context, t connection.Target) error {
	p.mu.Lock()
	ending := slices.Collect(maps.Values(p.entries[t]))
	delete(p.entries, t)
	p.mu.Unlock()
	return closeAll(ctx, ending)
}

// Close ends all agents and what they run, and waits for that until ctx is over. Session fails afterwards.
func (p *Pool) Close(ctx context.Context) error {
	p.mu.Lock()
	var ending []*entry
	for _, here := range p.entries {
		ending = slices.AppendSeq(ending, maps.Values(here))
	}
	p.closed, p.entries = true, nil
	p.mu.Unlock()
	err := closeAll(ctx, ending)
	p.stop()
	return err
}

// closeAll closes the lines of sessions, and those entered from others; the agents below end with them.
func closeAll(ctx context.Context, entries []*entry) error {
	errs := make([]error, len(entries))
	var wg sync.WaitGroup
	for i, e := range entries {
		wg.Go(func() {
			select {
			case <-e.started:
			case <-ctx.Done():
				errs[i] = context.Cause(ctx)
				return
			}
			switch {
			case e.err != nil:
			case e.session.parent == nil:
				errs[i] = e.session.line.close(ctx)
			case e.session.via != nil:
				errs[i] = e.session.Close()
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
