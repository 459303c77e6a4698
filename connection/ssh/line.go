package ssh

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection"
)

// signsOfLife is how many are asked for before a line is given up, unless ServerAliveCountMax says it.
const signsOfLife = 3

// line is a connection that is logged in.
type line struct {
	plan    *plan
	route   *route
	conn    ssh.Conn
	env     []variable
	agent   string // the socket of the agent that is forwarded, or ""
	done    chan struct{}
	stopped atomic.Pointer[string] // why we closed the line, as ssh words it
	closing chan struct{}          // closed by Close
	close   sync.Once
	serving tasks
}

var _ connection.Conn = (*line)(nil)

func newLine(p *plan, r *route, e *established, agent string) *line {
	l := &line{plan: p, route: r, conn: e.Conn, env: p.environment(), agent: agent, done: make(chan struct{}), closing: make(chan struct{})}
	go func() {
		_ = l.conn.Wait()
		_ = r.Close()
		close(l.done)
	}()
	l.serving.Go(func() { ssh.DiscardRequests(e.requests) })
	l.serving.Go(func() { l.serveChannels(e.channels) })
	if every := p.settings.Duration("serveraliveinterval", p.silence/(signsOfLife+1)); every > 0 {
		l.serving.Go(func() { l.keepAlive(every, p.settings.Int("serveralivecountmax", signsOfLife)) })
	}
	return l
}

// Done is closed when the line has ended.
func (l *line) Done() <-chan struct{} { return l.done }

// Close ends the line and all its commands.
func (l *line) Close() error {
	l.close.Do(func() { close(l.closing) })
	l.stop("Connection to " + l.plan.host + " closed.")
	<-l.done
	l.serving.Wait()
	return nil
}

func (l *line) stop(why string) {
	l.stopped.CompareAndSwap(nil, &why)
	_ = l.conn.Close()
}

// broken is the error of a line that has ended.
func (l *line) broken() error {
	why := "Connection to " + l.plan.host + " closed by remote host."
	if stopped := l.stopped.Load(); stopped != nil {
		why = *stopped
	}
	return l.unreachable(errors.New(why))
}

func (l *line) unreachable(err error) error { return unreachable(l.plan.target.Host, err) }

// keepAlive asks the server for a sign of life after each interval. After too many without one the line is given up.
func (l *line) keepAlive(every time.Duration, most int) {
	var missing atomic.Int32
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	seen := l.route.received.Load()
	for {
		select {
		case <-l.done:
			return
		case <-ticker.C:
		}
		if now := l.route.received.Load(); now != seen {
			seen = now
			missing.Store(0)
		}
		if int(missing.Add(1)) > most {
			l.stop("Timeout, server " + l.plan.host + " not responding.")
			return
		}
		l.serving.Go(func() { _, _, _ = l.conn.SendRequest("keepalive@openssh.com", true, nil) })
	}
}

// Start runs a command with the user's login shell.
func (l *line) Start(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	opened := make(chan struct{})
	var p *process
	var err error
	if !l.serving.Go(func() {
		defer close(opened)
		p, err = l.open(ctx, command, opts)
	}) {
		return nil, l.broken()
	}
	select {
	case <-opened:
	case <-ctx.Done():
		return nil, ctx.Err() // should the command start yet, it is killed at once: it has the same ctx
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// dialThrough opens a stream from the server to another one.
func (l *line) dialThrough(ctx context.Context, p *plan) (net.Conn, error) {
	payload := ssh.Marshal(struct {
		Host       string
		Port       uint32
		Origin     string
		OriginPort uint32
	}{p.host, uint32(p.port), "127.0.0.1", 65535})
	type result struct {
		conn net.Conn
		err  error
	}
	opened := make(chan result, 1)
	if !l.serving.Go(func() {
		channel, requests, err := l.conn.OpenChannel("direct-tcpip", payload)
		if err != nil {
			opened <- result{err: l.openFailed(err)}
			return
		}
		l.serving.Go(func() { ssh.DiscardRequests(requests) })
		opened <- result{conn: newStream(channel, net.JoinHostPort(p.host, strconv.Itoa(p.port)))}
	}) {
		return nil, l.broken()
	}
	select {
	case r := <-opened:
		return r.conn, r.err
	case <-ctx.Done():
		l.serving.Go(func() {
			if r := <-opened; r.conn != nil {
				_ = r.conn.Close()
			}
		})
		return nil, ctx.Err()
	}
}
