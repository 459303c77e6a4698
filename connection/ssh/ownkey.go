package ssh

import (
	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection"
)

// ownKey parses the key that a target's variables hold themselves, or gives nil where there is none. The reference puts it into an agent, and
// has ssh try that key and those of the configuration's files alone.
func ownKey(t connection.Target) (ssh.Signer, error) {
	text := t.SSH.PrivateKey
	switch {
	case text == "":
		return nil, nil
	case !t.SSH.KeysInVariables:
		return nil, refusedKey(t, "Cannot utilize private_key with SSH_AGENT disabled")
	}
	id := &identity{}
	id.parse([]byte(text))
	if id.signer != nil {
		return id.signer, nil
	}
	if !id.locked {
		return nil, refusedKey(t, "it is no private key")
	}
	signer, err := parseEncrypted([]byte(text), []byte(t.SSH.Passphrase))
	if err != nil {
		return nil, refusedKey(t, errPassphrase.Error())
	}
	return signer, nil
}

func refusedKey(t connection.Target, why string) error {
	return &connection.UnreachableError{Host: t.Host, Msg: "Failed to authenticate: Failed to add configured private key into ssh-agent: " + why}
}
