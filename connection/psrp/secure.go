package psrp

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf16"

	"github.com/goplay/goplay/connection/psrp/clixml"
)

// SessionKey encrypts the secure strings of a session, by AES in CBC mode without an initial vector (section 2.2.5.1.24).
type SessionKey [32]byte

var noVector [aes.BlockSize]byte

// Encrypt gives a text as a secure string.
func (k SessionKey) Encrypt(text string) clixml.SecureString {
	var data []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		data = binary.LittleEndian.AppendUint16(data, unit)
	}
	padding := aes.BlockSize - len(data)%aes.BlockSize
	data = append(data, slices.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(k.block(), noVector[:]).CryptBlocks(data, data)
	return clixml.SecureString(base64.StdEncoding.EncodeToString(data))
}

// errSecure says that a secure string was not encrypted with the key.
var errSecure = errors.New("not a secure string of this session")

// Decrypt gives the text of a secure string.
func (k SessionKey) Decrypt(s clixml.SecureString) (string, error) {
	data, err := base64.StdEncoding.DecodeString(string(s))
	if err != nil || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return "", errSecure
	}
	cipher.NewCBCDecrypter(k.block(), noVector[:]).CryptBlocks(data, data)
	padding := min(int(data[len(data)-1]), aes.BlockSize)
	data, padded := bytes.CutSuffix(data, slices.Repeat([]byte{byte(padding)}, padding))
	if padding == 0 || !padded || len(data)%2 != 0 {
		return "", errSecure
	}
	var units []uint16
	for ; len(data) > 0; data = data[2:] {
		units = append(units, binary.LittleEndian.Uint16(data))
	}
	return string(utf16.Decode(units)), nil
}

func (k SessionKey) block() cipher.Block {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		panic(err) // the key has the right length
	}
	return block
}

// keyBits is the size of the key pair that a session key is told by.
const keyBits = 2048

// Heads of keys as Windows' CryptoAPI has them, of sections 2.2.2.3 and 2.2.2.4; what follows is little-endian.
const (
	publicHead  = "\x06\x02\x00\x00\x00\xa4\x00\x00RSA1\x00\x08\x00\x00"
	sessionHead = "\x01\x02\x00\x00\x10\x66\x00\x00\x00\xa4\x00\x00"
)

// publicBlob is a public key as servers read it.
func publicBlob(key *rsa.PublicKey) string {
	blob := binary.LittleEndian.AppendUint32([]byte(publicHead), uint32(key.E))
	modulus := key.N.FillBytes(make([]byte, keyBits/8))
	slices.Reverse(modulus)
	return base64.StdEncoding.EncodeToString(append(blob, modulus...))
}

// sessionKey reads the key that a server made.
func sessionKey(pair *rsa.PrivateKey, blob string) (SessionKey, error) {
	data, err := base64.StdEncoding.DecodeString(blob)
	if err != nil || len(data) != len(sessionHead)+keyBits/8 {
		return SessionKey{}, fmt.Errorf("%w: a session key of %d bytes", ErrProtocol, len(data))
	}
	sealed := data[len(sessionHead):]
	slices.Reverse(sealed)
	key, err := rsa.DecryptPKCS1v15(nil, pair, sealed) //lint:ignore SA1019 the protocol has no other
	if err != nil || len(key) != len(SessionKey{}) {
		return SessionKey{}, fmt.Errorf("%w: the session key cannot be read", ErrProtocol)
	}
	return SessionKey(key), nil
}

// secure gives a text as the secure string of this session. The first time, a key is exchanged for it.
func (s *session) secure(ctx context.Context, text string) (clixml.SecureString, error) {
	key, err := s.sessionKey(ctx)
	if err != nil {
		return "", err
	}
	return key.Encrypt(text), nil
}

func (s *session) sessionKey(ctx context.Context) (SessionKey, error) {
	s.keyMu.Lock()
	defer s.keyMu.Unlock()
	if s.key != nil {
		return *s.key, nil
	}
	pair, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return SessionKey{}, err
	}
	key, err := s.exchange(ctx, pair)
	if err == nil {
		s.key = &key
	}
	return key, err
}

// exchange asks the server for a key.
func (s *session) exchange(ctx context.Context, pair *rsa.PrivateKey) (SessionKey, error) {
	body := clixml.NewObject(clixml.Property{Name: "PublicKey", Value: publicBlob(&pair.PublicKey)})
	fragments, err := s.fragments(ctx, PublicKey, GUID{}, body, s.shell.Chunk())
	if err != nil {
		return SessionKey{}, err
	}
	if err := s.shell.Send(ctx, "", "stdin", fragments[0], false); err != nil {
		return SessionKey{}, err
	}
	for {
		messages, err := s.receive(ctx, time.Second)
		if err != nil {
			return SessionKey{}, err
		}
		for _, m := range messages {
			if m.Kind != EncryptedSessionKey {
				continue
			}
			v, err := m.Value()
			if err != nil {
				return SessionKey{}, fmt.Errorf("%w: %w", ErrProtocol, err)
			}
			return sessionKey(pair, Text(clixml.Get(v, "EncryptedSessionKey")))
		}
	}
}
