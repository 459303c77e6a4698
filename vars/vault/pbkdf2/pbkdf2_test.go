package pbkdf2

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// The answers are those of RFC 7914, section 11.
func TestKnown(t *testing.T) {
	for _, row := range []struct {
		password, salt string
		iterations     int
		want           string
	}{
		{"passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"},
		{"Password", "NaCl", 80000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"},
	} {
		got, err := Key([]byte(row.password), []byte(row.salt), row.iterations, 32)
		if err != nil || hex.EncodeToString(got) != row.want {
			t.Errorf("%s: %x, %v", row.password, got, err)
		}
	}
}

// Whatever the password, the salt and the size, the key is the one of crypto/pbkdf2.
func TestAsCrypto(t *testing.T) {
	for size := 1; size <= 200; size += 7 {
		password, salt := make([]byte, size), make([]byte, size*3/2)
		rand.Read(password)
		rand.Read(salt)
		for _, iterations := range []int{1, 2, 3, 100} {
			want, err := pbkdf2.Key(sha256.New, string(password), salt, iterations, size)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Key(password, salt, iterations, size)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes, %d iterations: %x, %v, want %x", size, iterations, got, err, want)
			}
		}
	}
}

func BenchmarkVaultKey(b *testing.B) {
	for b.Loop() {
		if _, err := Key([]byte("password"), make([]byte, 32), 10_000, 80); err != nil {
			b.Fatal(err)
		}
	}
}
