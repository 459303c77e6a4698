// Package mersenne gives the random numbers that Python's random.Random gives for a seed: playbooks rely on them being the same each
// time.
package mersenne

import (
	"crypto/sha512"
	"math/big"

	"github.com/goplay/goplay/templating/value"
)

// New starts the numbers of a seed.
func New(seed value.Value) *Twister { return newTwister(seedOf(seed)) }

// seedOf makes a number of a seed, as Python's random.seed does: text with its SHA-512 behind it, integers without their sign.
func seedOf(v value.Value) *big.Int {
	switch x := v.(type) {
	case value.Int:
		return new(big.Int).Abs(big.NewInt(int64(x)))
	case *value.BigInt:
		return new(big.Int).Abs(x.V)
	case value.Float:
		return hashOf(float64(x))
	case value.Bool:
		if x {
			return big.NewInt(1)
		}
		return new(big.Int)
	}
	text := []byte(v.String())
	sum := sha512.Sum512(text)
	return new(big.Int).SetBytes(append(text, sum[:]...))
}

// hashOf gives the size of Python's hash of a float: the number modulo the prime 2**61 - 1.
func hashOf(f float64) *big.Int {
	r, prime := new(big.Rat), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 61), big.NewInt(1))
	if r.SetFloat64(f) == nil {
		return big.NewInt(314159) // infinity
	}
	n := new(big.Int).Mul(r.Num().Abs(r.Num()), new(big.Int).ModInverse(r.Denom(), prime))
	return n.Mod(n, prime)
}

// Twister is the Mersenne Twister MT19937, Python's random number generator: playbooks rely on equal seeds giving equal numbers.
type Twister struct {
	state [624]uint32
	i     int
}

func newTwister(seed *big.Int) *Twister {
	var key []uint32
	words := new(big.Int).Set(seed)
	mask := big.NewInt(0xffffffff)
	for words.Sign() > 0 {
		key = append(key, uint32(new(big.Int).And(words, mask).Uint64()))
		words.Rsh(words, 32)
	}
	if len(key) == 0 {
		key = []uint32{0}
	}
	m := &Twister{}
	m.initArray(key)
	return m
}

func (m *Twister) init(seed uint32) {
	m.state[0] = seed
	for i := 1; i < len(m.state); i++ {
		prev := m.state[i-1]
		m.state[i] = 1812433253*(prev^prev>>30) + uint32(i)
	}
	m.i = len(m.state)
}

func (m *Twister) initArray(key []uint32) {
	m.init(19650218)
	n := len(m.state)
	i, j := 1, 0
	step := func() {
		i++
		if i >= n {
			m.state[0] = m.state[n-1]
			i = 1
		}
	}
	for range max(n, len(key)) {
		prev := m.state[i-1]
		m.state[i] = (m.state[i] ^ (prev^prev>>30)*1664525) + key[j] + uint32(j)
		step()
		if j++; j >= len(key) {
			j = 0
		}
	}
	for range n - 1 {
		prev := m.state[i-1]
		m.state[i] = (m.state[i] ^ (prev^prev>>30)*1566083941) - uint32(i)
		step()
	}
	m.state[0] = 0x80000000
}

func (m *Twister) refill() {
	n := len(m.state)
	for k := range n {
		y := m.state[k]&0x80000000 | m.state[(k+1)%n]&0x7fffffff
		next := m.state[(k+397)%n] ^ y>>1
		if y&1 != 0 {
			next ^= 0x9908b0df
		}
		m.state[k] = next
	}
	m.i = 0
}

func (m *Twister) next() uint32 {
	if m.i >= len(m.state) {
		m.refill()
	}
	y := m.state[m.i]
	m.i++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// Below gives a number in [0, n) as Python's Random._randbelow does: as many bits as n has, until they are small enough.
func (m *Twister) Below(n int) int {
	bits := 0
	for x := n; x > 0; x >>= 1 {
		bits++
	}
	for {
		if r := m.bits(bits); r < n {
			return r
		}
	}
}

func (m *Twister) bits(k int) int {
	if k <= 32 {
		return int(m.next() >> (32 - k))
	}
	low := int(m.next())
	return int(m.next()>>(64-k))<<32 | low
}
