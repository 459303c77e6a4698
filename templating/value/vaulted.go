package value

import (
	"errors"
	"strings"
	"sync"

	"github.com/goplay/goplay/internal/source"
)

// Vault opens what users encrypted. Many goroutines may use one.
type Vault interface {
	// Decrypt gives the plain text of vault data, which must not be changed.
	Decrypt(data []byte) ([]byte, error)
	// DecryptFile gives that of a vaulted file.
	DecryptFile(path string) ([]byte, error)
	// Expect tells of vault data that stands in one file, in its order: who asks for some of it may ask for what follows.
	Expect(data []string)
}

// Vaulted is text that a user wrote encrypted (`!vault`). It is decrypted when it is first read, so that a run which never reads
// it needs no secret.
type Vaulted struct {
	Ciphertext string
	Pos        source.Pos

	// Vault opens the ciphertext; nil where no secrets are known.
	Vault Vault

	once  sync.Once
	plain String
	err   error
}

// ErrNoVaultSecrets says that a vaulted value was read in a run without vault secrets.
//
//lint:ignore ST1005 the reference's text
var ErrNoVaultSecrets = errors.New("Attempting to decrypt but no vault secrets found.")

// Plain gives the decrypted text, which is decrypted once. The error does not say which variable it is about.
func (v *Vaulted) Plain() (String, error) {
	v.once.Do(func() {
		if v.Vault == nil {
			v.err = v.withoutSecrets()
			return
		}
		var plain []byte
		plain, v.err = v.Vault.Decrypt([]byte(v.Ciphertext))
		v.remember(plain)
	})
	return v.plain, v.err
}

func (v *Vaulted) withoutSecrets() error {
	if !strings.HasPrefix(v.Ciphertext, "$ANSIBLE_VAULT") {
		//lint:ignore ST1005 the reference's text
		return errors.New("Input is not vault encrypted data.")
	}
	return ErrNoVaultSecrets
}

// Type is that of the text inside.
func (*Vaulted) Type() string { return "str" }

// Truth is true: encrypted text is never empty.
func (*Vaulted) Truth() bool { return true }

// String gives the ciphertext, never the secret.
func (v *Vaulted) String() string { return v.Ciphertext }
