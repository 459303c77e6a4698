// Package pbkdf2 derives keys from a password by PBKDF2 (RFC 8018, section 5.2) with HMAC-SHA-256, where many keys are to be derived.
//
// Neither a key's blocks of 32 bytes nor those of different keys depend on each other. With AVX-512 a core makes sixteen of them at once, and
// with the SHA extensions two; elsewhere crypto/pbkdf2 makes one after the other.
package pbkdf2

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// Keys gives the first size bytes of the key of each salt. All cores work on it. iterations is at least 1.
func Keys(password []byte, salts [][]byte, iterations, size int) ([][]byte, error) {
	keys := make([][]byte, len(salts))
	if !fast {
		return keys, onAllCores(keys, func(i int) (err error) {
			keys[i], err = pbkdf2.Key(sha256.New, string(password), salts[i], iterations, size)
			return err
		})
	}
	c := newChains(password)
	parts := split(layOut(keys, salts, size))
	return keys, onAllCores(parts, func(i int) error {
		c.fill(parts[i], iterations)
		return nil
	})
}

// onAllCores does something for the index of each element.
func onAllCores[T any](elems []T, do func(i int) error) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range elems {
		group.Go(func() error { return do(i) })
	}
	return group.Wait()
}

// block is 32 bytes of a salt's key; the first one has the number 1.
type block struct {
	salt   []byte
	number int
	out    []byte
}

// layOut makes the keys, of zeros, and gives the blocks that are to fill them.
func layOut(keys, salts [][]byte, size int) (blocks []block) {
	for i, salt := range salts {
		whole := make([]byte, (size+sha256.Size-1)/sha256.Size*sha256.Size)
		for n := 0; n < size; n += sha256.Size {
			blocks = append(blocks, block{salt, n/sha256.Size + 1, whole[n : n+sha256.Size]})
		}
		keys[i] = whole[:size]
	}
	return blocks
}

// worthLanes is the number of blocks which sixteen lanes make in less time than pairs do on two cores.
const worthLanes = 12

// split parts the blocks into those that are made at once.
func split(blocks []block) (parts [][]block) {
	for len(blocks) > 0 {
		n := 2
		if wide && len(blocks) >= worthLanes {
			n = lanesWide
		}
		n = min(n, len(blocks))
		parts, blocks = append(parts, blocks[:n]), blocks[n:]
	}
	return parts
}
