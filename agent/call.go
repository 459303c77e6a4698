package agent

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"
)

// firstPart is how much of a call's arguments and attachments rides in the request itself.
const firstPart = chunk

// patience is how long a cancelled request waits for the agent's word that the module is dead.
const patience = 1500 * time.Millisecond

type callHeader struct {
	Manifest     string             `json:"manifest"`
	Main         string             `json:"main"`
	Kind         Kind               `json:"kind,omitempty"`
	Common       int                `json:"common,omitempty"`
	Args         int                `json:"args"`
	Env          map[string]string  `json:"env,omitempty"`
	Attach       []attachmentHeader `json:"attach,omitempty"`
	RemoteTmp    string             `json:"remote_tmp,omitempty"`
	Interpreters map[string]string  `json:"interpreters,omitempty"`
	OpenFiles    int                `json:"nofile,omitempty"`
	Lane         uint64             `json:"lane,omitempty"`
	Guard        bool               `json:"guard,omitempty"`
	Timeout      float64            `json:"timeout,omitempty"`
	Keep         bool               `json:"keep,omitempty"`
}

type attachmentHeader struct {
	Param string `json:"param"`
	Name  string `json:"name"`
	Size  int64  `json:"size"`
}

// Call runs a module and gives its reply. When ctx is done or the call's time is over, the module's process group is killed.
func (s *Session) Call(ctx context.Context, c *Call) (reply *Reply, err error) {
	call := *withRunner(sealed(c))
	err = s.following(ctx, c.Sent, func(s *Session, sent func()) (err error) {
		call.Sent = sent
		reply, err = s.run(ctx, &call)
		return err
	})
	return reply, err
}

func (s *Session) run(ctx context.Context, c *Call) (*Reply, error) {
	s.offer(c.Payload)
	if err := s.supply(ctx, c.Payload); err != nil {
		return nil, err
	}
	var stdout, stderr bytes.Buffer
	common := s.opts.common(c.Args)
	d, err := s.exchange(ctx, exchange{
		kind: frameCall, header: headerOf(c, common), input: inputOf(c, common),
		output: s.gather(&stdout, &stderr), sent: c.Sent,
	})
	if err != nil {
		return nil, err
	}
	if d.Killed == "timeout" {
		return nil, &TimeoutError{After: c.Timeout}
	}
	if d.Dropped {
		return &Reply{Dropped: true}, nil
	}
	stdout.Write(d.body[:d.Out])
	stderr.Write(d.body[d.Out:])
	return &Reply{
		Stdout: stdout.Bytes(), Stderr: stderr.Bytes(), Exit: d.Exit, Crash: d.Note.Crash, Causes: d.Note.Causes, Apart: d.Note.Apart,
		Syntax: d.Note.Syntax, Returned: d.Note.Returned, Kept: d.Note.Kept,
	}, nil
}

// sealed gives a call whose payload has a manifest.
func sealed(c *Call) *Call {
	if c.Payload.Manifest.Digest != "" {
		return c
	}
	call, payload := *c, *c.Payload
	payload.Seal()
	call.Payload = &payload
	return &call
}

func headerOf(c *Call, common int) callHeader {
	h := callHeader{
		Manifest: c.Payload.Manifest.Digest, Main: c.Payload.Main, Kind: c.Payload.Kind, Common: common, Args: len(c.Args) - common, Env: c.Environment,
		RemoteTmp: c.RemoteTmp, Interpreters: c.Interpreters, OpenFiles: c.OpenFiles, Lane: c.Lane, Guard: c.Guard, Timeout: c.Timeout.Seconds(),
		Keep: c.Keep,
	}
	for _, a := range c.Attachments {
		name := a.Name
		if name == "" {
			name = ".source"
		}
		h.Attach = append(h.Attach, attachmentHeader{Param: a.Param, Name: name, Size: a.Size})
	}
	return h
}

// common gives how many bytes the agent has already of a call's arguments.
func (o *Options) common(args []byte) int {
	n := 0
	for n < min(len(args), len(o.Common)) && args[n] == o.Common[n] {
		n++
	}
	return n
}

// inputOf gives the arguments, without what the agent has of them, and the attachments as one stream.
func inputOf(c *Call, common int) input {
	args := c.Args[common:]
	in := input{size: int64(len(args)), parts: []func() (io.ReadCloser, error){
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(args)), nil },
	}}
	for _, a := range c.Attachments {
		in.size += a.Size
		in.parts = append(in.parts, a.Open)
	}
	return in
}

// gather takes a call's output into memory, up to the limit of the options.
func (s *Session) gather(stdout, stderr *bytes.Buffer) outputFunc {
	return func(r *request, stream byte, p []byte) error {
		if int64(stdout.Len()+stderr.Len()+len(p)) > s.opts.MaxOutput {
			r.refuse(&Error{Msg: fmt.Sprintf("the module wrote more than %d bytes", s.opts.MaxOutput)})
			return nil
		}
		if stream == 2 {
			stderr.Write(p)
		} else {
			stdout.Write(p)
		}
		s.grant(r, len(p))
		return nil
	}
}

// input is what the controller sends along with a request: so many bytes, from parts that are opened when their turn comes.
type input struct {
	size  int64
	parts []func() (io.ReadCloser, error)
	open  io.ReadCloser
}

func (in *input) Read(p []byte) (int, error) {
	for {
		if in.open == nil {
			if len(in.parts) == 0 {
				return 0, io.EOF
			}
			next, err := in.parts[0]()
			if err != nil {
				return 0, err
			}
			in.open, in.parts = next, in.parts[1:]
		}
		n, err := in.open.Read(p)
		if err == io.EOF {
			err = in.Close()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Close closes the part that is being read.
func (in *input) Close() error {
	if in.open == nil {
		return nil
	}
	err := in.open.Close()
	in.open = nil
	return err
}
