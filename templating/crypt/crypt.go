// Package crypt makes the password hashes of crypt(3): sha512_crypt, sha256_crypt, md5_crypt and bcrypt.
//
// The SHA schemes follow Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512", bcrypt is Provos' and Mazières'.
package crypt

import (
	"crypto/md5" //nolint:gosec // md5_crypt is made of it
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"strings"

	"golang.org/x/crypto/blowfish" //lint:ignore SA1019 bcrypt is made of it

	"github.com/goplay/goplay/templating/value"
)

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Options choose a hash.
type Options struct {
	Salt   string // "" makes a random one
	Size   int    // of a random salt; 0 is the scheme's own
	Rounds int    // 0 is the scheme's own
	Ident  string // of bcrypt: 2, 2a, 2b, 2y
}

type scheme struct {
	saltSize, maxSalt, rounds, minRounds, maxRounds int
	hash                                            func(password string, o Options) (string, error)
}

func schemes() map[string]scheme {
	sha512crypt := scheme{16, 16, 656000, 1000, 999999999, func(p string, o Options) (string, error) {
		return "$6$" + roundsMark(o.Rounds) + o.Salt + "$" + shaCrypt(sha512.New, p, o.Salt, o.Rounds, order512), nil
	}}
	sha256crypt := scheme{16, 16, 535000, 1000, 999999999, func(p string, o Options) (string, error) {
		return "$5$" + roundsMark(o.Rounds) + o.Salt + "$" + shaCrypt(sha256.New, p, o.Salt, o.Rounds, order256), nil
	}}
	md5crypt := scheme{8, 8, 0, 0, 0, func(p string, o Options) (string, error) {
		return "$1$" + o.Salt + "$" + md5Crypt(p, o.Salt), nil
	}}
	bcrypt := scheme{22, 22, 12, 4, 31, bcryptHash}
	return map[string]scheme{
		"sha512": sha512crypt, "sha512_crypt": sha512crypt, "sha256": sha256crypt, "sha256_crypt": sha256crypt,
		"md5": md5crypt, "md5_crypt": md5crypt, "blowfish": bcrypt, "bcrypt": bcrypt,
	}
}

// Hash makes a password hash.
func Hash(name, password string, o Options) (string, error) {
	s, ok := schemes()[name]
	if !ok {
		return "", unknown(name)
	}
	if o.Rounds == 0 {
		o.Rounds = s.rounds
	}
	if s.maxRounds > 0 && (o.Rounds < s.minRounds || o.Rounds > s.maxRounds) {
		return "", value.ValueError("rounds must be between %d and %d", s.minRounds, s.maxRounds)
	}
	if o.Salt == "" {
		size := o.Size
		if size <= 0 || size > s.maxSalt {
			size = s.saltSize
		}
		o.Salt = randomSalt(size)
	}
	if i := strings.IndexFunc(o.Salt, func(r rune) bool { return !strings.ContainsRune(alphabet, r) }); i >= 0 {
		return "", value.ValueError("invalid characters in %s salt", name)
	}
	if len(o.Salt) > s.maxSalt {
		return "", value.ValueError("salt too large (%s requires <= %d chars)", name, s.maxSalt)
	}
	return s.hash(password, o)
}

// The lengths of salts: bcrypt takes no other.
const (
	shortSalt  = 8
	bcryptSalt = 22
)

// Salt makes a salt for a scheme, as long as the password lookup's are.
func Salt(name string) (string, error) {
	s, ok := schemes()[name]
	if !ok {
		return "", unknown(name)
	}
	if s.saltSize < bcryptSalt {
		return randomSalt(shortSalt), nil
	}
	return randomSalt(bcryptSalt), nil
}

func unknown(name string) error {
	return value.Errorf("AnsibleError", "%s is not in the list of supported passlib algorithms: md5, blowfish, sha256, sha512", name)
}

func randomSalt(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[b[i]&63]
	}
	return string(b)
}

func roundsMark(n int) string {
	if n == 5000 {
		return ""
	}
	return fmt.Sprintf("rounds=%d$", n)
}

// group is three bytes of a digest that become four letters; an index below 0 is a zero byte.
type group [3]int

func order512() []group {
	var g []group
	a, b, c := 0, 21, 42
	for range 21 {
		g = append(g, group{a, b, c})
		a, b, c = b+1, c+1, a+1
	}
	return append(g, group{-1, -1, 63})
}

func order256() []group {
	var g []group
	a, b, c := 0, 10, 20
	for range 10 {
		g = append(g, group{a, b, c})
		a, b, c = c+1, a+1, b+1
	}
	return append(g, group{-1, 31, 30})
}

