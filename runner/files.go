package runner

import (
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// readVaulted reads a file, decrypted where it is vaulted.
func (r *run) readVaulted(name string) ([]byte, error) {
	if !source.Vaulted(name) {
		return source.ReadFile(name)
	}
	if r.opts.Vault == nil {
		return nil, value.ErrNoVaultSecrets
	}
	return r.opts.Vault.DecryptFile(name)
}
