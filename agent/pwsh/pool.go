// Package pwsh keeps PowerShell running on Windows machines: one session for each machine and user, however many names of the inventory lead
// there. Over winrm a session is one shell with one PowerShell in it, which takes calls by its input; over psrp it is a pool of runspaces.
// Either has one connection and one login for the run.
//
// What runs there is one text, the bundle, which a machine keeps by its digest in memory and in a file of the user.
package pwsh

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/winrm"
	"github.com/goplay/goplay/connection/wsman"
)

// Options are the settings of a [Pool].
type Options struct {
	Bundle string // the script that runs calls
	// QuotaWait is how long what a machine's quotas do not allow is tried again. 0: two minutes.
	QuotaWait time.Duration
	// Locks is the folder of the files by which runs of this controller share a machine's shells. "": they know nothing of each other.
	Locks string
	// Lines gives lines over ssh. nil: there are none.
	Lines func(ctx context.Context, t connection.Target) (connection.Conn, error)
}

// Output is what a script gave.
type Output struct {
	Stdout, Stderr []byte
	Exit           int
}

// ErrClosed is what calls give after Close.
var ErrClosed = errors.New("the pool of sessions is closed")

// session is PowerShell on a machine. Its methods may be called by several goroutines at once.
type session interface {
	// call runs a call of the bundle, a hashtable in CLIXML, and gives its answer in the same form.
	call(ctx context.Context, request string) (answer string, err error)
	// raw runs a script by itself.
	raw(ctx context.Context, script string) (Output, error)
	// close ends what runs, and the session.
	close()
}

// Pool keeps sessions. Its methods may be called by several goroutines at once.
type Pool struct {
	options Options
	bundle  *bundle
	shells  governor
	life    context.Context // of diallings
	end     context.CancelFunc
	running sync.WaitGroup // diallings

	mu       sync.Mutex
	sessions map[connection.Target]*entry
	refused  map[connection.Target]error // logins, which are not tried again: an account would be locked
	closed   bool
}

// entry is a session being made, or made. session and err are set before ready is closed.
type entry struct {
	ready   chan struct{}
	session session
	err     error

	account *account
	place   *place // of a session

	users   int  // calls under way; guarded by Pool.mu
	retired bool // it ends with its last user
	begun   time.Time
	wanted  bool // others wait for its shell
	closing sync.Once
	gone    chan struct{} // closed when it is retired
}

// NewPool makes an empty pool.
func NewPool(o Options) *Pool {
	if o.QuotaWait == 0 {
		o.QuotaWait = 2 * time.Minute
	}
	p := &Pool{options: o, bundle: newBundle(o.Bundle), sessions: map[connection.Target]*entry{}, refused: map[connection.Target]error{}}
	p.shells = governor{dir: o.Locks, accounts: map[string]*account{}}
	p.life, p.end = context.WithCancel(context.Background())
	return p
}

// Call runs a call of the bundle on a machine. Errors are an *[connection.UnreachableError], ctx's, a *[DiedError], or of a target that cannot be.
func (p *Pool) Call(ctx context.Context, t connection.Target, request string) (answer string, err error) {
	err = p.with(ctx, t, func(s session) (err error) { answer, err = s.call(ctx, request); return err })
	return answer, err
}

// Raw runs a script on a machine by itself.
func (p *Pool) Raw(ctx context.Context, t connection.Target, script string) (out Output, err error) {
	err = p.with(ctx, t, func(s session) (err error) { out, err = s.raw(ctx, script); return err })
	return out, err
}

// with does something with a target's session. One whose shell has used up its operations is followed by another.
func (p *Pool) with(ctx context.Context, t connection.Target, f func(session) error) error {
	host := t.Host
	t.Host = "" // names of one machine share its session
	for {
		e, err := p.enter(ctx, t)
		if err != nil {
			return named(err, host)
		}
		err = f(e.session)
		p.leave(t, e, connection.IsUnreachable(err) || errors.Is(err, winrm.ErrSpent))
		if !errors.Is(err, winrm.ErrSpent) {
			return named(err, host)
		}
	}
}

// named gives an error that says who is unreachable.
func named(err error, host string) error {
	var lost *connection.UnreachableError
	if !errors.As(err, &lost) {
		return err
	}
	return &connection.UnreachableError{Host: host, Msg: lost.Msg, Err: lost.Err, Apart: lost.Apart}
}

// enter gives a target's session, made if there is none. The first caller dials, the others wait.
func (p *Pool) enter(ctx context.Context, t connection.Target) (*entry, error) {
	e, err := p.join(t)
	if err != nil {
		return nil, err
	}
	select {
	case <-e.ready:
		if e.err != nil {
			p.leave(t, e, true)
			return nil, e.err
		}
		return e, nil
	case <-ctx.Done():
		p.leave(t, e, false)
		return nil, ctx.Err()
	}
}

