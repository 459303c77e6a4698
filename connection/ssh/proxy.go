package ssh

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/goplay/goplay/connection/ssh/sshconfig"
)

// proxy runs a ProxyCommand, whose standard input and output are the stream.
func (d *Dialer) proxy(p *plan, command string) (*route, error) {
	shell := os.Getenv("SHELL")
	if shell == "" {
		shell = "/bin/sh"
	}
	conn, err := startProxy(exec.Command(shell, "-c", "exec "+sshconfig.Expand(command, p.tokens)))
	if err != nil {
		return nil, p.notes.fail("proxy command: " + err.Error())
	}
	return &route{Conn: conn, ended: sync.OnceFunc(func() { p.notes.text += conn.printed() })}, nil
}

// proxyConn is the stream through a command.
type proxyConn struct {
	in     *os.File // what it writes
	out    *os.File // what it reads
	cmd    *exec.Cmd
	stderr *tail
	ended  chan struct{}
	close  sync.Once
}

func startProxy(cmd *exec.Cmd) (*proxyConn, error) {
	in, theirOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	theirIn, out, err := os.Pipe()
	if err != nil {
		_, _ = in.Close(), theirOut.Close()
		return nil, err
	}
	c := &proxyConn{in: in, out: out, cmd: cmd, stderr: &tail{}, ended: make(chan struct{})}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirIn, theirOut, c.stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	err = cmd.Start()
	_, _ = theirIn.Close(), theirOut.Close()
	if err != nil {
		_, _ = in.Close(), out.Close()
		return nil, err
	}
	go func() {
		_ = cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

func (c *proxyConn) Read(b []byte) (int, error) { return c.in.Read(b) }

// Write to a command that has ended finds the end of the stream, like Read.
func (c *proxyConn) Write(b []byte) (int, error) {
	n, err := c.out.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		err = io.EOF
	}
	return n, err
}

// proxyGrace is how long a command may go on that has no input any more, in order to say what is wrong.
const proxyGrace = 200 * time.Millisecond

// Close ends the command's input, then the command if need be, and waits for it.
func (c *proxyConn) Close() error {
	c.close.Do(func() {
		_ = c.out.Close()
		hangUp := time.AfterFunc(proxyGrace, func() { c.signal(syscall.SIGHUP) })
		kill := time.AfterFunc(proxyGrace+time.Second, func() { c.signal(syscall.SIGKILL) })
		<-c.ended
		hangUp.Stop()
		kill.Stop()
		_ = c.in.Close()
	})
	return nil
}

func (c *proxyConn) signal(signal syscall.Signal) {
	select {
	case <-c.ended:
	default:
		_ = syscall.Kill(-c.cmd.Process.Pid, signal)
	}
}

// printed is what the command wrote to its standard error, once it has ended.
func (c *proxyConn) printed() string {
	<-c.ended
	return c.stderr.String()
}

func (c *proxyConn) LocalAddr() net.Addr                { return proxyAddr{} }
func (c *proxyConn) RemoteAddr() net.Addr               { return proxyAddr{} }
func (c *proxyConn) SetReadDeadline(t time.Time) error  { return c.in.SetReadDeadline(t) }
func (c *proxyConn) SetWriteDeadline(t time.Time) error { return c.out.SetWriteDeadline(t) }

func (c *proxyConn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// proxyAddr is the address of what is behind a command: unknown.
type proxyAddr struct{}

func (proxyAddr) Network() string { return "proxy" }
func (proxyAddr) String() string  { return "UNKNOWN port 65535" }

// tail keeps the last bytes that were written to it.
type tail struct {
	mu   sync.Mutex
	data []byte
}

const tailSize = 8 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, b...)
	if extra := len(t.data) - tailSize; extra > 0 {
		t.data = append(t.data[:0], t.data[extra:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.data)
}

// jump opens a stream through a jump host.
func (d *Dialer) jump(ctx context.Context, p *plan, list string) (*route, error) {
	if p.depth >= maxJumps {
		return nil, p.notes.fail("too many jump hosts for one another")
	}
	target, err := p.jumpTarget(list)
	if err != nil {
		return nil, err
	}
	l, release, err := d.jumps.get(context.WithValue(ctx, depthKey{}, p.depth+1), target)
	if err != nil {
		return nil, p.jumpFailed(ctx, err)
	}
	conn, err := l.dialThrough(ctx, p)
	if err != nil {
		release()
		return nil, p.jumpFailed(ctx, err)
	}
	return &route{Conn: conn, fresh: true, ended: release}, nil
}

// jumpFailed words what two ssh processes would print, of which one is the other's ProxyCommand.
func (p *plan) jumpFailed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var needed *beyond
	if errors.As(err, &needed) {
		return needed
	}
	return p.notes.fail(err.Error(), "kex_exchange_identification: Connection closed by remote host",
		"Connection closed by UNKNOWN port 65535")
}

var _ io.ReadWriteCloser = (*proxyConn)(nil)
