package agent

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/connection"
)

// peer plays an agent: it answers what the controller sends with what a test says.
type peer struct {
	say  func(out io.Writer, in *bufio.Reader)
	exit int
}

type peerProcess struct {
	in, out interface {
		io.ReadWriteCloser
	}
	ended chan struct{}
	exit  int
}

// pipeEnd joins both halves of an io.Pipe.
type pipeEnd struct {
	*io.PipeReader
	*io.PipeWriter
}

func (p pipeEnd) Close() error { p.PipeReader.Close(); return p.PipeWriter.Close() }

func (p *peer) Get(context.Context, connection.Target) (connection.Conn, error) { return p, nil }

func (p *peer) Start(context.Context, string, connection.StartOptions) (connection.Process, error) {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	proc := &peerProcess{in: pipeEnd{inR, inW}, out: pipeEnd{outR, outW}, ended: make(chan struct{}), exit: p.exit}
	go func() {
		defer close(proc.ended)
		in := bufio.NewReader(inR)
		if _, err := in.Discard(len(agentText())); err == nil {
			p.say(outW, in)
		}
		inR.Close()
		outW.Close()
	}()
	return proc, nil
}

func (p *peer) Close() error          { return nil }
func (p *peer) Done() <-chan struct{} { return nil }

func (p *peerProcess) Stdin() io.WriteCloser { return p.in }
func (p *peerProcess) Stdout() io.Reader     { return p.out }
func (p *peerProcess) Stderr() io.Reader     { return strings.NewReader("") }
func (p *peerProcess) Wait() (int, error)    { <-p.ended; return p.exit, nil }
func (p *peerProcess) Kill() error           { p.in.Close(); return p.out.Close() }

func reply(id uint32, kind frameType, header, body string) []byte {
	return appendFrame(nil, &frame{id: id, kind: kind, header: []byte(header), body: []byte(body)})
}

const greeting = `{"version": 1, "python": "/p", "python_version": [3, 9, 1]}`

// TestHostile checks that whatever an agent says, the controller gives up the line with a clear error.
func TestHostile(t *testing.T) {
	head := func(size, header uint32) string {
		b := make([]byte, headSize)
		binary.BigEndian.PutUint32(b, size)
		binary.BigEndian.PutUint32(b[16:], header)
		return string(b)
	}
	ready := string(reply(0, frameReady, greeting, ""))
	for _, c := range []struct{ name, says, want string }{
		{"huge length", head(0xffffffff, 0), "a frame of 4294967295 bytes"},
		{"header beyond its frame", head(10, 11), "with a header of 11"},
		{"cut off", ready + head(10, 2) + "abc", "ended unexpectedly"},
		{"silence", "", "deserialization failed"},
		{"noise", strings.Repeat("login banner\n", 10000), "before its first word"},
		{"unknown agent", string(appendFrame(nil, &frame{agent: 9, kind: frameReady})), "unknown agent 9"},
		{"unknown request", ready + string(reply(77, frameDone, "{}", "")), "unknown request 77"},
		{"unknown type", ready + string(reply(1, 99, "{}", "")), "type 99"},
		{"another version", string(reply(0, frameReady, `{"version": 2}`, "")), "version 2"},
		{"two greetings", ready + ready, "second greeting"},
		{"no header", string(reply(0, frameReady, "", "")), "header"},
		{"wrong types", string(reply(0, frameReady, `{"version": "1"}`, "")), "header"},
		{"header is a list", ready + string(reply(1, frameDone, `[1]`, "")), "header"},
		{"negative size", ready + string(reply(1, frameDone, `{"out": -1}`, "")), "-1 bytes of output"},
		{"too large a size", ready + string(reply(1, frameDone, `{"out": 5}`, "abc")), "5 bytes of output in a body of 3"},
		{"a file that was not offered", ready + string(reply(1, frameNeed, `{"files": ["../../etc/shadow"]}`, "")), "not offered"},
		{"short grant", ready + string(reply(1, frameGrant, "", "abc")), "a count of 3 bytes"},
		{"another agent's end", ready + string(reply(0, frameGone, `{"agents": [0]}`, "")), "agent 0 speaks of agent 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			says := magic + c.says
			if c.name == "noise" || c.name == "silence" {
				says = c.says
			}
			p := NewPool(&peer{exit: 1, say: func(out io.Writer, in *bufio.Reader) {
				readFrame(in)
				readFrame(in)
				io.WriteString(out, says)
			}}, Options{})
			defer p.Close(t.Context())
			s, err := p.Session(t.Context(), target, interpreter, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Call(t.Context(), probe(""))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			var failed *InterpreterError
			if !connection.IsUnreachable(err) && !errors.As(err, &failed) {
				t.Errorf("%T", err)
			}
		})
	}
}

