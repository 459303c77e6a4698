package agent

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The protocol's version and limits; py/wire.py has the same.
const (
	protocolVersion = 1
	magic           = "\x00goplay/1\n"
	headSize        = 20
	maxFrame        = 1 << 20   // bytes of header and body together
	window          = 256 << 10 // bytes of a stream that may be under way before its reader grants more
	chunk           = 64 << 10
	maxNoise        = 64 << 10 // bytes that a login shell may print before the agent speaks
)

type frameType byte

// Frames up to 63 go to an agent, the others come from one.
const (
	frameHello frameType = iota + 1
	frameCall
	framePut
	frameFetch
	frameSpawn
	frameFile
	frameData
	frameCredit
	frameCancel
	framePing
)

const (
	frameReady frameType = iota + 64
	frameNeed
	frameOutput
	frameGrant
	frameDone
	frameGone
	framePong
)

// frame is one message. Header is a JSON object or empty.
type frame struct {
	agent  uint32
	id     uint32
	kind   frameType
	flags  byte
	header []byte
	body   []byte
}

var errProtocol = errors.New("the agent does not keep to the protocol")

// appendFrame encodes f.
func appendFrame(b []byte, f *frame) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.header)+len(f.body)))
	b = binary.BigEndian.AppendUint32(b, f.agent)
	b = binary.BigEndian.AppendUint32(b, f.id)
	b = append(b, byte(f.kind), f.flags, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.header)))
	return append(append(b, f.header...), f.body...)
}

// readFrame reads one frame. A frame that is too large is refused before memory is given to it.
func readFrame(r io.Reader) (*frame, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size, header := binary.BigEndian.Uint32(head[0:]), binary.BigEndian.Uint32(head[16:])
	if size > maxFrame || header > size {
		return nil, fmt.Errorf("%w: a frame of %d bytes with a header of %d", errProtocol, size, header)
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(r, content); err != nil {
		return nil, unexpected(err)
	}
	return &frame{
		agent: binary.BigEndian.Uint32(head[4:]), id: binary.BigEndian.Uint32(head[8:]),
		kind: frameType(head[12]), flags: head[13], header: content[:header:header], body: content[header:],
	}, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// fields decodes the header into v.
func (f *frame) fields(v any) error {
	if err := json.Unmarshal(f.header, v); err != nil {
		return fmt.Errorf("%w: the header of a frame of type %d: %w", errProtocol, f.kind, err)
	}
	return nil
}

// count decodes the body of a credit or grant.
func (f *frame) count() (int, error) {
	if len(f.body) != 4 {
		return 0, fmt.Errorf("%w: a count of %d bytes", errProtocol, len(f.body))
	}
	return int(binary.BigEndian.Uint32(f.body)), nil
}

// skipNoise reads up to and with the magic, and gives what came before it.
func skipNoise(r *bufio.Reader) (string, error) {
	var noise []byte
	for {
		part, err := r.ReadSlice('\n')
		noise = append(noise, part...)
		if n := len(noise) - len(magic); n >= 0 && string(noise[n:]) == magic {
			return string(noise[:n]), nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return string(noise), err
		}
		if len(noise) > maxNoise {
			return string(noise[:maxNoise]), fmt.Errorf("%w: %d bytes before its first word", errProtocol, len(noise))
		}
	}
}
