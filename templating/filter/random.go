package filter

import (
	"crypto/sha512"
	"math/big"
	"math/rand/v2"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func randomRows() []row {
	return []row{
		{name: "random", params: "start=None, step=None, seed=None", run: randomOfAnsible},
		{name: "shuffle", params: "seed=None", run: shuffle},
	}
}

// below gives random numbers in [0, n).
type below func(n int) int

func picker(seed value.Value) below {
	if isNone(seed) {
		return rand.IntN
	}
	m := newTwister(seedOf(seed))
	return m.below
}

func randomOfAnsible(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	pick := picker(a[2])
	end, err := intArg(in)
	if err == nil {
		return randomNumber(pick, end, a)
	}
	if !isNone(a[0]) || !isNone(a[1]) {
		return nil, value.Errorf("AnsibleFilterError", "start and step can only be used with integer values")
	}
	elems, err := elements(s, in)
	if err != nil {
		return nil, value.Errorf("AnsibleFilterError", "random can only be used on sequences and integers")
	}
	if len(elems) == 0 {
		return nil, value.Errorf("IndexError", "Cannot choose from an empty sequence")
	}
	return elems[pick(len(elems))], nil
}

func randomNumber(pick below, end int, a []value.Value) (value.Value, error) {
	start, step := 0, 1
	for i, p := range []*int{&start, &step} {
		if isNone(a[i]) || !a[i].Truth() {
			continue
		}
		n, err := intArg(a[i])
		if err != nil {
			return nil, err
		}
		*p = n
	}
	n := 0
	switch {
	case step > 0:
		n = (end - start + step - 1) / step
	case step < 0:
		n = (end - start + step + 1) / step
	}
	if n <= 0 {
		return nil, value.ValueError("empty range for randrange() (%d, %d, %d)", start, end, step)
	}
	return value.Int(start + step*pick(n)), nil
}

func shuffle(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	elems, err := elements(s, in)
	if err != nil {
		return in, nil
	}
	out := append([]value.Value(nil), elems...)
	pick := picker(a[0])
	for i := len(out) - 1; i > 0; i-- {
		j := pick(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return list(out), nil
}

// seedOf makes a number of a seed, as Python's random.seed does: text with its SHA-512 behind it, integers without their sign.
func seedOf(v value.Value) *big.Int {
	switch x := v.(type) {
	case value.Int:
		return new(big.Int).Abs(big.NewInt(int64(x)))
	case *value.BigInt:
		return new(big.Int).Abs(x.V)
	case value.Bool:
		n, _ := intArg(x) // a bool is an integer
		return big.NewInt(int64(n))
	}
	text := []byte(v.String())
	sum := sha512.Sum512(text)
	return new(big.Int).SetBytes(append(text, sum[:]...))
}

// twister is the Mersenne Twister MT19937, Python's random number generator: playbooks rely on equal seeds giving equal numbers.
type twister struct {
	state [624]uint32
	i     int
}

func newTwister(seed *big.Int) *twister {
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
	m := &twister{}
	m.initArray(key)
	return m
}

func (m *twister) init(seed uint32) {
	m.state[0] = seed
	for i := 1; i < len(m.state); i++ {
		prev := m.state[i-1]
		m.state[i] = 1812433253*(prev^prev>>30) + uint32(i)
	}
	m.i = len(m.state)
}

func (m *twister) initArray(key []uint32) {
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

func (m *twister) refill() {
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

func (m *twister) next() uint32 {
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

// below gives a number in [0, n) as Python's Random._randbelow does: as many bits as n has, until they are small enough.
func (m *twister) below(n int) int {
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

func (m *twister) bits(k int) int {
	if k <= 32 {
		return int(m.next() >> (32 - k))
	}
	low := int(m.next())
	return int(m.next()>>(64-k))<<32 | low
}
