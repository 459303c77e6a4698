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

// writeVaulted writes a variables file of vaulted values, of which a play reads one and another one all, and a large vaulted file that many hosts read.
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
		write(folder, "inline-1.yml", reads("v1999 == 'secret 1999'")),
		write(folder, "inline-2000.yml", reads("query('vars', *query('varnames', '^v[0-9]+$')) | unique | length == 2000")),
		write(folder, "large", string(large)),
		write(folder, "large.yml", "- hosts: all\n  gather_facts: false\n  tasks:\n    - assert: {that: \"lookup('unvault', 'large') | length == 10485760\"}\n"),
		write(folder, "twenty", "h[01:20]\n"),
	)
}

// reads is a play that asserts something of the vaulted values.
func reads(that string) string {
	return fmt.Sprintf("- hosts: all\n  gather_facts: false\n  vars_files: values.yml\n  tasks:\n    - assert: {that: %q}\n", that)
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
