package callback

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Differences are found as Python's difflib documents it (the longest matching block first, then left and right of it; lines that
// are more than one in a hundred of a long text anchor no block), since users compare the text of diffs.

// match is a run of equal lines: a[A:A+N] == b[B:B+N].
type match struct{ A, B, N int }

type matcher struct {
	a, b []string
	at   map[string][]int // where each line of b stands; popular lines are left out
}

const popularFrom = 200 // texts shorter than this have no popular lines

func newMatcher(a, b []string) *matcher {
	m := &matcher{a: a, b: b, at: make(map[string][]int, len(b))}
	for j, line := range b {
		m.at[line] = append(m.at[line], j)
	}
	if n := len(b); n >= popularFrom {
		for line, places := range m.at {
			if len(places) > n/100+1 {
				delete(m.at, line)
			}
		}
	}
	return m
}

// longest finds the longest matching block in a[alo:ahi] and b[blo:bhi], the first one of several.
func (m *matcher) longest(alo, ahi, blo, bhi int) match {
	best := match{alo, blo, 0}
	run := map[int]int{} // length of the match that ends at a[i-1], b[j]
	for i := alo; i < ahi; i++ {
		next := map[int]int{}
		for _, j := range m.at[m.a[i]] {
			if j < blo {
				continue
			}
			if j >= bhi {
				break
			}
			n := run[j-1] + 1
			next[j] = n
			if n > best.N {
				best = match{i - n + 1, j - n + 1, n}
			}
		}
		run = next
	}
	return m.extend(best, alo, ahi, blo, bhi)
}

// extend makes a block longer by popular lines on both sides.
func (m *matcher) extend(x match, alo, ahi, blo, bhi int) match {
	for x.A > alo && x.B > blo && m.a[x.A-1] == m.b[x.B-1] {
		x = match{x.A - 1, x.B - 1, x.N + 1}
	}
	for x.A+x.N < ahi && x.B+x.N < bhi && m.a[x.A+x.N] == m.b[x.B+x.N] {
		x.N++
	}
	return x
}

// blocks gives all matching blocks in order, neighbours joined, and an empty one at the end.
func (m *matcher) blocks() []match {
	type area struct{ alo, ahi, blo, bhi int }
	todo := []area{{0, len(m.a), 0, len(m.b)}}
	var found []match
	for len(todo) > 0 {
		r := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		x := m.longest(r.alo, r.ahi, r.blo, r.bhi)
		if x.N == 0 {
			continue
		}
		found = append(found, x)
		todo = append(todo, area{r.alo, x.A, r.blo, x.B}, area{x.A + x.N, r.ahi, x.B + x.N, r.bhi})
	}
	slices.SortFunc(found, func(x, y match) int { return x.A - y.A })
	var joined []match
	for _, x := range found {
		if n := len(joined); n > 0 && joined[n-1].A+joined[n-1].N == x.A && joined[n-1].B+joined[n-1].N == x.B {
			joined[n-1].N += x.N
			continue
		}
		joined = append(joined, x)
	}
	return append(joined, match{len(m.a), len(m.b), 0})
}

// op says that a[A0:A1] became b[B0:B1]; Equal: they are the same.
type op struct {
	equal          bool
	A0, A1, B0, B1 int
}

func (m *matcher) ops() []op {
	var ops []op
	i, j := 0, 0
	for _, x := range m.blocks() {
		if i < x.A || j < x.B {
			ops = append(ops, op{false, i, x.A, j, x.B})
		}
		i, j = x.A+x.N, x.B+x.N
		if x.N > 0 {
			ops = append(ops, op{true, x.A, i, x.B, j})
		}
	}
	return ops
}

// hunks groups the changes with n lines around them.
func (m *matcher) hunks(n int) [][]op {
	ops := m.ops()
	if len(ops) == 0 || len(ops) == 1 && ops[0].equal {
		return nil
	}
	if f := &ops[0]; f.equal {
		f.A0, f.B0 = max(f.A0, f.A1-n), max(f.B0, f.B1-n)
	}
	if l := &ops[len(ops)-1]; l.equal {
		l.A1, l.B1 = min(l.A1, l.A0+n), min(l.B1, l.B0+n)
	}
	var all [][]op
	var hunk []op
	for _, o := range ops {
		if o.equal && o.A1-o.A0 > 2*n {
			hunk = append(hunk, op{true, o.A0, min(o.A1, o.A0+n), o.B0, min(o.B1, o.B0+n)})
			all = append(all, hunk)
			hunk = nil
			o.A0, o.B0 = max(o.A0, o.A1-n), max(o.B0, o.B1-n)
		}
		hunk = append(hunk, o)
	}
	if len(hunk) > 0 && !(len(hunk) == 1 && hunk[0].equal) {
		all = append(all, hunk)
	}
	return all
}

// unified gives the lines of a unified diff; each ends as its text does.
func unified(a, b []string, from, to string, context int) []string {
	m := newMatcher(a, b)
	var out []string
	for _, h := range m.hunks(context) {
		if out == nil {
			out = append(out, "--- "+from+"\n", "+++ "+to+"\n")
		}
		last := h[len(h)-1]
		out = append(out, fmt.Sprintf("@@ -%s +%s @@\n", span(h[0].A0, last.A1), span(h[0].B0, last.B1)))
		for _, o := range h {
			if o.equal {
				out = prefixed(out, " ", a[o.A0:o.A1])
				continue
			}
			out = prefixed(out, "-", a[o.A0:o.A1])
			out = prefixed(out, "+", b[o.B0:o.B1])
		}
	}
	return out
}

func prefixed(out []string, sign string, lines []string) []string {
	for _, l := range lines {
		out = append(out, sign+l)
	}
	return out
}

// span is a range of lines in a hunk's head.
func span(start, stop int) string {
	switch n := stop - start; n {
	case 1:
		return fmt.Sprint(start + 1)
	case 0:
		return fmt.Sprintf("%d,0", start)
	default:
		return fmt.Sprintf("%d,%d", start+1, n)
	}
}

// splitLines splits text behind each line end.
func splitLines(s string) []string {
	var lines []string
	for s != "" {
		n := lineLength(s)
		lines, s = append(lines, s[:n]), s[n:]
	}
	return lines
}

// lineLength is how long the first line is with its end, which is any that Python's splitlines knows.
func lineLength(s string) int {
	i := strings.IndexAny(s, "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029")
	if i < 0 {
		return len(s)
	}
	if strings.HasPrefix(s[i:], "\r\n") {
		return i + 2
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return i + size
}
