package pbkdf2

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
)

// state is SHA-256's between blocks, and a hash as words.
type state = [8]uint32

// start is SHA-256's first state (FIPS 180-4, section 5.3.3).
var start = state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}

// lanesWide is the number of hashes side by side in lanes.
const lanesWide = 16

// lanes are sixteen hashes: the first words of all, then the second ones.
type lanes = [8][lanesWide]uint32

// chains makes blocks of a password's keys: inner and outer are the states of HMAC's two hashes after the password.
type chains struct {
	inner, outer state
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
	return &chains{out[0], out[1], password}
}

// fill makes up to sixteen blocks.
func (c *chains) fill(blocks []block, iterations int) {
	sums := make([]state, len(blocks))
	for i, b := range blocks {
		sums[i] = c.first(b)
	}
	if len(blocks) > 2 {
		c.sixteen(sums, iterations)
	} else {
		c.two(sums, iterations)
	}
	for i, b := range blocks {
		for k, word := range sums[i] {
			binary.BigEndian.PutUint32(b.out[4*k:], word)
		}
	}
}

// first is a block's value in the first iteration.
func (c *chains) first(b block) (words state) {
	mac := hmac.New(sha256.New, c.password)
	mac.Write(binary.BigEndian.AppendUint32(bytes.Clone(b.salt), uint32(b.number)))
	sum := mac.Sum(nil)
	for i := range words {
		words[i] = binary.BigEndian.Uint32(sum[4*i:])
	}
	return words
}

// two replaces up to two values of the first iteration by the blocks that begin with them.
func (c *chains) two(sums []state, iterations int) {
	var values [2]state
	copy(values[:], sums)
	inner, outer := [2]state{c.inner, c.inner}, [2]state{c.outer, c.outer}
	var words [2][16]uint32
	for i := range words {
		words[i][8], words[i][15] = 1<<31, (sha256.BlockSize+sha256.Size)*8 // the padding of 96 bytes
	}
	for range iterations - 1 {
		for _, from := range []*[2]state{&inner, &outer} {
			copy(words[0][:8], values[0][:])
			copy(words[1][:8], values[1][:])
			compress2(&values, from, &words)
		}
		for i := range sums {
			for k := range sums[i] {
				sums[i][k] ^= values[i][k]
			}
		}
	}
}

// sixteen is two for up to sixteen values.
func (c *chains) sixteen(sums []state, iterations int) {
	var values lanes
	for i, sum := range sums {
		for k, word := range sum {
			values[k][i] = word
		}
	}
	total := values
	for range iterations - 1 {
		iterate16(&total, &values, &c.inner, &c.outer)
	}
	for i := range sums {
		for k := range sums[i] {
			sums[i][k] = total[k][i]
		}
	}
}
