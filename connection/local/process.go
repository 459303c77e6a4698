package local

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/goplay/goplay/connection"
)

const (
	// termGrace is how long a command that is killed may tidy up between SIGTERM and SIGKILL.
	termGrace = time.Second
	// drainGrace is how long output is awaited from processes that outlive a killed command.
	drainGrace = time.Second
)

// process is a running command. Its own Wait may be called or not: reap collects the status, so no zombie stays.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *output
	stderr *output
	forget func(*process)

	ended chan struct{} // closed after exit is set
	exit  int

	unwatch func() bool

	mu      sync.Mutex
	killing *time.Timer // set by Kill
	reaped  bool        // the process group may belong to others from now on
}

// start starts a command; the caller must call reap.
func start(command string, opts connection.StartOptions, forget func(*process)) (*process, error) {
	cmd := exec.Command("/bin/sh", "-c", command)
	p := &process{cmd: cmd, forget: forget, ended: make(chan struct{})}
	attach := p.attachPipes
	if opts.TTY {
		attach = p.attachTerminal
	}
	theirs, err := attach()
	if err != nil {
		return nil, err
	}
	err = cmd.Start()
	closeAll(theirs)
	if err != nil {
		p.closeOurs()
		return nil, err
	}
	return p, nil
}

// attachPipes gives the command three pipes and a process group of its own. It returns the command's ends.
func (p *process) attachPipes() (theirs []*os.File, err error) {
	var ours []*os.File
	for i := range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(ours)
			closeAll(theirs)
			return nil, err
		}
		if i == 0 {
			r, w = w, r
		}
		ours, theirs = append(ours, r), append(theirs, w)
	}
	p.stdin, p.stdout, p.stderr = ours[0], &output{file: ours[1]}, &output{file: ours[2]}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = theirs[0], theirs[1], theirs[2]
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return theirs, nil
}

// reap collects the exit status.
func (p *process) reap() {
	err := p.cmd.Wait()
	p.exit = status(p.cmd.ProcessState, err)
	p.unwatch()
	if p.retire() {
		p.stdout.giveUp(drainGrace)
		p.stderr.giveUp(drainGrace)
	}
	p.forget(p)
	close(p.ended)
}

// retire ends the life of the process group for us and reports whether the command was killed. What is left of the group of a
// killed command goes with it; what another command left behind on purpose stays.
func (p *process) retire() (killed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reaped = true
	if p.killing == nil {
		return false
	}
	p.killing.Stop()
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	return true
}

func status(state *os.ProcessState, err error) int {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 255
	}
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return state.ExitCode()
}

// watch kills the command when ctx is done. It is called before reap.
func (p *process) watch(ctx context.Context) {
	p.unwatch = context.AfterFunc(ctx, func() { _ = p.Kill() })
}

func (p *process) Stdin() io.WriteCloser { return p.stdin }
func (p *process) Stdout() io.Reader     { return p.stdout }
func (p *process) Stderr() io.Reader     { return p.stderr }

// Wait gives the exit status. It never fails.
func (p *process) Wait() (int, error) {
	<-p.ended
	return p.exit, nil
}

// Kill sends SIGTERM to the command's process group, and SIGKILL a second later.
func (p *process) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped || p.killing != nil {
		return nil
	}
	p.killing = time.AfterFunc(termGrace, p.killNow)
	return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
}

func (p *process) killNow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	}
}

func (p *process) closeOurs() {
	_ = p.stdin.Close()
	p.stdout.close()
	p.stderr.close()
}

func closeAll(files []*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}
