package ssh

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/crypto/ssh"
)

// keyring keeps keys that were decrypted, so that the user is asked once a run and not once a host.
type keyring struct {
	mu   sync.Mutex
	keys map[string]ssh.Signer
}

var errPassphrase = errors.New("incorrect passphrase supplied to decrypt private key")

// unlock decrypts a key with the passphrase that is configured, or the user's. Those who come meanwhile wait.
func (k *keyring) unlock(ctx context.Context, p *plan, id *identity, o Options) (ssh.Signer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if signer := k.keys[id.path]; signer != nil {
		return signer, nil
	}
	data, err := os.ReadFile(id.path)
	if err != nil {
		return nil, err
	}
	signer, err := decrypt(ctx, p, id.path, data, o)
	if err != nil {
		return nil, err
	}
	if k.keys == nil {
		k.keys = make(map[string]ssh.Signer)
	}
	k.keys[id.path] = signer
	return signer, nil
}

func decrypt(ctx context.Context, p *plan, path string, data []byte, o Options) (ssh.Signer, error) {
	if secret := p.target.SSH.Passphrase; secret != "" {
		if signer, err := parseEncrypted(data, []byte(secret)); err == nil {
			return signer, nil
		}
		return nil, errPassphrase
	}
	prompter := p.prompter(o)
	if prompter == nil {
		return nil, errPassphrase
	}
	for range p.settings.Int("numberofpasswordprompts", 3) {
		secret, err := prompter.Secret(ctx, fmt.Sprintf("Enter passphrase for key '%s': ", path))
		if err != nil {
			return nil, err
		}
		if secret == "" {
			break // as with ssh: no passphrase, next key
		}
		if signer, err := parseEncrypted(data, []byte(secret)); err == nil {
			return signer, nil
		}
	}
	return nil, errPassphrase
}

func parseEncrypted(data, passphrase []byte) (ssh.Signer, error) {
	signer, err := ssh.ParsePrivateKeyWithPassphrase(data, passphrase)
	if err == nil {
		return signer, nil
	}
	if signer, _, ok := parsePKCS8(data, passphrase); ok && signer != nil {
		return signer, nil
	}
	return nil, err
}
