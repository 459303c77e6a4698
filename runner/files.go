package runner

import (
	"bytes"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
)

// decrypt opens vault data with the secrets of the run, or is nil without any.
func (r *run) decrypt() func([]byte) ([]byte, error) { return r.opts.Decrypt }

func (r *run) decryptText() func(string) (string, error) {
	if r.opts.Decrypt == nil {
		return nil
	}
	return func(text string) (string, error) {
		plain, err := r.opts.Decrypt([]byte(text))
		return string(plain), err
	}
}

// readVaulted reads a file, decrypted where it is vaulted.
func (r *run) readVaulted(name string) ([]byte, error) {
	data, err := source.ReadFile(name)
	if err != nil || !bytes.HasPrefix(data, []byte("$ANSIBLE_VAULT;")) {
		return data, err
	}
	if r.opts.Decrypt == nil {
		return nil, value.ErrNoVaultSecrets
	}
	return r.opts.Decrypt(data)
}
