package wsman

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
)

// Sealer seals and opens messages in order, as an ntlm.Session does.
type Sealer interface {
	Seal(plain []byte) (sealed, signature []byte)
	Open(sealed, signature []byte) ([]byte, error)
}

// SealedType is the content type of messages that a sealer seals.
func SealedType(s Sealer) string {
	return `multipart/encrypted;protocol="` + protocolOf(s) + `";boundary="Encrypted Boundary"`
}

// protocolOf names how a message is sealed, which a sealer may say itself.
func protocolOf(s Sealer) string {
	if other, ok := s.(interface{ Protocol() string }); ok {
		return other.Protocol()
	}
	return "application/HTTP-SPNEGO-session-encrypted"
}

const (
	boundary = "--Encrypted Boundary"
	binType  = "\tContent-Type: application/octet-stream\r\n"
	length   = ";Length="
)

// ErrNotSealed says that bytes do not have the form of a sealed message.
var ErrNotSealed = errors.New("not a sealed message")

// Seal gives a message in the sealed form of MS-WSMV, section 2.2.9.1: a multipart body of a description and of a signature's length
// (4 bytes, little-endian), the signature and the sealed text.
func Seal(s Sealer, plain []byte) []byte {
	sealed, signature := s.Seal(plain)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\r\n\tContent-Type: %s\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8%s%d\r\n%s\r\n%s",
		boundary, protocolOf(s), length, len(plain), boundary, binType)
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(signature))))
	b.Write(signature)
	b.Write(sealed)
	b.WriteString(boundary + "--\r\n")
	return b.Bytes()
}

// Open gives the message of a sealed body. The error is [ErrNotSealed], or the sealer's.
func Open(s Sealer, body []byte) ([]byte, error) {
	described, rest, found := cutHead(body)
	rest, closed := bytes.CutSuffix(rest, []byte("--\r\n"))
	rest, bounded := bytes.CutSuffix(bytes.TrimRight(rest, " "), []byte("Encrypted Boundary"))
	rest = bytes.TrimSuffix(bytes.TrimRight(rest, " "), []byte("--"))
	if !found || !closed || !bounded || len(rest) < 4 {
		return nil, ErrNotSealed
	}
	size := int64(binary.LittleEndian.Uint32(rest))
	if size > int64(len(rest)-4) {
		return nil, ErrNotSealed
	}
	plain, err := s.Open(rest[4+size:], rest[4:4+size])
	if err == nil && len(plain) != described {
		err = ErrNotSealed
	}
	return plain, err
}

// cutHead reads the description of a sealed body: the length of its message, and what stands behind the head of the second part.
func cutHead(body []byte) (described int, rest []byte, found bool) {
	head, rest, found := bytes.Cut(body, []byte(binType))
	_, number, stated := bytes.Cut(head, []byte(length))
	number, _, _ = bytes.Cut(number, []byte("\r\n"))
	described, err := strconv.Atoi(string(number))
	return described, rest, found && stated && err == nil
}
