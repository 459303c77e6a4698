package psrp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// headSize is the length of a fragment's head: object, fragment, flags, length (section 2.2.4).
const headSize = 8 + 8 + 1 + 4

const (
	flagStart = 1
	flagEnd   = 2
)

// maxMessage is the size of a message, in bytes, of which no more is kept: that of a machine's own limit for objects it receives.
const maxMessage = 200 << 20

// Fragmenter cuts messages into fragments. Each message of a session has a number of its own.
type Fragmenter struct{ last uint64 }

// Split gives a message's fragments, each of at most size bytes, which must be more than 21.
func (f *Fragmenter) Split(message []byte, size int) [][]byte {
	f.last++
	var fragments [][]byte
	room := size - headSize
	for n := uint64(0); n == 0 || len(message) > 0; n++ {
		part := message[:min(room, len(message))]
		message = message[len(part):]
		fragments = append(fragments, fragment(f.last, n, part, len(message) == 0))
	}
	return fragments
}

func fragment(object, number uint64, part []byte, end bool) []byte {
	b := binary.BigEndian.AppendUint64(nil, object)
	b = binary.BigEndian.AppendUint64(b, number)
	var flags byte
	if number == 0 {
		flags |= flagStart
	}
	if end {
		flags |= flagEnd
	}
	b = binary.BigEndian.AppendUint32(append(b, flags), uint32(len(part)))
	return append(b, part...)
}

// Assembler puts the fragments of a stream together. The zero value is ready.
type Assembler struct {
	rest    []byte // of a fragment that is not whole
	partial map[uint64]*partial
	held    int // bytes in partial
}

// partial is a message of which the end is missing.
type partial struct {
	data []byte
	next uint64
}

// ErrFragment says that a stream has fragments that do not fit together.
var ErrFragment = errors.New("the fragments of a stream do not fit together")

// Add takes a piece of the stream, cut anywhere, and gives the messages that are whole with it. The error is [ErrFragment], wrapped.
func (a *Assembler) Add(data []byte) (messages [][]byte, err error) {
	a.rest = append(a.rest, data...)
	for len(a.rest) >= headSize {
		size := uint64(binary.BigEndian.Uint32(a.rest[17:]))
		if size > maxMessage {
			return messages, fmt.Errorf("%w: one has %d bytes", ErrFragment, size)
		}
		if uint64(len(a.rest)) < headSize+size {
			break
		}
		message, err := a.take(a.rest[:headSize+size])
		if err != nil {
			return messages, err
		}
		if message != nil {
			messages = append(messages, message)
		}
		a.rest = a.rest[headSize+size:]
	}
	return messages, nil
}

// take adds a whole fragment to its message, which it gives if that is whole now.
func (a *Assembler) take(b []byte) ([]byte, error) {
	object, number, flags := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]), b[16]
	p := a.partial[object]
	if start := flags&flagStart != 0; start != (p == nil) || p != nil && p.next != number || start && number != 0 {
		return nil, fmt.Errorf("%w: number %d of message %d", ErrFragment, number, object)
	}
	if p == nil {
		p = &partial{}
	}
	p.data, p.next = append(p.data, b[headSize:]...), number+1
	a.held += len(b) - headSize
	if flags&flagEnd != 0 {
		delete(a.partial, object)
		a.held -= len(p.data)
		return append([]byte{}, p.data...), nil
	}
	if a.held > maxMessage {
		return nil, fmt.Errorf("%w: a message has more than %d bytes", ErrFragment, maxMessage)
	}
	if a.partial == nil {
		a.partial = map[uint64]*partial{}
	}
	a.partial[object] = p
	return nil, nil
}
