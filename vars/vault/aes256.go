package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/goplay/goplay/vars/vault/pbkdf2"
)

const (
	saltSize   = 32
	keySize    = 32
	iterations = 10000
)

// errHMAC says that a password is not the one that the data was encrypted with, or that the data was changed.
var errHMAC = said("HMAC verification failed: Signature did not match digest.")

// keys are what a password and a salt give.
type keys struct{ cipher, mac, iv []byte }

// A deriver gives the keys of a password and a salt.
type deriver func(password, salt []byte) (keys, error)

func derive(password, salt []byte) (keys, error) {
	k, err := deriveAll(password, [][]byte{salt})
	if err != nil {
		return keys{}, err
	}
	return k[0], nil
}

// deriveAll gives the keys of each salt, in less time than one after the other.
func deriveAll(password []byte, salts [][]byte) ([]keys, error) {
	raw, err := pbkdf2.Keys(password, salts, iterations, 2*keySize+aes.BlockSize)
	if err != nil {
		return nil, fmt.Errorf("vault key: %w", err)
	}
	all := make([]keys, len(raw))
	for i, k := range raw {
		all[i] = keys{k[:keySize], k[keySize : 2*keySize], k[2*keySize:]}
	}
	return all, nil
}

// sealed is what vault data holds.
type sealed struct{ salt, sum, text []byte }

// parseSealed reads salt, HMAC and ciphertext, each in hexadecimal on its line. It takes the body's memory.
func parseSealed(body []byte) (s sealed, err error) {
	parts := bytes.SplitN(body, []byte("\n"), 3)
	if len(parts) < 3 {
		return s, said("Vault vaulttext format error: not enough values to unpack (expected 3, got %d)", len(parts))
	}
	for i, raw := range []*[]byte{&s.salt, &s.sum, &s.text} {
		if *raw, err = unhex(parts[i]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// open decrypts with a password.
func (s sealed) open(password []byte, derive deriver) ([]byte, error) {
	k, err := derive(password, s.salt)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(sign(k, s.text), s.sum) {
		return nil, errHMAC
	}
	plain, err := crypt(k, s.text)
	if err != nil {
		return nil, err
	}
	return unpad(plain)
}

// seal is the inverse of open.
func seal(plain, password, salt []byte) ([]byte, error) {
	if salt == nil {
		salt = make([]byte, saltSize)
		if _, err := rand.Read(salt); err != nil {
			return nil, fmt.Errorf("vault salt: %w", err)
		}
	}
	k, err := derive(password, salt)
	if err != nil {
		return nil, err
	}
	text, err := crypt(k, pad(plain))
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s\n%s\n%s", hex.EncodeToString(salt), hex.EncodeToString(sign(k, text)), hex.EncodeToString(text)), nil
}

func sign(k keys, text []byte) []byte {
	mac := hmac.New(sha256.New, k.mac)
	mac.Write(text)
	return mac.Sum(nil)
}

// crypt encrypts or decrypts: counter mode is its own inverse.
func crypt(k keys, text []byte) ([]byte, error) {
	block, err := aes.NewCipher(k.cipher)
	if err != nil {
		return nil, fmt.Errorf("vault cipher: %w", err)
	}
	out := make([]byte, len(text))
	cipher.NewCTR(block, k.iv).XORKeyStream(out, text)
	return out, nil
}

// pad fills the last block as PKCS #7 says (RFC 5652, section 6.3).
func pad(plain []byte) []byte {
	n := aes.BlockSize - len(plain)%aes.BlockSize
	return append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
}

func unpad(padded []byte) ([]byte, error) {
	if len(padded) == 0 {
		return nil, errors.New("vault data has no padding")
	}
	n := int(padded[len(padded)-1])
	if n < 1 || n > aes.BlockSize || n > len(padded) {
		return nil, errors.New("vault data has wrong padding")
	}
	return padded[:len(padded)-n], nil
}
