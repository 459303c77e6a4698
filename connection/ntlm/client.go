package ntlm

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"time"
)

// Client is the side that logs in. It serves for one login.
type Client struct {
	Account  Account
	Password string
	// Target is the name of the service, "HTTP/host", that a server which checks it must have. "": none is told.
	Target string
	// Bindings tell the channel that the login belongs to, "tls-server-end-point:" and a digest of the certificate (RFC 5929). nil: none.
	Bindings []byte

	negotiate []byte
}

// ErrWeak says that a server offers less than version 2 with sealing and 128 bits.
var ErrWeak = errors.New("the server offers no NTLM of version 2 with signing, sealing and keys of 128 bits")

// Negotiate gives the first message.
func (c *Client) Negotiate() []byte {
	const size = 40
	w := newWriter(1, size)
	w.number(required | flagUnicode | flagRequestTarget | flagNTLM | flagAlwaysSign | flagTargetInfo | flagVersion | flag56)
	w.field(nil)
	w.field(nil)
	w.bytes(version[:])
	c.negotiate = w.message()
	return c.negotiate
}

// Authenticate answers a challenge. The error is [ErrMessage] or [ErrWeak]; whether the password is right is for the server to say.
func (c *Client) Authenticate(challenge []byte) (authenticate []byte, session *Session, err error) {
	offer, err := parseChallenge(challenge)
	if err != nil {
		return nil, nil, err
	}
	if offer.flags&(required|flagUnicode) != required|flagUnicode {
		return nil, nil, ErrWeak
	}
	var nonce [8]byte
	var key [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	_, _ = rand.Read(key[:])
	message := c.answer(offer, nonce, key)
	sum := mac(key[:], c.negotiate, challenge, message)
	copy(message[micAt:], sum)
	return message, newSession(key[:], true), nil
}

// offer is what a challenge says.
type offer struct {
	flags  uint32
	nonce  []byte // 8 bytes
	target target
}

func parseChallenge(data []byte) (offer, error) {
	const size = 48
	m, err := parse(data, 2, size)
	if err != nil {
		return offer{}, err
	}
	information, err := m.field(40)
	if err != nil {
		return offer{}, err
	}
	t, err := parseTarget(information)
	return offer{flags: m.number(20), nonce: m[24:32], target: t}, err
}

// micAt is where an authenticate message has its integrity code, and headSize where its head ends.
const (
	micAt    = 72
	headSize = 88
)

// answer makes the authenticate message, with zeros for its integrity code.
func (c *Client) answer(o offer, nonce [8]byte, key [16]byte) []byte {
	secret := responseKey(c.Account, c.Password)
	proof, response := respond(secret, o.nonce, c.blob(o, nonce))
	w := newWriter(3, headSize)
	w.field(make([]byte, 24)) // no LM response
	w.field(response)
	w.field(encode(c.Account.Domain))
	w.field(encode(c.Account.User))
	w.field(nil)
	w.field(once(mac(secret, proof), key[:]))
	w.number(o.flags&(required|flagUnicode|flagRequestTarget|flagNTLM|flagAlwaysSign|flagTargetInfo|flag56) | flagVersion)
	w.bytes(version[:])
	w.bytes(make([]byte, 16))
	return w.message()
}

// blob is the client's challenge of section 2.2.2.7.
func (c *Client) blob(o offer, nonce [8]byte) []byte {
	at := o.target.get(avTimestamp)
	if len(at) != 8 {
		at = fileTime(time.Now())
	}
	out := append([]byte{1, 1, 0, 0, 0, 0, 0, 0}, at...)
	out = append(out, nonce[:]...)
	out = append(out, 0, 0, 0, 0)
	out = append(out, c.told(o.target).encode()...)
	return append(out, 0, 0, 0, 0)
}

// told is the target's information as the client gives it back: with what it knows of the channel and the service.
func (c *Client) told(t target) target {
	t = t.with(avFlags, binary.LittleEndian.AppendUint32(nil, t.flags()|hasMIC))
	if c.Bindings != nil {
		t = t.with(avChannelBindings, bindingsHash(c.Bindings))
	}
	if c.Target != "" {
		t = t.with(avTargetName, encode(c.Target))
	}
	return t
}

// respond is section 3.3.2's NTProofStr, and the response that it begins.
func respond(secret, nonce, blob []byte) (proof, response []byte) {
	proof = mac(secret, nonce, blob)
	return proof, append(append([]byte(nil), proof...), blob...)
}
