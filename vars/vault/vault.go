// Package vault reads and writes data encrypted as Ansible Vault does: a header line with the format's version, the cipher and
// (since 1.2) the vault id, then hexadecimal text.
//
//	secrets := vault.Secrets{{ID: "dev", Password: pw}}
//	plain, err := secrets.Decrypt(data)
//
// The only cipher is AES256: AES in counter mode with a key derived from the password by PBKDF2, and an HMAC over the ciphertext that
// is checked before anything is decrypted. The format is described in "Encrypting content with Ansible Vault" of Ansible's documentation.
package vault

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// header starts all vault data.
const header = "$ANSIBLE_VAULT"

// defaultID is the vault id of data and passwords that name none.
const defaultID = "default"

// lineLength is that of the hexadecimal text's lines.
const lineLength = 80

// Secret is one vault password with its identity.
type Secret struct {
	ID       string
	Password []byte
}

// Secrets are the passwords of a run, in the order in which they are tried.
type Secrets struct {
	List []Secret
	// MatchID tries only secrets whose id is the data's, which is "default" for data that names none (the setting vault_id_match).
	MatchID bool

	derive deriver // nil: derive
}

// ErrNoSecrets says that data is encrypted in a run without vault secrets.
var ErrNoSecrets = said("Attempting to decrypt but no vault secrets found.")

// ErrWrongSecrets says that no secret opens the data.
var ErrWrongSecrets = said("Decryption failed (no vault secrets were found that could decrypt).")

// ErrNotVault says that data is no vault data.
var ErrNotVault = said("Input is not vault encrypted data.")

// ErrIsVault says that data which shall be encrypted is vault data.
var ErrIsVault = said("input is already encrypted")

// IsVault tells whether data is vault data, by its first bytes.
func IsVault(data []byte) bool { return bytes.HasPrefix(data, []byte(header)) }

// Opened is vault data that was decrypted.
type Opened struct {
	Plain []byte
	// By is what encrypts it as it was: the data's own id, "" where it names none, and the password that opened it.
	By Secret

	tries int // how many passwords it took
}

// Decrypt gives the plain text of vault data. Secrets of the data's own id are tried first.
func (s Secrets) Decrypt(data []byte) ([]byte, error) {
	opened, err := s.Open(data)
	return opened.Plain, err
}

// Open decrypts vault data and tells which secret did it.
func (s Secrets) Open(data []byte) (Opened, error) { return s.open(bytes.Clone(data)) }

// open is Open of data whose memory it takes, so that a large file is in memory once beside its plain text.
func (s Secrets) open(data []byte) (Opened, error) {
	if len(s.List) == 0 {
		return Opened{}, ErrNoSecrets
	}
	id, sealed, err := parse(data)
	if err != nil {
		return Opened{}, err
	}
	for i, secret := range s.candidates(id) {
		plain, err := sealed.open(secret.Password, s.deriver())
		if err == nil {
			return Opened{plain, Secret{ID: id, Password: secret.Password}, i + 1}, nil
		}
		if !errors.Is(err, errHMAC) {
			return Opened{}, err
		}
	}
	return Opened{}, ErrWrongSecrets
}

func (s Secrets) deriver() deriver {
	if s.derive == nil {
		return derive
	}
	return s.derive
}

// ToEncrypt gives the first secret of an id, or the first one for "".
func (s Secrets) ToEncrypt(id string) (Secret, error) {
	var known []string
	for _, secret := range s.List {
		if id == "" || secret.ID == id {
			return secret, nil
		}
		known = append(known, "'"+secret.ID+"'")
	}
	return Secret{}, said("Did not find a match for --encrypt-vault-id=%s in the known vault-ids [%s]", id, strings.Join(known, ", "))
}

// candidates orders the secrets for data with an id; "" is data without one.
func (s Secrets) candidates(id string) []Secret {
	switch {
	case id == "" && !s.MatchID:
		return s.List
	case id == "":
		id = defaultID
	}
	matching := slices.DeleteFunc(slices.Clone(s.List), func(c Secret) bool { return c.ID != id })
	if s.MatchID {
		return matching
	}
	others := slices.DeleteFunc(slices.Clone(s.List), func(c Secret) bool { return c.ID == id })
	return append(matching, others...)
}

// parse reads the envelope: the vault id, and what the hexadecimal text stands for. It takes the data's memory.
func parse(data []byte) (id string, s sealed, err error) {
	if !IsVault(data) {
		return "", s, ErrNotVault
	}
	head, text, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	fields := strings.Split(strings.TrimSpace(string(head)), ";")
	if len(fields) < 3 {
		return "", s, said("Vault envelope format error: list index out of range")
	}
	if cipher := strings.TrimSpace(fields[2]); cipher != "AES256" {
		return "", s, said("Cipher '%s' could not be found.", cipher)
	}
	if len(fields) > 3 && strings.TrimSpace(fields[1]) == "1.2" {
		id = strings.TrimSpace(fields[3])
	}
	body, err := unhex(joined(text))
	if err == nil {
		s, err = parseSealed(body)
	}
	return id, s, err
}

// joined moves a text's lines together, without spaces around them.
func joined(text []byte) []byte {
	out := text[:0]
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		out = append(out, bytes.TrimSpace(line)...)
	}
	return out
}

// unhex puts what hexadecimal text stands for into the text's own memory.
func unhex(text []byte) ([]byte, error) {
	if len(text)%2 == 1 {
		return nil, said("Vault format unhexlify error: Odd-length string")
	}
	n, err := hex.Decode(text, text)
	if err != nil {
		return nil, said("Vault format unhexlify error: Non-hexadecimal digit found")
	}
	return text[:n], nil
}

// Encrypt gives vault data of a plain text. An id other than "default" is written into the header.
func Encrypt(plain []byte, secret Secret) ([]byte, error) { return EncryptSalted(plain, secret, nil) }

// EncryptSalted is Encrypt with a salt of the caller's, which makes the result the same each time; nil stands for a random one.
func EncryptSalted(plain []byte, secret Secret, salt []byte) ([]byte, error) {
	body, err := seal(plain, secret.Password, salt)
	if err != nil {
		return nil, err
	}
	head := header + ";1.1;AES256"
	if secret.ID != "" && secret.ID != defaultID {
		head = header + ";1.2;AES256;" + secret.ID
	}
	var b bytes.Buffer
	b.WriteString(head + "\n")
	for text := hex.EncodeToString(body); text != ""; {
		n := min(lineLength, len(text))
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	return b.Bytes(), nil
}
