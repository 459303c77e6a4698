package filter

import (
	"crypto/md5"  //nolint:gosec // a user's choice
	"crypto/sha1" //nolint:gosec // a user's choice
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func hashRows() []row {
	return []row{
		{name: "b64decode", params: "encoding='utf-8', urlsafe=False", run: b64decode},
		{name: "b64encode", params: "encoding='utf-8', urlsafe=False", run: b64encode},
		{name: "checksum", run: digest("sha1")},
		{name: "hash", params: "hashtype='sha1'", run: hashFilter},
		{name: "md5", run: digest("md5")},
		{name: "password_hash", params: "hashtype='sha512', salt=None, salt_size=None, rounds=None, ident=None", run: passwordHash},
		{name: "sha1", run: digest("sha1")},
		{name: "to_uuid", params: "namespace='361E6D51-FAEC-444A-9079-341386DA8E2E'", run: toUUID},
	}
}

func newHash(name string) hash.Hash {
	switch name {
	case "md5":
		return md5.New() //nolint:gosec // a user's choice
	case "sha1":
		return sha1.New() //nolint:gosec // a user's choice
	case "sha224":
		return sha256.New224()
	case "sha256":
		return sha256.New()
	case "sha384":
		return sha512.New384()
	case "sha512":
		return sha512.New()
	case "sha3_224":
		return sha3.New224()
	case "sha3_256":
		return sha3.New256()
	case "sha3_384":
		return sha3.New384()
	case "sha3_512":
		return sha3.New512()
	case "blake2b":
		h, _ := blake2b.New512(nil) // no key, so no error
		return h
	case "blake2s":
		h, _ := blake2s.New256(nil) // no key, so no error
		return h
	}
	return nil
}

func hashText(s *eval.State, name string, in value.Value) (value.Value, error) {
	h := newHash(name)
	if h == nil {
		return nil, value.ValueError("unsupported hash type %s", name)
	}
	t, err := text(s, in)
	if b, ok := in.(value.Bytes); ok {
		t = string(b)
	}
	h.Write([]byte(t))
	return value.String(hex.EncodeToString(h.Sum(nil))), err
}

func hashFilter(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	return hashText(s, a[0].String(), in)
}

func digest(name string) run {
	return func(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
		return hashText(s, name, in)
	}
}

func b64encode(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	b, err := encodeText(t, a[0].String())
	if err != nil {
		return nil, err
	}
	if a[1].Truth() {
		return value.String(base64.URLEncoding.EncodeToString(b)), nil
	}
	return value.String(base64.StdEncoding.EncodeToString(b)), nil
}

func b64decode(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	if a[1].Truth() {
		t = strings.NewReplacer("-", "+", "_", "/").Replace(t)
	}
	b, err := decodeBase64(t)
	if err != nil {
		return nil, err
	}
	return decodeText(b, a[0].String())
}

// decodeBase64 decodes as Python does: characters outside the alphabet are skipped, what stands behind the padding is ignored.
func decodeBase64(t string) ([]byte, error) {
	var digits []byte
	pads := 0
	for i := range len(t) {
		c := t[i]
		switch {
		case c == '=':
			pads++
			if len(digits)%4+pads >= 4 && len(digits)%4 >= 2 {
				return decodeDigits(digits, pads)
			}
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/':
			digits = append(digits, c)
			pads = 0
		}
	}
	return decodeDigits(digits, 0)
}

func decodeDigits(digits []byte, pads int) ([]byte, error) {
	switch len(digits) % 4 {
	case 1:
		return nil, value.Errorf("binascii.Error", "Invalid base64-encoded string: number of data characters (%d) cannot be 1 more than a multiple of 4", len(digits))
	case 2, 3:
		if pads == 0 || len(digits)%4+pads < 4 {
			return nil, value.Errorf("binascii.Error", "Incorrect padding")
		}
	}
	return base64.RawStdEncoding.DecodeString(string(digits))
}
