package wsman

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/goplay/goplay/connection/psrp"
	"github.com/goplay/goplay/connection/psrp/clixml"
)

// pools are the resources of PowerShell's sessions.
const pools = "http://schemas.microsoft.com/powershell/"

// pool is a PowerShell session.
type pool struct {
	id     psrp.GUID
	output *output // of the pool itself
	in     psrp.Assembler

	mu      sync.Mutex
	numbers psrp.Fragmenter
	key     psrp.SessionKey
}

// newPool opens a pool by what its client sent with the request for a shell.
func newPool(creation string) (*pool, *Fault) {
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(creation))
	if err != nil {
		return nil, invalid("The creation XML is not in base64.")
	}
	p := &pool{output: newOutput()}
	p.output.whole = true
	messages, err := p.in.Messages(data)
	if err != nil {
		return nil, invalid(err.Error())
	}
	if len(messages) != 2 || messages[0].Kind != psrp.SessionCapability || messages[1].Kind != psrp.InitRunspacePool {
		return nil, invalid("A session begins with its capability and its pool.")
	}
	p.id = messages[0].Pool
	p.greet()
	return p, nil
}

// greet says what a pool that has opened says.
func (p *pool) greet() {
	p.write(p.output, psrp.SessionCapability, psrp.GUID{}, clixml.NewObject(
		clixml.Property{Name: "protocolversion", Value: clixml.Version("2.3")},
		clixml.Property{Name: "PSVersion", Value: clixml.Version("2.0")},
		clixml.Property{Name: "SerializationVersion", Value: clixml.Version("1.1.0.1")},
	))
	p.write(p.output, psrp.ApplicationPrivateData, psrp.GUID{}, clixml.NewObject(clixml.Property{Name: "ApplicationPrivateData", Value: clixml.NewDict()}))
	p.write(p.output, psrp.RunspacePoolState, psrp.GUID{}, clixml.NewObject(clixml.Property{Name: "RunspaceState", Value: psrp.PoolOpened}))
}

// tell takes what a client sends to a pool itself: the public key that it wants the session's key encrypted with.
func (p *pool) tell(data []byte) *Fault {
	messages, err := p.in.Messages(data)
	for _, m := range messages {
		if m.Kind != psrp.PublicKey {
			continue
		}
		var v any
		if v, err = m.Value(); err == nil {
			err = p.exchangeKeys(clixml.Get(v, "PublicKey"))
		}
	}
	if err != nil {
		return invalid(err.Error())
	}
	return nil
}

// exchangeKeys makes the session's key, and tells it. The forms are those of MS-PSRP's sections 2.2.2.3 and 2.2.2.4.
func (p *pool) exchangeKeys(public any) error {
	text, _ := public.(string)
	blob, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(blob) != 16+4+256 {
		return errors.New("the public key is not one of 2048 bits")
	}
	modulus := blob[20:]
	slices.Reverse(modulus)
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(binary.LittleEndian.Uint32(blob[16:]))}
	p.mu.Lock()
	_, _ = rand.Read(p.key[:])                                     // never fails
	sealed, err := rsa.EncryptPKCS1v15(rand.Reader, key, p.key[:]) //lint:ignore SA1019 the protocol has no other
	p.mu.Unlock()
	if err != nil {
		return err
	}
	slices.Reverse(sealed)
	told := base64.StdEncoding.EncodeToString(append([]byte("\x01\x02\x00\x00\x10\x66\x00\x00\x00\xa4\x00\x00"), sealed...))
	p.write(p.output, psrp.EncryptedSessionKey, psrp.GUID{}, clixml.NewObject(clixml.Property{Name: "EncryptedSessionKey", Value: told}))
	return nil
}

// largestFragment is how many bytes Windows sends in one.
const largestFragment = 32 << 10

