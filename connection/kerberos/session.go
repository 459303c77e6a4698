package kerberos

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/crypto/etype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

// Session seals what one side sends and opens what it receives, by tokens of RFC 4121, section 4.2.6.2. It is not for several goroutines at once.
type Session struct {
	key       types.EncryptionKey
	etype     etype.EType
	client    bool
	flags     byte
	sent, got uint64 // numbers of the next messages
}

// ErrSeal says that a message was altered on its way, or came out of order.
var ErrSeal = errors.New("a sealed message was altered or came out of order")

// Bits of a token's flags.
const (
	byAcceptor byte = 1 << iota
	sealed
	subkey // the acceptor's
)

// Uses of the key, of section 2.
const (
	acceptorSeal  = 22
	initiatorSeal = 24
)

const headSize = 16

// newSession makes the session of what both sides have agreed on. Only keys of AES have such tokens.
func newSession(key types.EncryptionKey, answer messages.EncAPRepPart, number uint64, client bool) (*Session, error) {
	s := &Session{key: key, client: client, flags: sealed, sent: number, got: uint64(answer.SequenceNumber)}
	if len(answer.Subkey.KeyValue) > 0 {
		s.key = answer.Subkey
		s.flags |= subkey
	}
	if !client {
		s.sent, s.got = s.got, s.sent
		s.flags |= byAcceptor
	}
	var err error
	s.etype, err = crypto.GetEtype(s.key.KeyType)
	if err != nil || s.key.KeyType < 17 || s.key.KeyType > 20 {
		return nil, fmt.Errorf("messages cannot be sealed with a key of type %d: allow AES for the user and the service", s.key.KeyType)
	}
	return s, nil
}

// Protocol is how sealed messages are told.
func (s *Session) Protocol() string { return "application/HTTP-Kerberos-session-encrypted" }

// usage is that of the key, for what the client seals or what the service does.
func usage(client bool) uint32 {
	if client {
		return initiatorSeal
	}
	return acceptorSeal
}

// Seal encrypts a message. What stands before the text, turned round so that the text's length stays, is the signature.
func (s *Session) Seal(plain []byte) (text, signature []byte) {
	head := []byte{5, 4, s.flags, 0xff, 0, 0, 0, 0}
	head = binary.BigEndian.AppendUint64(head, s.sent)
	s.sent++
	_, cipher, err := s.etype.EncryptMessage(s.key.KeyValue, append(bytes.Clone(plain), head...), usage(s.client))
	if err != nil {
		panic(err) // the key is of the right length, and so is what is random
	}
	trailer := headSize + s.etype.GetHMACBitLength()/8
	binary.BigEndian.PutUint16(head[6:], uint16(trailer))
	turned := append(bytes.Clone(cipher[len(cipher)-trailer:]), cipher[:len(cipher)-trailer]...)
	size := trailer + s.etype.GetConfounderByteSize()
	return turned[size:], append(head, turned[:size]...)
}

// Open decrypts what the other side's Seal gave.
func (s *Session) Open(text, signature []byte) ([]byte, error) {
	token := append(bytes.Clone(signature), text...)
	if len(token) < headSize || token[0] != 5 || token[1] != 4 || token[2]&sealed == 0 || (token[2]&byAcceptor != 0) != s.client {
		return nil, ErrSeal
	}
	head, cipher := token[:headSize], token[headSize:]
	extra := int(binary.BigEndian.Uint16(head[4:]))
	if turn := int(binary.BigEndian.Uint16(head[6:])); len(cipher) > 0 {
		turn %= len(cipher)
		cipher = append(bytes.Clone(cipher[turn:]), cipher[:turn]...)
	}
	plain, err := s.etype.DecryptMessage(s.key.KeyValue, cipher, usage(!s.client))
	if err != nil || len(plain) < headSize+extra {
		return nil, ErrSeal
	}
	inner := bytes.Clone(plain[len(plain)-headSize:])
	copy(inner[6:], head[6:8]) // is none there
	if !bytes.Equal(inner, head) || binary.BigEndian.Uint64(head[8:]) != s.got {
		return nil, ErrSeal
	}
	s.got++
	return plain[:len(plain)-headSize-extra], nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
