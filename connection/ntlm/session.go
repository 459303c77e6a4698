package ntlm

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"errors"
)

// ErrSeal says that a message was altered on its way, or came out of order.
var ErrSeal = errors.New("a sealed message was altered or came out of order")

// SignatureSize is the length of a signature in bytes.
const SignatureSize = 16

// Session seals what one side sends and opens what it receives. Both are streams: messages must be opened in the order in which
// they were sealed, and a session is not for several goroutines at once.
type Session struct {
	out, in half
}

// half is one direction: section 3.4's keys, its running cipher and the number of the next message.
type half struct {
	sign   []byte
	cipher *rc4.Cipher
	number uint32
}

func newHalf(key []byte, direction string) half {
	sign := derive(key, "session key to "+direction+" signing key magic constant\x00")
	c, err := rc4.NewCipher(derive(key, "session key to "+direction+" sealing key magic constant\x00"))
	if err != nil {
		panic(err) // a digest is a key of the right length
	}
	return half{sign: sign, cipher: c}
}

func derive(key []byte, constant string) []byte {
	sum := md5.Sum(append(append([]byte(nil), key...), constant...))
	return sum[:]
}

func newSession(key []byte, client bool) *Session {
	s := &Session{out: newHalf(key, "client-to-server"), in: newHalf(key, "server-to-client")}
	if !client {
		s.out, s.in = s.in, s.out
	}
	return s
}

// Seal encrypts a message and signs it. The signature has [SignatureSize] bytes.
func (s *Session) Seal(plain []byte) (sealed, signature []byte) {
	sealed = make([]byte, len(plain))
	s.out.cipher.XORKeyStream(sealed, plain)
	return sealed, s.out.signature(plain)
}

// Open decrypts what the other side's Seal gave. After [ErrSeal] the session is of no more use.
func (s *Session) Open(sealed, signature []byte) (plain []byte, err error) {
	plain = make([]byte, len(sealed))
	s.in.cipher.XORKeyStream(plain, sealed)
	if !hmac.Equal(s.in.signature(plain), signature) {
		return nil, ErrSeal
	}
	return plain, nil
}

// signature is section 3.4.4.2's, with key exchange: version, checksum, number.
func (h *half) signature(plain []byte) []byte {
	number := binary.LittleEndian.AppendUint32(nil, h.number)
	h.number++
	checksum := mac(h.sign, number, plain)[:8]
	h.cipher.XORKeyStream(checksum, checksum)
	return append(append([]byte{1, 0, 0, 0}, checksum...), number...)
}
