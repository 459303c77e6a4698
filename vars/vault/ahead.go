package vault

import (
	"crypto/sha256"
	"sync"
)

// Most of what decrypting takes is to make keys, and many keys at once take much less than one after the other. So when a file's values have
// been read, keys of those that follow are made with the next one's. As many are made ahead as were asked for, so that who reads a few
// values never pays for a file of many; none is decrypted before it is read.
const (
	fewestAhead = 5 // which sixteen lanes of blocks make at once
	mostAhead   = 160
)

// expected is the vault data of files that were read.
type expected struct {
	mu     sync.Mutex
	places map[digest]place
}

type place struct {
	of    *series
	index int
}

// series is the vault data of a file, in its order.
type series struct {
	mu    sync.Mutex
	texts []string
	known []bool // whose keys were asked for, or made ahead
	asked int
	made  int
	tries int // how many passwords it takes
}

// Expect tells of vault data that stands in one file, in its order.
func (m *Memory) Expect(texts []string) {
	s := &series{texts: texts, known: make([]bool, len(texts)), tries: 1}
	m.expected.mu.Lock()
	defer m.expected.mu.Unlock()
	if m.expected.places == nil {
		m.expected.places = map[digest]place{}
	}
	for i, text := range texts {
		of := sha256.Sum256([]byte(text))
		if _, twice := m.expected.places[of]; !twice {
			m.expected.places[of] = place{s, i}
		}
	}
}

// prepare has keys made for data that is about to be read, and for what may follow it. The series is nil where none is expected.
func (e *expected) prepare(of digest, ahead func(texts []string, tries int)) *series {
	e.mu.Lock()
	p, ok := e.places[of]
	e.mu.Unlock()
	if !ok {
		return nil
	}
	if texts, tries := p.of.next(p.index); len(texts) > 1 {
		ahead(texts, tries)
	}
	return p.of
}

// next gives the data whose keys are to be made, now that the one at an index is asked for.
func (s *series) next(index int) (texts []string, tries int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.known[index] {
		return nil, 0
	}
	n := min(2*s.asked-s.made, mostAhead)
	if n < fewestAhead {
		n = 1
	}
	for i := index; i < len(s.texts) && len(texts) < n; i++ {
		if !s.known[i] {
			s.known[i] = true
			texts = append(texts, s.texts[i])
		}
	}
	s.made += len(texts)
	return texts, s.tries
}

// took remembers how many passwords were tried.
func (s *series) took(tries int) {
	if s == nil || tries == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries = tries
}

// keysAhead makes the keys of data with the passwords that are tried first. What is wrong with the data is said when it is read.
func (m *Memory) keysAhead(texts []string, tries int) {
	salts := map[string][][]byte{} // by password
	for _, text := range texts {
		id, sealed, err := parse([]byte(text))
		if err != nil {
			continue
		}
		candidates := m.secrets.candidates(id)
		for _, c := range candidates[:min(tries, len(candidates))] {
			password := string(c.Password)
			salts[password] = append(salts[password], sealed.salt)
		}
	}
	for password, of := range salts {
		m.keysTogether([]byte(password), of)
	}
}

// keysTogether makes the keys of a password that nobody has asked for. Who asks meanwhile waits.
func (m *Memory) keysTogether(password []byte, salts [][]byte) {
	var todo [][]byte
	complete := make(chan struct{})
	all := sync.OnceValues(func() ([]keys, error) {
		<-complete
		return deriveAll(password, todo)
	})
	for _, salt := range salts {
		n := len(todo)
		_, first := m.keys.claim(keysOf(password, salt), func() (keys, error) {
			made, err := all()
			if err != nil {
				return keys{}, err
			}
			return made[n], nil
		})
		if first {
			todo = append(todo, salt)
		}
	}
	close(complete)
	_, _ = all() // each of the keys has the error
}
