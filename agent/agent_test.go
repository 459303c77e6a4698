package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/goplay/goplay/connection"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// localConn runs commands on this machine.
type localConn struct {
	done chan struct{}
	dir  string
	env  []string
	wrap []string // a command that runs another one in the world that the line leads to

	mu      sync.Mutex
	running []*localProcess
}

type localProcess struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.ReadCloser
	stderr io.ReadCloser
}

func (c *localConn) Start(ctx context.Context, command string, _ connection.StartOptions) (connection.Process, error) {
	args := append(append([]string(nil), c.wrap...), "/bin/sh", "-c", command)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env = c.dir, c.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	p := &localProcess{cmd: cmd}
	var e1, e2, e3 error
	p.stdin, e1 = cmd.StdinPipe()
	p.stdout, e2 = cmd.StdoutPipe()
	p.stderr, e3 = cmd.StderrPipe()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = append(c.running, p)
	return p, errors.Join(e1, e2, e3, cmd.Start())
}

func (c *localConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.running {
		_ = p.Kill() // some have ended
	}
	return nil
}

func (c *localConn) Done() <-chan struct{} { return c.done }

func (p *localProcess) Stdin() io.WriteCloser { return p.stdin }
func (p *localProcess) Stdout() io.Reader     { return p.stdout }
func (p *localProcess) Stderr() io.Reader     { return p.stderr }
func (p *localProcess) Kill() error           { return syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }

func (p *localProcess) Wait() (int, error) {
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if ws := exit.Sys().(syscall.WaitStatus); ws.Signaled() {
			return 128 + int(ws.Signal()), nil
		}
		return exit.ExitCode(), nil
	}
	return 0, err
}

// localConns gives the same line for every target.
type localConns struct{ conn connection.Conn }

func (c localConns) Get(context.Context, connection.Target) (connection.Conn, error) {
	return c.conn, nil
}

const interpreter = "/usr/bin/python3"

var target = connection.Target{Host: "web1", Transport: "local"}

// world is a pool over a local line with a home of its own.
type world struct {
	t    testing.TB
	pool *Pool
	home string
}

func newWorld(t testing.TB, opts Options) *world {
	if _, err := os.Stat(interpreter); err != nil {
		t.Skip("no Python here: ", err)
	}
	home := t.TempDir()
	return worldOver(t, opts, &localConn{dir: home, env: append(os.Environ(), "HOME="+home)})
}

func worldOver(t testing.TB, opts Options, conn *localConn) *world {
	w := &world{t: t, home: conn.dir, pool: NewPool(localConns{conn}, opts)}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := w.pool.Close(ctx); err != nil {
			t.Error("close: ", err)
		}
	})
	return w
}

func (w *world) session(become ...Become) *Session {
	w.t.Helper()
	s, err := w.pool.Session(w.t.Context(), target, interpreter, become)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// call runs the text of a module.
func (w *world) call(s *Session, c *Call) *Reply {
	w.t.Helper()
	r, err := s.Call(w.t.Context(), c)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	return r
}

// basicText stands in for a payload's module_utils: just enough to get arguments and to give a result.
const basicText = `
import json
_ANSIBLE_ARGS = None
def args():
    return json.loads(_ANSIBLE_ARGS.decode())["ANSIBLE_MODULE_ARGS"]
def exit_json(**result):
    print(json.dumps(result))
    raise SystemExit(0)
`

func module(text string) *Payload {
	p := &Payload{Name: "probe", Main: "ansible/modules/probe.py", Files: []File{
		NewFile("ansible/modules/probe.py", []byte(text)),
		NewFile("ansible/__init__.py", nil),
		NewFile("ansible/module_utils/__init__.py", nil),
		NewFile("ansible/module_utils/basic.py", []byte(basicText)),
	}}
	p.Seal()
	return p
}

func probe(text string) *Call {
	return &Call{Payload: module("from ansible.module_utils import basic\n" + text), Args: []byte(`{"a": 1}`)}
}

// explain adds what the target wrote to an error of the agent's start.
func explain(err error) error {
	var failed *InterpreterError
	if errors.As(err, &failed) {
		return fmt.Errorf("%w: exit %d, stdout %q, stderr:\n%s", err, failed.Exit, failed.Stdout, failed.Stderr)
	}
	return err
}
