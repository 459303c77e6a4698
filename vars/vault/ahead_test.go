package vault

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// file is vault data of n values, some of them by another password, and broken ones among them.
func file(t *testing.T, n int) (texts []string) {
	t.Helper()
	for i := range n {
		data, err := Encrypt(fmt.Appendf(nil, "value %d", i), Secret{"default", []byte([]string{"pw1", "pw2"}[i%40/39])})
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(data))
	}
	texts[n/2] = "$ANSIBLE_VAULT;1.1;AES256\n66\n"
	return texts
}

// Whatever is made ahead, each value is what it is without.
func TestAhead(t *testing.T) {
	texts := file(t, 90)
	m := NewMemory(Secrets{List: []Secret{{"default", []byte("pw1")}, {"b", []byte("pw2")}}})
	m.Expect(texts)
	m.Expect(texts[10:20]) // a part that was read again
	var wait sync.WaitGroup
	for i, text := range texts {
		wait.Go(func() {
			plain, err := m.Decrypt([]byte(text))
			if i == len(texts)/2 {
				if err == nil || !strings.Contains(err.Error(), "vaulttext format error") {
					t.Errorf("broken data: %q, %v", plain, err)
				}
				return
			}
			if err != nil || string(plain) != fmt.Sprint("value ", i) {
				t.Errorf("%d: %q, %v", i, plain, err)
			}
		})
	}
	wait.Wait()
}

// No more is made ahead than was asked for, and nothing where only a few are read.
func TestAheadIsBounded(t *testing.T) {
	s := &series{texts: make([]string, 2000), known: make([]bool, 2000)}
	for i := range 2000 {
		s.next(i)
		if i < 3 && s.made != i+1 || s.made > 2*s.asked {
			t.Fatalf("%d asked for, %d made", s.asked, s.made)
		}
	}
	if s.made != 2000 {
		t.Errorf("%d made", s.made)
	}
}
