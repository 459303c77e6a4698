// Package pbkdf2 derives keys from passwords by PBKDF2 (RFC 8018, section 5.2) with HMAC-SHA-256, where many keys are to be derived.
//
// A key's blocks of 32 bytes do not depend on each other. On processors with the SHA extensions two of them are made at once on each core,
// which takes half of crypto/pbkdf2's work; elsewhere crypto/pbkdf2 does it.
package pbkdf2

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"sync"
)

// Key gives the first size bytes of the key. iterations is at least 1.
func Key(password, salt []byte, iterations, size int) ([]byte, error) {
	if !fast {
		return pbkdf2.Key(sha256.New, string(password), salt, iterations, size)
	}
	const pair = 2 * sha256.Size
	key := make([]byte, (size+pair-1)/pair*pair)
	c := newChains(password)
	var wait sync.WaitGroup
	for n := 0; n < size; n += pair {
		wait.Go(func() {
			number := n/sha256.Size + 1
			sums := c.two([2]state{c.first(salt, number), c.first(salt, number+1)}, iterations)
			for i, sum := range sums {
				for k, word := range sum {
					binary.BigEndian.PutUint32(key[n+sha256.Size*i+4*k:], word)
				}
			}
		})
	}
	wait.Wait()
	return key[:size], nil
}

// state is SHA-256's between blocks, and a hash as words.
type state = [8]uint32

// start is SHA-256's first state (FIPS 180-4, section 5.3.3).
var start = state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}

// chains makes blocks of a key: inner and outer are the states of HMAC's two hashes after the password, twice, for two blocks at once.
type chains struct {
	inner, outer [2]state
	password     []byte
}

func newChains(password []byte) *chains {
	short := password
	if len(short) > sha256.BlockSize {
		sum := sha256.Sum256(short)
		short = sum[:]
	}
	var words [2][16]uint32
	for i, mask := range []byte{0x36, 0x5c} { // RFC 2104's ipad and opad
		block := bytes.Repeat([]byte{mask}, sha256.BlockSize)
		subtle.XORBytes(block, block, short)
		for k := range words[i] {
			words[i][k] = binary.BigEndian.Uint32(block[4*k:])
		}
	}
	var out [2]state
	compress2(&out, &[2]state{start, start}, &words)
	return &chains{[2]state{out[0], out[0]}, [2]state{out[1], out[1]}, password}
}

// first is a block's value in the first iteration.
func (c *chains) first(salt []byte, number int) (words state) {
	mac := hmac.New(sha256.New, c.password)
	mac.Write(binary.BigEndian.AppendUint32(bytes.Clone(salt), uint32(number)))
	sum := mac.Sum(nil)
	for i := range words {
		words[i] = binary.BigEndian.Uint32(sum[4*i:])
	}
	return words
}

// two gives the blocks that begin with the values of the first iteration.
func (c *chains) two(values [2]state, iterations int) [2]state {
	total := values
	var words [2][16]uint32
	for i := range words {
		words[i][8], words[i][15] = 1<<31, (sha256.BlockSize+sha256.Size)*8 // the padding of 96 bytes
	}
	for range iterations - 1 {
		for _, from := range []*[2]state{&c.inner, &c.outer} {
			copy(words[0][:8], values[0][:])
			copy(words[1][:8], values[1][:])
			compress2(&values, from, &words)
		}
		for i := range total {
			for k := range total[i] {
				total[i][k] ^= values[i][k]
			}
		}
	}
	return total
}
