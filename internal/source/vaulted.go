package source

import (
	"io"
	"os"
)

const vaultHeader = "$ANSIBLE_VAULT"

// Vaulted tells whether a file is vaulted as a whole, by how it begins.
func Vaulted(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(vaultHeader))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == vaultHeader
}
