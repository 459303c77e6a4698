package enter

import (
	"context"
	"crypto/rand"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
)

// termGrace is how long a command that is killed may tidy up between SIGTERM and SIGKILL.
const termGrace = time.Second

// process is a command that is no child of the program that entered: another program starts it there, as docker's daemon does. It is
// found by a mark among its arguments.
type process struct {
	connection.Process
	line    *line
	mark    string
	ended   chan struct{}
	kill    sync.Once
	killing sync.WaitGroup
	unwatch func() bool
}

// marked is the command with a word that only its process has.
func marked(command, mark string) string { return source.ShellQuote(command) + " /bin/sh " + mark }

// startApart starts a command that Kill has to look for.
func (l *line) startApart(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	p := &process{line: l, mark: "goplay-" + strings.ToLower(rand.Text()), ended: make(chan struct{})}
	var err error
	if p.Process, err = l.Conn.Start(context.WithoutCancel(ctx), l.enter(marked(command, p.mark), opts), opts); err != nil {
		return nil, err
	}
	p.unwatch = context.AfterFunc(ctx, func() { _ = p.Kill() })
	l.mu.Lock()
	l.running[p] = struct{}{}
	l.mu.Unlock()
	l.watching.Go(p.await)
	return p, nil
}

// await notices the end.
func (p *process) await() {
	_, _ = p.Process.Wait()
	p.unwatch()
	p.line.mu.Lock()
	delete(p.line.running, p)
	p.line.mu.Unlock()
	close(p.ended)
}

// Wait gives the exit status, when what Kill does has come to its end.
func (p *process) Wait() (int, error) {
	exit, err := p.Process.Wait()
	<-p.ended
	p.killing.Wait()
	return exit, err
}

// Kill sends SIGTERM to the command's process group, and SIGKILL a second later.
func (p *process) Kill() error {
	p.kill.Do(func() {
		p.killing.Add(1)
		p.line.watching.Go(func() {
			defer p.killing.Done()
			p.signal("TERM")
			if !connection.Within(termGrace, p.ended) {
				p.signal("KILL")
			}
			if !connection.Within(termGrace, p.ended) {
				_ = p.Process.Kill()
			}
		})
	})
	return nil
}

// signal looks for the process inside. It is the leader of its group.
func (p *process) signal(name string) {
	select {
	case <-p.ended:
		return
	default:
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	tail := source.ShellQuote(strings.ReplaceAll(killScript, "SIGNAL", name)) + " /bin/sh " + strings.TrimPrefix(p.mark, "goplay-")
	killer, err := p.line.Conn.Start(ctx, p.line.enter(tail, connection.StartOptions{}), connection.StartOptions{})
	if err != nil {
		return // the line is broken, and so is what ran behind it
	}
	_ = killer.Stdin().Close()
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(io.Discard, killer.Stderr()) })
	_, _ = io.Copy(io.Discard, killer.Stdout())
	reading.Wait()
	_, _ = killer.Wait()
}

// killScript signals the group of the process that has a mark among its arguments, or that process with all below it where it leads no
// group. The mark is put together there, so that the script does not find itself.
const killScript = `m="goplay-$1"
below() {
	for c in $(grep -l "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status 2>/dev/null); do
		c=${c#/proc/}
		below "${c%/status}"
	done
	kill -s SIGNAL "$1" 2>/dev/null
}
for d in /proc/[0-9]*; do
	if tr "\0" "\n" <"$d/cmdline" 2>/dev/null | grep -qx "$m"; then
		kill -s SIGNAL -- "-${d#/proc/}" 2>/dev/null || below "${d#/proc/}"
	fi
done`