// TestFlood is an agent that sends more of a file than it was allowed.
func TestFlood(t *testing.T) {
	p := NewPool(&peer{say: func(out io.Writer, in *bufio.Reader) {
		readFrame(in)
		readFrame(in)
		io.WriteString(out, magic+string(reply(0, frameReady, greeting, "")))
		part := appendFrame(nil, &frame{id: 1, kind: frameOutput, flags: 1, body: make([]byte, chunk)})
		for {
			if _, err := out.Write(part); err != nil {
				return
			}
		}
	}}, Options{})
	defer p.Close(t.Context())
	s, err := p.Session(t.Context(), target, interpreter, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Fetch(t.Context(), "/file")
	defer r.Close()
	<-s.ended
	n, err := io.Copy(io.Discard, r)
	if n > window || err == nil || !strings.Contains(err.Error(), "more than it may") {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// TestGenerousGrant is an agent that grants more than any window: the controller keeps to its own.
func TestGenerousGrant(t *testing.T) {
	c := newCredit()
	c.grant(1 << 30)
	if n, err := c.take(t.Context(), 1<<30); n != window || err != nil {
		t.Errorf("%d %v", n, err)
	}
}

// TestControllerDies kills a controller in the middle of a call: nothing may remain on the target.
func TestControllerDies(t *testing.T) {
	home := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPlayController$")
	cmd.Env = append(os.Environ(), "PLAY_CONTROLLER="+home)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, home: home}
	pids := w.pids()
	parents := append(pids, strings.Fields(read(t, filepath.Join("/proc", pids[0], "stat")))[3])
	cmd.Process.Kill()
	cmd.Wait()
	allGone(t, parents)
	w.onlyFiles("pids")
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestPlayController is the controller of TestControllerDies.
func TestPlayController(t *testing.T) {
	home := os.Getenv("PLAY_CONTROLLER")
	if home == "" {
		t.Skip("it is run by TestControllerDies")
	}
	w, _ := metered(t, home)
	c := probe(sleeper)
	w.session().Call(t.Context(), c)
}

// TestLineBreaks closes the line at each of its first bytes: every call ends with an error, none hangs.
func TestLineBreaks(t *testing.T) {
	whole := magic + string(reply(0, frameReady, greeting, "")) + string(reply(1, frameDone, `{"exit": 0, "out": 2}`, "{}"))
	for n := range len(whole) {
		p := NewPool(&peer{say: func(out io.Writer, in *bufio.Reader) {
			readFrame(in)
			readFrame(in)
			io.WriteString(out, whole[:n])
		}}, Options{})
		s, err := p.Session(t.Context(), target, interpreter, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if _, err := s.Call(ctx, probe("")); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d bytes: %v", n, err)
		}
		cancel()
		p.Close(t.Context())
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add(reply(1, frameDone, `{"exit": 0}`, "body"))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		for {
			before := r.Len()
			frame, err := readFrame(r)
			if err != nil {
				return
			}
			used := data[len(data)-before : len(data)-r.Len()]
			again := appendFrame(nil, frame)
			again[14], again[15] = used[14], used[15] // reserved
			if !bytes.Equal(again, used) {
				t.Fatalf("%x became %x", used, again)
			}
		}
	})
}

// FuzzSession feeds a session whatever an agent may say: it must not panic, and must end when the line does.
func FuzzSession(f *testing.F) {
	f.Add(append([]byte(magic), reply(0, frameReady, greeting, "12345678")...))
	f.Add(append([]byte("noise\n"+magic), reply(1, frameNeed, `{"files": [""]}`, "")...))
	f.Add(append([]byte(magic), reply(1, frameDone, `{"note": {"crash": 1}}`, "")...))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := NewPool(&peer{say: func(out io.Writer, in *bufio.Reader) {
			readFrame(in)
			readFrame(in)
			out.Write(data)
		}}, Options{MaxOutput: 1 << 20})
		defer p.Close(context.Background())
		s, err := p.Session(context.Background(), target, interpreter, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Call(context.Background(), probe(""))
	})
}
