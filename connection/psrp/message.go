package psrp

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/goplay/goplay/connection/psrp/clixml"
)

// Kind is a message's type, of section 2.2.1.
type Kind uint32

// The messages that are sent or understood.
const (
	SessionCapability      Kind = 0x00010002
	InitRunspacePool       Kind = 0x00010004
	PublicKey              Kind = 0x00010005
	EncryptedSessionKey    Kind = 0x00010006
	RunspacePoolState      Kind = 0x00021005
	CreatePipeline         Kind = 0x00021006
	ApplicationPrivateData Kind = 0x00021009
	RunspacePoolHostCall   Kind = 0x00021100
	PipelineInput          Kind = 0x00041002
	EndOfPipelineInput     Kind = 0x00041003
	PipelineOutput         Kind = 0x00041004
	ErrorRecord            Kind = 0x00041005
	PipelineState          Kind = 0x00041006
	DebugRecord            Kind = 0x00041007
	VerboseRecord          Kind = 0x00041008
	WarningRecord          Kind = 0x00041009
	ProgressRecord         Kind = 0x00041010
	InformationRecord      Kind = 0x00041011
	PipelineHostCall       Kind = 0x00041100
)

// The states of pools and pipelines that end something, of sections 2.2.3.4 and 2.2.3.5.
const (
	PoolOpened int32 = 2
	PoolClosed int32 = 3
	PoolBroken int32 = 5

	PipelineStopped   int32 = 3
	PipelineCompleted int32 = 4
	PipelineFailed    int32 = 5
)

// StopSignal stops a pipeline. The misspelling is the protocol's.
const StopSignal = "powershell/signal/crtl_c"

// GUID is an identity in the order of bytes in which it is written.
type GUID [16]byte

// NewGUID makes an identity by chance.
func NewGUID() (g GUID) {
	_, _ = rand.Read(g[:]) // never fails
	g[6], g[8] = g[6]&0x0f|0x40, g[8]&0x3f|0x80
	return g
}

func (g GUID) String() string {
	return fmt.Sprintf("%X-%X-%X-%X-%X", g[:4], g[4:6], g[6:8], g[8:10], g[10:])
}

// swapped is the order of bytes that .NET has in memory, and back: the first three numbers are little-endian.
func (g GUID) swapped() GUID {
	s := g
	s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7] = g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6]
	return s
}

// Message is a message between client and server.
type Message struct {
	ToServer       bool
	Kind           Kind
	Pool, Pipeline GUID
	Body           []byte // CLIXML, or nothing
}

// messageHead is the length of what stands before a body.
const messageHead = 4 + 4 + 16 + 16

// ErrMessage says that bytes are too few for a message.
var ErrMessage = errors.New("not a message of PowerShell's remoting")

// Encode gives a message's bytes.
func (m Message) Encode() []byte {
	destination := uint32(1)
	if m.ToServer {
		destination = 2
	}
	b := binary.LittleEndian.AppendUint32(nil, destination)
	b = binary.LittleEndian.AppendUint32(b, uint32(m.Kind))
	pool, pipeline := m.Pool.swapped(), m.Pipeline.swapped()
	b = append(append(b, pool[:]...), pipeline[:]...)
	return append(b, m.Body...)
}

// ParseMessage reads a message.
func ParseMessage(b []byte) (Message, error) {
	if len(b) < messageHead {
		return Message{}, ErrMessage
	}
	return Message{
		ToServer: binary.LittleEndian.Uint32(b) == 2,
		Kind:     Kind(binary.LittleEndian.Uint32(b[4:])),
		Pool:     GUID(b[8:24]).swapped(),
		Pipeline: GUID(b[24:40]).swapped(),
		Body:     bytes.TrimPrefix(b[messageHead:], []byte("\xef\xbb\xbf")),
	}, nil
}

// Messages takes a piece of a stream, as Add does, and reads the messages that are whole with it. The error is an [ErrProtocol].
func (a *Assembler) Messages(data []byte) ([]Message, error) {
	whole, err := a.Add(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	var messages []Message
	for _, b := range whole {
		m, err := ParseMessage(b)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrProtocol, err)
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// Value reads a message's body. One without a body is nil.
func (m Message) Value() (any, error) {
	if len(m.Body) == 0 {
		return nil, nil
	}
	return clixml.Decode(m.Body)
}