func encode(sum []byte, groups []group) string {
	at := func(i int) uint32 {
		if i < 0 {
			return 0
		}
		return uint32(sum[i])
	}
	var b strings.Builder
	for _, g := range groups {
		w := at(g[0])<<16 | at(g[1])<<8 | at(g[2])
		n := 4
		for _, i := range g {
			if i < 0 {
				n--
			}
		}
		for range n {
			b.WriteByte(alphabet[w&63])
			w >>= 6
		}
	}
	return b.String()
}

// stretch repeats a digest to a length.
func stretch(sum []byte, n int) []byte {
	var out []byte
	for len(out) < n {
		out = append(out, sum[:min(len(sum), n-len(out))]...)
	}
	return out
}

func sum(newHash func() hash.Hash, parts ...[]byte) []byte {
	h := newHash()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func shaCrypt(newHash func() hash.Hash, password, saltText string, rounds int, order func() []group) string {
	key, salt := []byte(password), []byte(saltText)
	b := sum(newHash, key, salt, key)
	h := newHash()
	h.Write(key)
	h.Write(salt)
	h.Write(stretch(b, len(key)))
	for n := len(key); n > 0; n >>= 1 {
		if n&1 != 0 {
			h.Write(b)
		} else {
			h.Write(key)
		}
	}
	a := h.Sum(nil)
	dp := newHash()
	for range len(key) {
		dp.Write(key)
	}
	p := stretch(dp.Sum(nil), len(key))
	ds := newHash()
	for range 16 + int(a[0]) {
		ds.Write(salt)
	}
	s := stretch(ds.Sum(nil), len(salt))
	for i := range rounds {
		a = shaRound(newHash, i, a, p, s)
	}
	return encode(a, order())
}

func shaRound(newHash func() hash.Hash, i int, a, p, s []byte) []byte {
	h := newHash()
	if i&1 != 0 {
		h.Write(p)
	} else {
		h.Write(a)
	}
	if i%3 != 0 {
		h.Write(s)
	}
	if i%7 != 0 {
		h.Write(p)
	}
	if i&1 != 0 {
		h.Write(a)
	} else {
		h.Write(p)
	}
	return h.Sum(nil)
}

func md5Crypt(password, saltText string) string {
	key, salt := []byte(password), []byte(saltText)
	b := sum(md5.New, key, salt, key)
	h := md5.New() //nolint:gosec // md5_crypt is made of it
	h.Write([]byte(password + "$1$" + saltText))
	h.Write(stretch(b, len(key)))
	for n := len(key); n > 0; n >>= 1 {
		if n&1 != 0 {
			h.Write([]byte{0})
		} else {
			h.Write(key[:1])
		}
	}
	a := h.Sum(nil)
	for i := range 1000 {
		a = shaRound(md5.New, i, a, key, salt)
	}
	return encode(a, []group{{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}, {-1, -1, 11}})
}

const bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func bcryptHash(password string, o Options) (string, error) {
	ident := o.Ident
	if ident == "" {
		ident = "2b"
	}
	if !strings.Contains(" 2 2a 2b 2y ", " "+ident+" ") {
		return "", value.ValueError("%s is not a valid ident of bcrypt", ident)
	}
	if len(o.Salt) != 22 {
		return "", value.ValueError("salt too small (bcrypt requires exactly 22 chars)")
	}
	salt := bcryptDecode(o.Salt)[:16]
	key := append([]byte(password), 0)
	if len(key) > 72 {
		key = key[:72]
	}
	cipher, err := blowfish.NewSaltedCipher(key, salt)
	if err != nil {
		return "", err
	}
	for range 1 << o.Rounds {
		blowfish.ExpandKey(key, cipher)
		blowfish.ExpandKey(salt, cipher)
	}
	text := []byte("OrpheanBeholderScryDoubt")
	for i := 0; i < len(text); i += 8 {
		for range 64 {
			cipher.Encrypt(text[i:i+8], text[i:i+8])
		}
	}
	return fmt.Sprintf("$%s$%02d$%s%s", ident, o.Rounds, bcryptEncode(salt), bcryptEncode(text[:23])), nil
}

func bcryptEncode(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		var w [3]byte
		n := copy(w[:], b)
		b = b[n:]
		v := uint32(w[0])<<16 | uint32(w[1])<<8 | uint32(w[2])
		for i := range n + 1 {
			out.WriteByte(bcryptAlphabet[v>>(18-6*i)&63])
		}
	}
	return out.String()
}

func bcryptDecode(s string) []byte {
	var out []byte
	v, bits := uint32(0), 0
	for i := range len(s) {
		v = v<<6 | uint32(strings.IndexByte(bcryptAlphabet, s[i])&63)
		if bits += 6; bits >= 8 {
			bits -= 8
			out = append(out, byte(v>>bits))
		}
	}
	return out
}
