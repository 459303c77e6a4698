package pbkdf2

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
		got, err := Keys([]byte(row.password), [][]byte{[]byte(row.salt)}, row.iterations, 32)
		if err != nil || hex.EncodeToString(got[0]) != row.want {
			t.Errorf("%s: %x, %v", row.password, got, err)
		}
	}
}

// Whatever the password, the salts and the size, the keys are those of crypto/pbkdf2: of a few, by pairs, and of many, by lanes.
func TestAsCrypto(t *testing.T) {
	for size := 1; size <= 200; size += 7 {
		password, salts := make([]byte, size), make([][]byte, size%31)
		rand.Read(password)
		for i := range salts {
			salts[i] = make([]byte, i*3/2)
			rand.Read(salts[i])
		}
		for _, iterations := range []int{1, 2, 3, 100} {
			got, err := Keys(password, salts, iterations, size)
			if err != nil || len(got) != len(salts) {
				t.Fatal(err)
			}
			for i, salt := range salts {
				want, err := pbkdf2.Key(sha256.New, string(password), salt, iterations, size)
				if err != nil || !bytes.Equal(got[i], want) {
					t.Fatalf("%d bytes of %d of %d, %d iterations: %x, %v, want %x", size, i, len(salts), iterations, got[i], err, want)
				}
			}
		}
	}
}

func BenchmarkVaultKeys(b *testing.B) {
	for _, n := range []int{1, 4, 5, 10, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			salts := make([][]byte, n)
			for b.Loop() {
				if _, err := Keys([]byte("password"), salts, 10_000, 80); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
