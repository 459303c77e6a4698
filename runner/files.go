package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

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
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &missingFile{name}
	}
	if err != nil || !bytes.HasPrefix(data, []byte("$ANSIBLE_VAULT;")) {
		return data, err
	}
	if r.opts.Decrypt == nil {
		return nil, value.ErrNoVaultSecrets
	}
	return r.opts.Decrypt(data)
}

// missingFile says that a file is not there, in the reference's words.
type missingFile struct{ name string }

func (e *missingFile) Error() string {
	return fmt.Sprintf("Unable to retrieve file contents.\nCould not find or access '%s' on the Ansible Controller.\n"+
		"If you are using a module and expect the file to exist on the remote, see the remote_src option: [Errno 2] No such file or directory: '%s'", e.name, e.name)
}

// Unwrap makes it an fs.ErrNotExist.
func (e *missingFile) Unwrap() error { return fs.ErrNotExist }
