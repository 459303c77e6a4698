package vault

import (
	"crypto/sha256"
	"sync"
)

// Memory decrypts vault data once, in a run that reads it for many hosts and tasks. It may be used by many goroutines; plain texts are kept
// in memory alone, as long as the Memory is.
type Memory struct {
	secrets Secrets
	mu      sync.Mutex
	known   map[[sha256.Size]byte]func() ([]byte, error)
}

// NewMemory makes a memory of what some secrets decrypt.
func NewMemory(s Secrets) *Memory {
	return &Memory{secrets: s, known: map[[sha256.Size]byte]func() ([]byte, error){}}
}

// Decrypt gives the plain text of vault data, which must not be changed. The first to ask decrypts it, the others wait.
func (m *Memory) Decrypt(data []byte) ([]byte, error) {
	digest := sha256.Sum256(data)
	m.mu.Lock()
	opened := m.known[digest]
	if opened == nil {
		opened = sync.OnceValues(func() ([]byte, error) { return m.secrets.Decrypt(data) })
		m.known[digest] = opened
	}
	m.mu.Unlock()
	return opened()
}
