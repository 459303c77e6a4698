package value

import (
	"errors"
	"sync"

	"github.com/goplay/goplay/internal/source"
)

// Vaulted is text that a user wrote encrypted (`!vault`). It is decrypted when it is first read, so that a run which never reads
// it needs no secret.
type Vaulted struct {
	Ciphertext string
	Pos        source.Pos

	// Decrypt opens the ciphertext; nil where no secrets are known.
	Decrypt func(ciphertext string) (string, error)

	once  sync.Once
	plain string
	err   error
}

// ErrNoVaultSecrets says that a vaulted value was read in a run without vault secrets.
//
//lint:ignore ST1005 the reference's text
var ErrNoVaultSecrets = errors.New("Attempting to decrypt but no vault secrets found.")

// Plain gives the decrypted text, which is decrypted once. The error does not say which variable it is about.
func (v *Vaulted) Plain() (String, error) {
	v.once.Do(func() {
		if v.Decrypt == nil {
			v.err = ErrNoVaultSecrets
			return
		}
		v.plain, v.err = v.Decrypt(v.Ciphertext)
	})
	return String(v.plain), v.err
}

// Type is that of the text inside.
func (*Vaulted) Type() string { return "str" }

// Truth is true: encrypted text is never empty.
func (*Vaulted) Truth() bool { return true }

// String gives the ciphertext, never the secret.
func (v *Vaulted) String() string { return v.Ciphertext }
