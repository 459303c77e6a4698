package ssh

import (
	"encoding/pem"

	"golang.org/x/crypto/ssh"
)

// parsePKCS8 reads an encrypted PKCS #8 key, which x/crypto/ssh doesn't. Without a passphrase it only tells whether it is one.
func parsePKCS8(data, passphrase []byte) (signer ssh.Signer, locked, ok bool) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "ENCRYPTED PRIVATE KEY" {
		return nil, false, false
	}
	if passphrase == nil {
		return nil, true, true
	}
	key, err := decryptPKCS8(block.Bytes, passphrase)
	if err != nil {
		return nil, true, true
	}
	signer, err = ssh.NewSignerFromKey(key)
	return signer, err != nil, true
}
