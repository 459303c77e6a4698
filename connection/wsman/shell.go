package wsman

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Shell is an open shell of a service.
type Shell struct {
	client   *Client
	id       string
	resource string
}

// ShellOptions say what a shell is like.
type ShellOptions struct {
	Resource string   // [ResourceCmd] or another
	Input    string   // names of streams, with spaces between
	Output   string   // the same
	Options  []Option // WINRS_CODEPAGE and others
	ID       string   // of the shell; "": the service chooses
	Creation []byte   // what a PowerShell session begins with
}

// body gives the description of a shell.
func (o ShellOptions) body() string {
	var b strings.Builder
	id := ""
	if o.ID != "" {
		id = ` ShellId="` + escape(o.ID) + `"`
	}
	b.WriteString(`<rsp:Shell` + id + `>`)
	element(&b, "rsp:InputStreams", "", o.Input)
	element(&b, "rsp:OutputStreams", "", o.Output)
	if o.Creation != nil {
		element(&b, "creationXml", ` xmlns="http://schemas.microsoft.com/powershell"`, base64.StdEncoding.EncodeToString(o.Creation))
	}
	b.WriteString(`</rsp:Shell>`)
	return b.String()
}

// OpenShell creates a shell.
func (c *Client) OpenShell(ctx context.Context, o ShellOptions) (*Shell, error) {
	reply, err := c.Do(ctx, Request{Action: ActionCreate, Resource: o.Resource, Options: o.Options, Body: o.body()})
	if err != nil {
		return nil, err
	}
	id := reply.Shell
	for _, s := range reply.Selectors {
		if s.Name == "ShellId" {
			id = s.Value
		}
	}
	if id == "" {
		return nil, errors.New("the server opens a shell without an identity")
	}
	return &Shell{client: c, id: id, resource: o.Resource}, nil
}

func (s *Shell) do(ctx context.Context, r Request) (*Reply, error) {
	r.Resource, r.Shell = s.resource, s.id
	return s.client.Do(ctx, r)
}

// Delete ends the shell and all that runs in it.
func (s *Shell) Delete(ctx context.Context) error {
	_, err := s.do(ctx, Request{Action: ActionDelete})
	return err
}

// Run starts a command line, which cmd.exe reads, and gives its identity.
func (s *Shell) Run(ctx context.Context, line string) (command string, err error) {
	var b strings.Builder
	b.WriteString(`<rsp:CommandLine>`)
	element(&b, "rsp:Command", "", line)
	b.WriteString(`</rsp:CommandLine>`)
	options := []Option{{"WINRS_CONSOLEMODE_STDIN", "FALSE"}, {"WINRS_SKIP_CMD_SHELL", "FALSE"}}
	return s.start(ctx, options, b.String())
}

// RunPipeline starts a pipeline of a PowerShell session by the first piece of its description, at most [Shell.Chunk] bytes.
func (s *Shell) RunPipeline(ctx context.Context, id string, first []byte) (command string, err error) {
	var b strings.Builder
	b.WriteString(`<rsp:CommandLine CommandId="` + escape(id) + `"><rsp:Command/>`)
	element(&b, "rsp:Arguments", "", base64.StdEncoding.EncodeToString(first))
	b.WriteString(`</rsp:CommandLine>`)
	return s.start(ctx, nil, b.String())
}

func (s *Shell) start(ctx context.Context, options []Option, body string) (command string, err error) {
	reply, err := s.do(ctx, Request{Action: ActionCommand, Options: options, Body: body})
	if err == nil && reply.Command == "" {
		err = errors.New("the server starts a command without an identity")
	}
	if err != nil {
		return "", err
	}
	return reply.Command, nil
}

// Chunk is how many bytes of a stream fit into one message.
func (s *Shell) Chunk() int { return max((int(s.client.largest.Load())-4096)/4*3, 1024) }

// Send sends a piece of a stream, of at most [Shell.Chunk] bytes, or its end. The stream of command "" is the shell's own.
func (s *Shell) Send(ctx context.Context, command, stream string, data []byte, end bool) error {
	body := fmt.Sprintf(`<rsp:Send><rsp:Stream Name="%s"%s End="%t">%s</rsp:Stream></rsp:Send>`,
		escape(stream), of(command), end, base64.StdEncoding.EncodeToString(data))
	_, err := s.do(ctx, Request{Action: ActionSend, Body: body})
	return err
}

// of names the command that a stream is of.
func of(command string) string {
	if command == "" {
		return ""
	}
	return ` CommandId="` + escape(command) + `"`
}

// Output is what a command has written since the last time.
type Output struct {
	Streams map[string][]byte
	Done    bool
	Exit    int // the exit code of a command that is done
}

// Receive waits for output, up to a time. Output without anything in it says that there was none.
func (s *Shell) Receive(ctx context.Context, command, streams string, patience time.Duration) (Output, error) {
	body := fmt.Sprintf(`<rsp:Receive><rsp:DesiredStream%s>%s</rsp:DesiredStream></rsp:Receive>`, of(command), escape(streams))
	options := []Option{{"WSMAN_CMDSHELL_OPTION_KEEPALIVE", "TRUE"}}
	reply, err := s.do(ctx, Request{Action: ActionReceive, Options: options, Timeout: patience, Body: body})
	if IsFault(err, CodeTimedOut) {
		return Output{}, nil
	}
	if err != nil {
		return Output{}, err
	}
	return reply.output()
}

func (r *Reply) output() (Output, error) {
	o := Output{Streams: map[string][]byte{}}
	for _, s := range r.Streams {
		data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s.Data))
		if err != nil {
			return Output{}, fmt.Errorf("the stream %.20s of an answer: %w", s.Name, err)
		}
		o.Streams[s.Name] = append(o.Streams[s.Name], data...)
	}
	if r.State != nil && r.State.State == StateDone {
		o.Done = true
		if r.State.Exit != nil {
			o.Exit = int(int32(*r.State.Exit)) // Windows tells the same code with and without a sign
		}
	}
	return o, nil
}

// Signal sends one of the signals to a command. With [SignalTerminate] the service forgets it.
func (s *Shell) Signal(ctx context.Context, command, code string) error {
	var b strings.Builder
	b.WriteString(`<rsp:Signal CommandId="` + escape(command) + `">`)
	element(&b, "rsp:Code", "", code)
	b.WriteString(`</rsp:Signal>`)
	_, err := s.do(ctx, Request{Action: ActionSignal, Body: b.String()})
	return err
}
