package vault

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"sync"
)

// Memory decrypts vault data once, in a run that reads it for many hosts and tasks. It may be used by many goroutines; plain texts are kept
// in memory alone, as long as the Memory is. Data that shares its salt (the setting vault_encrypt_salt) shares the work on its keys.
type Memory struct {
	secrets  Secrets
	plain    once[[]byte]
	keys     once[keys]
	expected expected
}

// digest names data.
type digest = [sha256.Size]byte

// NewMemory makes a memory of what some secrets decrypt.
func NewMemory(s Secrets) *Memory {
	m := &Memory{secrets: s}
	m.secrets.derive = func(password, salt []byte) (keys, error) {
		return m.keys.get(keysOf(password, salt), func() (keys, error) { return derive(password, salt) })
	}
	return m
}

// keysOf names the keys of a password and a salt.
func keysOf(password, salt []byte) digest {
	return sha256.Sum256(fmt.Appendf(nil, "%x %x", password, salt))
}

// Decrypt gives the plain text of vault data, which must not be changed. The first to ask decrypts it, the others wait.
func (m *Memory) Decrypt(data []byte) ([]byte, error) {
	of := sha256.Sum256(data)
	return m.plain.get(of, func() ([]byte, error) { return m.decrypt(of, bytes.Clone(data)) })
}

// decrypt takes the data's memory.
func (m *Memory) decrypt(of digest, data []byte) ([]byte, error) {
	s := m.expected.prepare(of, m.keysAhead)
	opened, err := m.secrets.open(data)
	s.took(opened.tries)
	return opened.Plain, err
}

// DecryptFile gives the plain text of a vaulted file, as Decrypt does. A file whose content was decrypted before is read piece by piece.
func (m *Memory) DecryptFile(path string) ([]byte, error) {
	of, err := fileDigest(path)
	if err != nil {
		return nil, err
	}
	return m.plain.get(of, func() ([]byte, error) {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return m.decrypt(of, data)
	})
}

func fileDigest(path string) (sum digest, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return digest(h.Sum(nil)), err
}

// once has what was made once, by the digest of what it was made of.
type once[T any] struct {
	mu    sync.Mutex
	known map[digest]func() (T, error)
}

func (o *once[T]) get(of digest, do func() (T, error)) (T, error) {
	f, _ := o.claim(of, do)
	return f()
}

// claim gives what makes the value, and tells whether that is do: nobody has asked before.
func (o *once[T]) claim(of digest, do func() (T, error)) (f func() (T, error), first bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f := o.known[of]; f != nil {
		return f, false
	}
	if o.known == nil {
		o.known = map[digest]func() (T, error){}
	}
	f = sync.OnceValues(do)
	o.known[of] = f
	return f, true
}
