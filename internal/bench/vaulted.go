package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/vars/vault"
)

// passwordFile holds the vault password of all cases, in their folder.
const passwordFile = "vault-password"

var secret = vault.Secret{ID: "default", Password: []byte("correct horse")}

// writeVaulted writes a variables file of vaulted values, of which a play reads one, and a large vaulted file that many hosts read.
func writeVaulted(folder string) error {
	values, err := vaultedValues(2000)
	if err != nil {
		return err
	}
	large, err := vault.Encrypt([]byte(strings.Repeat("0123456789abcde\n", 10<<20/16)), secret)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(folder, passwordFile), secret.Password, 0o600),
		write(folder, "values.yml", values),
		write(folder, "inline-2000.yml", "- hosts: all\n  gather_facts: false\n  vars_files: values.yml\n  tasks:\n    - assert: {that: v1999 == 'secret 1999'}\n"),
		write(folder, "large", string(large)),
		write(folder, "large.yml", "- hosts: all\n  gather_facts: false\n  tasks:\n    - assert: {that: \"lookup('unvault', 'large') | length == 10485760\"}\n"),
		write(folder, "twenty", "h[01:20]\n"),
	)
}

// vaultedValues are variables v0, v1, ….
func vaultedValues(n int) (string, error) {
	var b strings.Builder
	for i := range n {
		data, err := vault.Encrypt(fmt.Appendf(nil, "secret %d", i), secret)
		if err != nil {
			return "", err
		}
		b.WriteString(vault.Inline(fmt.Sprintf("v%d", i), data) + "\n")
	}
	return b.String(), nil
}
