package vault

import (
	"crypto/sha256"
	"fmt"
	"sync"
)

// Memory decrypts vault data once, in a run that reads it for many hosts and tasks. It may be used by many goroutines; plain texts are kept
// in memory alone, as long as the Memory is. Data that shares its salt (the setting vault_encrypt_salt) shares the work on its keys.
type Memory struct {
	secrets Secrets
	plain   once[[]byte]
	keys    once[keys]
}

// NewMemory makes a memory of what some secrets decrypt.
func NewMemory(s Secrets) *Memory {
	m := &Memory{secrets: s}
	m.secrets.derive = func(password, salt []byte) (keys, error) {
		of := sha256.Sum256(fmt.Appendf(nil, "%x %x", password, salt))
		return m.keys.get(of, func() (keys, error) { return derive(password, salt) })
	}
	return m
}

// Decrypt gives the plain text of vault data, which must not be changed. The first to ask decrypts it, the others wait.
func (m *Memory) Decrypt(data []byte) ([]byte, error) {
	return m.plain.get(sha256.Sum256(data), func() ([]byte, error) { return m.secrets.Decrypt(data) })
}

// once has what was made once, by the digest of what it was made of.
type once[T any] struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]func() (T, error)
}

func (o *once[T]) get(of [sha256.Size]byte, do func() (T, error)) (T, error) {
	o.mu.Lock()
	if o.known == nil {
		o.known = map[[sha256.Size]byte]func() (T, error){}
	}
	f := o.known[of]
	if f == nil {
		f = sync.OnceValues(do)
		o.known[of] = f
	}
	o.mu.Unlock()
	return f()
}
