// Package regex gives Python's regular expressions.
//
// A pattern is translated for two engines: Go's own, which takes linear time, and a backtracking one that knows look-around and
// back references. The first serves where it gives Python's result for the pattern and the text at hand; the second has a time limit.
package regex

import (
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"

	"github.com/goplay/goplay/templating/value"
)

// timeLimit bounds one match of the backtracking engine.
const timeLimit = 5 * time.Second

// Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	fast       *regexp.Regexp // nil where the pattern needs the other engine
	dollar     bool           // the pattern has a $ outside multiline mode: texts that end with a newline need the other engine
	matchEmpty bool           // the pattern can match nothing: its successive matches need the other engine

	pattern string
	flags   Flags
	once    sync.Once
	slow    *regexp2.Regexp
	slowErr error
	groups  []string // names, "" for unnamed ones; index 0 is the whole match
}

// Flags are Python's re.I, re.M and re.S.
type Flags struct{ IgnoreCase, Multiline, DotAll bool }

// Cache keeps compiled patterns. The zero Cache is ready; it is safe for concurrent use.
type Cache struct {
	mu sync.Mutex
	m  map[cacheKey]*Regexp
}

type cacheKey struct {
	pattern string
	flags   Flags
}

// cacheSize bounds the cache: patterns may be computed.
const cacheSize = 2000

// Compile gives the compiled form of a pattern. The error is Python's re.error, in other words.
func (c *Cache) Compile(pattern string, flags Flags) (*Regexp, error) {
	key := cacheKey{pattern, flags}
	c.mu.Lock()
	r, ok := c.m[key]
	c.mu.Unlock()
	if ok {
		return r, nil
	}
	r, err := Compile(pattern, flags)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= cacheSize {
		c.m = map[cacheKey]*Regexp{}
	}
	c.m[key] = r
	return r, nil
}

// Compile compiles a pattern.
func Compile(pattern string, flags Flags) (*Regexp, error) {
	r := &Regexp{pattern: pattern, flags: flags}
	t := translate(pattern)
	r.dollar = t.dollar && !flags.Multiline
	if t.linear {
		prefix := flags.prefix()
		if fast, err := regexp.Compile(prefix + t.fast); err == nil {
			r.fast = fast
			r.groups = fast.SubexpNames()
			r.matchEmpty = fast.MatchString("") || t.zeroWidth
			return r, nil
		}
	}
	return r, r.compileSlow()
}

func (f Flags) prefix() string {
	p := ""
	if f.IgnoreCase {
		p += "i"
	}
	if f.Multiline {
		p += "m"
	}
	if f.DotAll {
		p += "s"
	}
	if p == "" {
		return ""
	}
	return "(?" + p + ")"
}

// compileSlow compiles for the backtracking engine, once.
func (r *Regexp) compileSlow() error {
	r.once.Do(func() {
		opts := regexp2.None
		if r.flags.IgnoreCase {
			opts |= regexp2.IgnoreCase
		}
		if r.flags.Multiline {
			opts |= regexp2.Multiline
		}
		if r.flags.DotAll {
			opts |= regexp2.Singleline
		}
		r.slow, r.slowErr = regexp2.Compile(translate(r.pattern).slow, opts)
		if r.slowErr != nil {
			r.slowErr = complaint(r.pattern, r.slowErr)
			return
		}
		r.slow.MatchTimeout = timeLimit
		if r.groups == nil {
			r.groups = slowGroups(r.slow)
		}
	})
	return r.slowErr
}