func (p *Pool) join(t connection.Target) (*entry, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	if err := p.refused[t]; err != nil {
		return nil, err
	}
	e := p.sessions[t]
	if e == nil {
		e = &entry{ready: make(chan struct{}), gone: make(chan struct{}), account: p.shells.account(t)}
		p.sessions[t] = e
		p.running.Go(func() { p.keep(t, e) })
	}
	e.users++
	return e, nil
}

func (p *Pool) refuse(t connection.Target, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused[t] = err
}

// dial opens a session, when there is a place for its shell.
func (p *Pool) dial(t connection.Target, e *entry) (s session, err error) {
	dial := map[string]func(context.Context, connection.Target, *bundle, wsman.Patience) (session, error){"winrm": dialWinRM, "psrp": dialPSRP}[t.Transport]
	if t.Transport == "ssh" && p.options.Lines != nil {
		conn, err := p.options.Lines(p.life, t)
		if err != nil {
			return nil, err
		}
		e.place = &place{} // it has no shell of the service's
		return dialStream(conn, t, p.bundle), nil
	}
	if dial == nil {
		return nil, fmt.Errorf("there is no session of PowerShell over %s", t.Transport)
	}
	if e.place, err = e.account.take(p.life, cmp.Or(t.Quotas.Shells, maxShells)); err != nil {
		return nil, err
	}
	s, err = dial(p.life, t, p.bundle, wsman.Patience{Limit: p.options.QuotaWait, Waits: e.place.waits})
	if err != nil {
		e.place.leave()
	}
	return s, err
}

// keep makes a session, and gives it up when others wait for its shell and nobody uses it.
func (p *Pool) keep(t connection.Target, e *entry) {
	e.session, e.err = p.dial(t, e)
	if errors.Is(e.err, wsman.ErrCredentials) {
		p.refuse(t, e.err)
	}
	p.mu.Lock()
	e.begun = time.Now()
	p.mu.Unlock()
	close(e.ready)
	if e.err != nil {
		return
	}
	look := time.NewTicker(lookout)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			p.offer(t, e, e.account.wanted())
		case <-e.gone:
			return
		case <-p.life.Done():
			return
		}
	}
}

// lookout is how often it is asked whether others wait for a shell, and fair is how long a session is kept from them at the least where one
// call follows the other.
const (
	lookout = 100 * time.Millisecond
	fair    = time.Second
)

// offer notes whether others wait for a session's shell, and ends it if they do and it is idle.
func (p *Pool) offer(t connection.Target, e *entry, wanted bool) {
	p.mu.Lock()
	e.wanted = wanted
	idle := wanted && e.users == 0 && !e.retired
	if idle {
		p.retire(t, e)
	}
	p.mu.Unlock()
	if idle {
		e.close()
	}
}

// leave counts a caller out. A session that is lost, or that others have waited for, is nobody's any more, and ends with its last user.
func (p *Pool) leave(t connection.Target, e *entry, lost bool) {
	p.mu.Lock()
	e.users--
	if lost || e.wanted && e.users == 0 && time.Since(e.begun) > fair {
		p.retire(t, e)
	}
	last := e.users == 0 && e.retired
	p.mu.Unlock()
	if last {
		e.close()
	}
}

func (p *Pool) retire(t connection.Target, e *entry) {
	if !e.retired {
		e.retired = true
		close(e.gone)
	}
	if p.sessions[t] == e {
		delete(p.sessions, t)
	}
}

// close ends a session, and gives its place to others.
func (e *entry) close() {
	<-e.ready
	e.closing.Do(func() {
		if e.session != nil {
			e.session.close()
			e.place.leave()
		}
	})
}

// Reset lets the next call on a target make a new session, and log in anew. What still runs in the old one goes on.
func (p *Pool) Reset(t connection.Target) {
	t.Host = ""
	p.mu.Lock()
	delete(p.refused, t)
	e := p.sessions[t]
	if e != nil {
		p.retire(t, e)
	}
	idle := e != nil && e.users == 0
	p.mu.Unlock()
	if idle {
		e.close()
	}
}

// Close ends all sessions.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	sessions := p.sessions
	p.sessions = map[connection.Target]*entry{}
	p.mu.Unlock()
	p.end()
	var closing sync.WaitGroup
	for _, e := range sessions {
		closing.Go(e.close)
	}
	closing.Wait()
	p.running.Wait()
}

// DiedError says that PowerShell ended while it ran a call.
type DiedError struct {
	Exit   int
	Stderr string
}

func (e *DiedError) Error() string {
	msg := fmt.Sprintf("PowerShell on the host ended before it answered (exit code %d)", e.Exit)
	if text := strings.TrimSpace(e.Stderr); text != "" {
		msg += ": " + text
	}
	return msg
}
