// Package ntlm is NTLM version 2 of MS-NLMP, both of its sides, for connections that carry messages under its seal: a [Client] proves
// who it is to an [Acceptor] in three messages (negotiate, challenge, authenticate), and each has a [Session] afterwards that signs and
// seals what follows. Version 1, LM responses and keys shorter than 128 bits are refused: every Windows since Vista and 2008 can do better.
//
// Messages are the bare tokens; who carries them in HTTP headers encodes them in base64.
package ntlm

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/md4" //lint:ignore SA1019 NTLM's hash of a password is made with it
)

// Account is who logs in. Domain "" is the machine's own, or the one that User names as user@domain.
type Account struct {
	Domain, User string
}

// ParseAccount splits DOMAIN\user. Any other text is the user's name alone, user@domain included.
func ParseAccount(name string) Account {
	if domain, user, found := strings.Cut(name, `\`); found {
		return Account{Domain: domain, User: user}
	}
	return Account{User: name}
}

// ErrMessage says that bytes are no message of NTLM, or not the one that is due.
var ErrMessage = errors.New("not a message of NTLM that is due here")

// The flags of section 2.2.2.5 that are used here.
const (
	flagUnicode       = 1 << 0
	flagOEM           = 1 << 1
	flagRequestTarget = 1 << 2
	flagSign          = 1 << 4
	flagSeal          = 1 << 5
	flagNTLM          = 1 << 9
	flagAlwaysSign    = 1 << 15
	flagTargetServer  = 1 << 17
	flagExtended      = 1 << 19
	flagTargetInfo    = 1 << 23
	flagVersion       = 1 << 25
	flag128           = 1 << 29
	flagKeyExchange   = 1 << 30
	flag56            = 1 << 31
)

// required is what both sides must agree upon: without it messages cannot be sealed as it is done here.
const required = flagSign | flagSeal | flagExtended | flag128 | flagKeyExchange

// version is that of Windows Server 2016, with revision 15 of NTLM, as section 2.2.2.10 has it.
var version = [8]byte{10, 0, 0x39, 0x38, 0, 0, 0, 15}

const magic = "NTLMSSP\x00"

// field is a length, an allocated length and an offset (section 2.2.1).
const fieldSize = 8

// writer puts a message together: a head of fixed size, and behind it what its fields point to.
type writer struct {
	head, payload []byte
	size          int // of the head
}

func newWriter(kind uint32, size int) *writer {
	return &writer{head: binary.LittleEndian.AppendUint32([]byte(magic), kind), size: size}
}

func (w *writer) field(data []byte) {
	w.head = binary.LittleEndian.AppendUint16(w.head, uint16(len(data)))
	w.head = binary.LittleEndian.AppendUint16(w.head, uint16(len(data)))
	w.head = binary.LittleEndian.AppendUint32(w.head, uint32(w.size+len(w.payload)))
	w.payload = append(w.payload, data...)
}

func (w *writer) number(n uint32) { w.head = binary.LittleEndian.AppendUint32(w.head, n) }

func (w *writer) bytes(data []byte) { w.head = append(w.head, data...) }

func (w *writer) message() []byte { return append(w.head, w.payload...) }

// message is a message's bytes, of which fields are read. Whatever lies outside of them reads as nothing.
type message []byte

// parse checks a message's signature and kind, and that its head has a size.
func parse(data []byte, kind uint32, size int) (message, error) {
	if len(data) < size || string(data[:8]) != magic || binary.LittleEndian.Uint32(data[8:]) != kind {
		return nil, ErrMessage
	}
	return data, nil
}

func (m message) number(at int) uint32 { return binary.LittleEndian.Uint32(m[at:]) }

func (m message) field(at int) ([]byte, error) {
	length, offset := uint64(binary.LittleEndian.Uint16(m[at:])), uint64(m.number(at+4))
	if offset+length > uint64(len(m)) {
		return nil, ErrMessage
	}
	return m[offset : offset+length], nil
}

func encode(s string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// decode reads a name in the character set that was agreed upon.
func decode(data []byte, flags uint32) string {
	if flags&flagUnicode == 0 {
		return string(data)
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// responseKey is NTOWFv2 of section 3.3.2.
func responseKey(a Account, password string) []byte {
	h := md4.New()
	h.Write(encode(password))
	return mac(h.Sum(nil), encode(strings.ToUpper(a.User)+a.Domain))
}

// once encrypts with a key that serves for nothing else.
func once(key, data []byte) []byte {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic(err) // a key's length is ours: 16 bytes
	}
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out
}
