package pyhost

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/templating/value"
)

// process is one Python interpreter. It does one call at a time.
type process struct {
	cmd   *exec.Cmd
	out   *os.File // to it
	in    *bufio.Reader
	ended chan struct{}
}

// maxFrame is the longest answer of a plugin, in bytes.
const maxFrame = 1 << 30

func start(o *Options) (*process, error) {
	toChild, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	in, fromChild, err := os.Pipe()
	if err != nil {
		_, _ = toChild.Close(), out.Close()
		return nil, err
	}
	p := &process{out: out, in: bufio.NewReader(in), ended: make(chan struct{})}
	python := cmp.Or(o.Python, "python3")
	p.cmd = exec.Command(python, append([]string{"-c", loader, "3", "4"}, o.Collections...)...)
	p.cmd.ExtraFiles = []*os.File{toChild, fromChild}
	p.cmd.Stdout, p.cmd.Stderr = o.Stdout, o.Stderr
	err = p.cmd.Start()
	_, _ = toChild.Close(), fromChild.Close()
	if err == nil {
		err = p.write(bootProgram())
	}
	if err != nil {
		_, _ = out.Close(), in.Close()
	}
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("plugins need Python on the controller: %q is not there", python)
	case err != nil:
		return nil, err
	}
	return p, nil
}

// end ends the interpreter, at once.
func (p *process) end() {
	_ = p.cmd.Process.Kill() // it may have ended
	p.finish()
}

// finish waits for the interpreter's end, which comes when there is nothing more to read.
func (p *process) finish() {
	_ = p.out.Close()
	_ = p.cmd.Wait() // a plugin may have ended it in its own way
	close(p.ended)
}

// endIn ends an interpreter that has not ended when some time is over.
func (p *process) endIn(grace time.Duration) {
	select {
	case <-time.After(grace):
		_ = p.cmd.Process.Kill() // it may have ended
	case <-p.ended:
	}
}

func (p *process) write(data []byte) error {
	_, err := p.out.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...))
	return err
}

func (p *process) send(message any) error {
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return p.write(data)
}

// request is what goplay asks an interpreter for.
type request struct {
	Do   string         `json:"do"`
	Args map[string]any `json:"args"`
}

// reply is an interpreter's answer, or its own question on the way to it.
type reply struct {
	Value json.RawMessage   `json:"value"`
	Error *failure          `json:"error"`
	Ask   string            `json:"ask"`
	Args  []json.RawMessage `json:"args"`
}

// failure is a Python exception.
type failure struct {
	Kind  string   `json:"kind"`
	Kinds []string `json:"kinds,omitempty"` // the class and those that it is made from
	Text  string   `json:"text"`
	Trace string   `json:"trace,omitempty"`
}

// brokenError says that an interpreter has ended in the middle of a call.
type brokenError struct{ err error }

func (e *brokenError) Error() string {
	return fmt.Sprintf("the Python process of plugins has ended: %v", e.err)
}

// do has an interpreter do something, answering what it asks meanwhile.
func (p *process) do(r request, answer func(question string, args []json.RawMessage) (any, error)) (json.RawMessage, error) {
	if err := p.send(r); err != nil {
		return nil, &brokenError{err}
	}
	for {
		var got reply
		if err := p.receive(&got); err != nil {
			return nil, &brokenError{err}
		}
		switch {
		case got.Error != nil:
			return nil, got.Error.exception()
		case got.Ask == "":
			return got.Value, nil
		}
		back := map[string]any{}
		if v, err := answer(got.Ask, got.Args); err != nil {
			back["error"] = failureOf(err)
		} else {
			back["value"] = v
		}
		if err := p.send(back); err != nil {
			return nil, &brokenError{err}
		}
	}
}

func (p *process) receive(to *reply) error {
	var head [4]byte
	if _, err := io.ReadFull(p.in, head[:]); err != nil {
		return err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > maxFrame {
		return fmt.Errorf("an answer of %d bytes", size)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(p.in, data); err != nil {
		return err
	}
	return json.Unmarshal(data, to)
}

// exception is the error of a plugin as templates know it. Being undefined stays that.
func (f *failure) exception() error {
	kind := f.Kind
	if slices.Contains(f.Kinds, "UndefinedUsed") {
		kind = "UndefinedError"
	}
	return value.Errorf(kind, "%s", strings.TrimSpace(f.Text))
}

func failureOf(err error) failure {
	if x, ok := err.(*value.Exception); ok && x.Kind == "UndefinedError" {
		return failure{Kind: "UndefinedUsed", Text: err.Error()}
	}
	return failure{Kind: "AnsibleError", Text: err.Error()}
}
