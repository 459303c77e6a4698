package value

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// Authored gives text without template markers that the author of a playbook, a role or an inventory wrote. It is a String as any other;
// where it lies in memory tells that it is an author's, as long as it is passed on whole: as a loop's item, a fact, an element of another
// list. Text that was made of it lies elsewhere, and is nobody's, as in ansible-core.
func Authored(text string) String {
	if text == "" {
		return ""
	}
	return String(authors.keep(text))
}

// IsAuthored tells whether text is what Authored gave, not a part of it and not a copy.
func (s String) IsAuthored() bool {
	at := place(s)
	blocks := *authors.blocks.Load()
	i, _ := slices.BinarySearchFunc(blocks, at, block.compare) // of the first block that does not lie before it
	if i == 0 {
		return false
	}
	b := blocks[i-1]
	return at < b.at+uintptr(b.size) && b.whole(int(at-b.at), len(s))
}

// Unsigned gives the same text as nobody's, and as no plain text of encrypted one.
func (s String) Unsigned() String {
	if !s.IsAuthored() && s.Vaulted() == nil {
		return s
	}
	return String(strings.Clone(string(s)))
}

// authors has the text of all authors. It is the program's, as memory is: what it tells of text does not depend on who asks.
var authors = newShelf()

// shelf keeps texts in blocks, each between two zero bytes. A block lives as long as one of its texts does.
type shelf struct {
	mu     sync.Mutex
	free   []byte                  // the rest of the last block
	blocks atomic.Pointer[[]block] // by their places
}

type block struct {
	at   uintptr
	size int
	live weak.Pointer[byte]
}

func (b block) compare(at uintptr) int { return cmp.Compare(b.at, at) }

const blockSize = 64 << 10

func newShelf() *shelf {
	s := &shelf{}
	s.blocks.Store(&[]block{})
	return s
}

func (s *shelf) keep(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(text)+1 > len(s.free) {
		s.add(max(blockSize, len(text)+2))
	}
	n := copy(s.free, text)
	kept := unsafe.String(&s.free[0], n)
	s.free = s.free[n+1:]
	return kept
}

// add begins a block, and forgets those that nobody needs any more.
func (s *shelf) add(size int) {
	data := make([]byte, size)
	blocks := slices.DeleteFunc(slices.Clone(*s.blocks.Load()), func(b block) bool { return b.live.Value() == nil })
	at := uintptr(unsafe.Pointer(&data[0]))
	i, _ := slices.BinarySearchFunc(blocks, at, block.compare)
	blocks = slices.Insert(blocks, i, block{at, size, weak.Make(&data[0])})
	s.blocks.Store(&blocks)
	s.free = data[1:]
}

// whole tells whether text at a place of the block is between zero bytes.
func (b block) whole(at, size int) bool {
	first := b.live.Value()
	if first == nil {
		return false
	}
	data := unsafe.Slice(first, b.size)
	return data[at-1] == 0 && data[at+size] == 0
}