// write sends a value to the client. One that CLIXML cannot have is a mistake of the test.
func (p *pool) write(to *output, kind psrp.Kind, pipeline psrp.GUID, v any) {
	body, err := clixml.Encode(v)
	if err != nil {
		panic(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	message := psrp.Message{Kind: kind, Pool: p.id, Pipeline: pipeline, Body: body}
	for _, fragment := range p.numbers.Split(message.Encode(), largestFragment) {
		_, _ = to.stream("stdout").Write(fragment) // takes all
	}
}

// Pipeline is a pipeline that runs in a session.
type Pipeline struct {
	Commands []psrp.Command

	pool  *pool
	id    psrp.GUID
	in    *pipelineInput
	to    *output
	fault error // of what the client sent
}

// Input gives the next value that the client sends; ok is false after the last one.
func (p *Pipeline) Input() (v any, ok bool) {
	for {
		m, err := p.in.next()
		if err != nil || m.Kind == psrp.EndOfPipelineInput {
			return nil, false
		}
		if m.Kind == psrp.PipelineInput {
			v, p.fault = m.Value()
			return v, p.fault == nil
		}
	}
}

// Write sends a value to a stream: [psrp.PipelineOutput], [psrp.ErrorRecord] …
func (p *Pipeline) Write(stream psrp.Kind, v any) { p.pool.write(p.to, stream, p.id, v) }

// Key is the session's, by which secure strings are read and made. It is zero until the client has asked for one.
func (p *Pipeline) Key() psrp.SessionKey {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	return p.pool.key
}

// pipelineInput is what a client sends to a pipeline, in messages.
type pipelineInput struct {
	stream  io.Reader
	in      psrp.Assembler
	pending []psrp.Message
}

func (in *pipelineInput) next() (psrp.Message, error) {
	buffer := make([]byte, 32<<10)
	for len(in.pending) == 0 {
		n, err := in.stream.Read(buffer)
		if err != nil {
			return psrp.Message{}, err
		}
		if in.pending, err = in.in.Messages(buffer[:n]); err != nil {
			return psrp.Message{}, err
		}
	}
	m := in.pending[0]
	in.pending = in.pending[1:]
	return m, nil
}

// serve runs what a client asks for as a command of a session.
func (p *pool) serve(ctx context.Context, c *Command, run func(context.Context, *Pipeline) error) int {
	in := &pipelineInput{stream: c.Stdin()}
	m, err := in.next()
	if err != nil || m.Kind != psrp.CreatePipeline {
		return 1
	}
	pipeline := &Pipeline{pool: p, id: m.Pipeline, in: in, to: c.output}
	if pipeline.Commands, err = commandsOf(m); err == nil {
		err = run(ctx, pipeline)
	}
	p.write(c.output, psrp.PipelineState, m.Pipeline, stateOf(ctx, errors.Join(err, pipeline.fault)))
	return 0
}

// stateOf is the last word of a pipeline.
func stateOf(ctx context.Context, err error) *clixml.Object {
	state, text := psrp.PipelineCompleted, ""
	switch {
	case ctx.Err() != nil:
		state, text = psrp.PipelineStopped, "The pipeline has been stopped."
	case err != nil:
		state, text = psrp.PipelineFailed, err.Error()
	}
	o := clixml.NewObject(clixml.Property{Name: "PipelineState", Value: state})
	if text != "" {
		o.Extended = append(o.Extended, clixml.Property{Name: "ExceptionAsErrorRecord", Value: ErrorRecord(text)})
	}
	return o
}

// ErrorRecord makes an error record, as PowerShell sends one.
func ErrorRecord(text string) *clixml.Object {
	exception := &clixml.Object{
		Types: []string{"System.Management.Automation.RuntimeException", "System.Exception", "System.Object"}, Text: text,
		Adapted: []clixml.Property{{Name: "Message", Value: text}},
	}
	return &clixml.Object{
		Types: []string{"System.Management.Automation.ErrorRecord", "System.Object"}, Text: text,
		Extended: []clixml.Property{
			{Name: "Exception", Value: exception},
			{Name: "TargetObject"},
			{Name: "FullyQualifiedErrorId", Value: "RuntimeException"},
			{Name: "InvocationInfo"},
			{Name: "ErrorCategory_Category", Value: int32(7)},
			{Name: "ErrorCategory_Activity", Value: ""},
			{Name: "ErrorCategory_Reason", Value: "RuntimeException"},
			{Name: "ErrorCategory_TargetName", Value: ""},
			{Name: "ErrorCategory_TargetType", Value: ""},
			{Name: "ErrorCategory_Message", Value: "OperationStopped: (:) [], RuntimeException"},
			{Name: "SerializeExtendedInfo", Value: false},
		},
	}
}

// commandsOf reads the commands of a pipeline.
func commandsOf(m psrp.Message) ([]psrp.Command, error) {
	v, err := m.Value()
	if err != nil {
		return nil, err
	}
	var commands []psrp.Command
	for _, item := range itemsOf(clixml.Get(clixml.Get(v, "PowerShell"), "Cmds")) {
		c := psrp.Command{}
		c.Text, _ = clixml.Get(item, "Cmd").(string)
		c.Script, _ = clixml.Get(item, "IsScript").(bool)
		for _, p := range itemsOf(clixml.Get(item, "Args")) {
			name, _ := clixml.Get(p, "N").(string)
			c.Parameters = append(c.Parameters, psrp.Parameter{Name: name, Value: clixml.Get(p, "V")})
		}
		commands = append(commands, c)
	}
	return commands, nil
}

func itemsOf(v any) []any {
	if o, ok := v.(*clixml.Object); ok {
		if l, ok := o.Value.(clixml.List); ok {
			return l.Items
		}
	}
	return nil
}
