package payload

import (
	"sort"
	"strings"
)

// nearest gives up to three names that a mistyped one may mean, by the number of edits between them.
func nearest(name string, names []string) []string {
	short := name[strings.LastIndexByte(name, '.')+1:]
	limit := (len(short) + 2) / 3
	type near struct {
		name  string
		edits int
	}
	var found []near
	for _, n := range names {
		if d := distance(short, n); d <= limit {
			found = append(found, near{n, d})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].edits < found[j].edits })
	var result []string
	for _, n := range found[:min(len(found), 3)] {
		result = append(result, n.name)
	}
	return result
}

// distance counts the edits (insert, remove, replace a byte) that make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := diagonal
			if a[i] != b[j] {
				next = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
