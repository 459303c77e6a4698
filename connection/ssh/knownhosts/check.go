package knownhosts

import (
	"bytes"

	"golang.org/x/crypto/ssh"
)

// Status is what is known about a key.
type Status int

// The outcomes of a check.
const (
	New     Status = iota // no key is known for the host
	OK                    // the key is known
	Changed               // another key is known
	Banned                // the key, or the authority that signed it, is marked as revoked
)

// Check judges a host's key, or a certificate by the authority that signed it. The entry is the line that decided, for New nil.
func (e Entries) Check(key ssh.PublicKey) (Status, *Entry) {
	if i := e.find(Revoked, key); i >= 0 {
		return Banned, &e[i]
	}
	if cert, ok := key.(*ssh.Certificate); ok {
		return e.checkCertificate(cert)
	}
	if i := e.find(Plain, key); i >= 0 {
		return OK, &e[i]
	}
	for i := range e {
		if e[i].Marker == Plain {
			return Changed, &e[i]
		}
	}
	return New, nil
}

func (e Entries) checkCertificate(cert *ssh.Certificate) (Status, *Entry) {
	for _, key := range []ssh.PublicKey{cert.SignatureKey, cert.Key} {
		if i := e.find(Revoked, key); i >= 0 {
			return Banned, &e[i]
		}
	}
	if i := e.find(Authority, cert.SignatureKey); i >= 0 {
		return OK, &e[i]
	}
	return New, nil
}

func (e Entries) find(marker Marker, key ssh.PublicKey) int {
	blob := key.Marshal()
	for i := range e {
		if e[i].Marker == marker && bytes.Equal(e[i].Key.Marshal(), blob) {
			return i
		}
	}
	return -1
}

// KnowsType reports whether a plain key of this type is known.
func (e Entries) KnowsType(keyType string) bool {
	for _, entry := range e {
		if entry.Marker == Plain && entry.Key.Type() == keyType {
			return true
		}
	}
	return false
}

// KnowsAuthority reports whether certificates of some authority are accepted for the host.
func (e Entries) KnowsAuthority() bool {
	for _, entry := range e {
		if entry.Marker == Authority {
			return true
		}
	}
	return false
}