func slowGroups(re *regexp2.Regexp) []string {
	numbers := re.GetGroupNumbers()
	names := make([]string, len(numbers))
	for i, n := range numbers {
		if name := re.GroupNameFromNumber(n); i > 0 && !isNumber(name) && n < len(names) {
			names[n] = name
		}
	}
	return names
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Groups is the number of groups.
func (r *Regexp) Groups() int { return len(r.groups) - 1 }

// GroupIndex gives the number of a named group, or -1.
func (r *Regexp) GroupIndex(name string) int {
	for i, n := range r.groups {
		if n == name && n != "" {
			return i
		}
	}
	return -1
}

// Match is a match: byte offsets of the groups in pairs, -1 where a group took no part.
type Match struct {
	text string
	loc  []int
}

// Group gives the text of a group; ok is false where it took no part.
func (m *Match) Group(i int) (string, bool) {
	if i < 0 || 2*i+1 >= len(m.loc) || m.loc[2*i] < 0 {
		return "", false
	}
	return m.text[m.loc[2*i]:m.loc[2*i+1]], true
}

// Span gives where the whole match stands.
func (m *Match) Span() (start, end int) { return m.loc[0], m.loc[1] }

// linear tells whether Go's engine gives Python's result for a text.
func (r *Regexp) linear(text string) bool {
	return r.fast != nil && isASCII(text) && !(r.dollar && strings.HasSuffix(text, "\n"))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Search finds the first match; nil where there is none.
func (r *Regexp) Search(text string) (*Match, error) {
	if r.linear(text) {
		if loc := r.fast.FindStringSubmatchIndex(text); loc != nil {
			return &Match{text, loc}, nil
		}
		return nil, nil
	}
	return r.slowFrom(newSubject(text), 0)
}

// MatchStart finds a match at the start of the text.
func (r *Regexp) MatchStart(text string) (*Match, error) {
	anchored, err := Compile(`\A(?:`+r.pattern+`)`, r.flags)
	if err != nil {
		return nil, err
	}
	return anchored.Search(text)
}

// subject is a text as the backtracking engine counts it: in runes.
type subject struct {
	text    string
	runes   []rune
	offsets []int // of each rune, and the end
}

func newSubject(text string) *subject {
	s := &subject{text: text}
	for i, r := range text {
		s.runes = append(s.runes, r)
		s.offsets = append(s.offsets, i)
	}
	s.offsets = append(s.offsets, len(text))
	return s
}

func (r *Regexp) slowFrom(s *subject, from int) (*Match, error) {
	if err := r.compileSlow(); err != nil {
		return nil, err
	}
	m, err := r.slow.FindRunesMatchStartingAt(s.runes, from)
	if err != nil {
		return nil, value.Errorf("re.error", "the regular expression takes too long on this text")
	}
	if m == nil {
		return nil, nil
	}
	loc := make([]int, 2*len(r.groups))
	for i := range r.groups {
		loc[2*i], loc[2*i+1] = -1, -1
		if g := m.GroupByNumber(i); g != nil && len(g.Captures) > 0 {
			loc[2*i], loc[2*i+1] = s.offsets[g.Index], s.offsets[g.Index+g.Length]
		}
	}
	return &Match{s.text, loc}, nil
}

// All finds all matches that do not overlap, as re.finditer does; limit 0 finds all.
func (r *Regexp) All(text string, limit int) ([]*Match, error) {
	if r.linear(text) && !r.matchEmpty {
		n := -1
		if limit > 0 {
			n = limit
		}
		var out []*Match
		for _, loc := range r.fast.FindAllStringSubmatchIndex(text, n) {
			out = append(out, &Match{text, loc})
		}
		return out, nil
	}
	return r.slowAll(newSubject(text), limit)
}

// slowAll finds matches one by one: an empty one may stand right behind another, as in Python.
func (r *Regexp) slowAll(s *subject, limit int) ([]*Match, error) {
	var out []*Match
	pos, lastEmpty := 0, -1
	for pos <= len(s.runes) && (limit <= 0 || len(out) < limit) {
		m, err := r.slowFrom(s, pos)
		if err != nil || m == nil {
			return out, err
		}
		start, end := s.index(m.loc[0]), s.index(m.loc[1])
		if start == end && start == lastEmpty {
			pos++
			continue
		}
		out = append(out, m)
		pos = end
		if start == end {
			lastEmpty = start
			pos = end + 1
		}
	}
	return out, nil
}

// index gives the number of the rune at a byte offset.
func (s *subject) index(offset int) int {
	lo, hi := 0, len(s.offsets)-1
	for lo < hi {
		mid := (lo + hi) / 2
		if s.offsets[mid] < offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
