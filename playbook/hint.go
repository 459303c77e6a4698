package playbook

import "slices"

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "Did you mean '" + name + "'?"
}

// nearest is the hint with the name that is written most like the given one, or "" where none is near.
func nearest(name string, known []string) string {
	slices.Sort(known) // the same hint every time
	best, bestAt := "", 3
	if len(name) < 5 {
		bestAt = 2
	}
	for _, k := range known {
		// Of two that are as near, a letter left out is likelier than a wrong one.
		if d := distance(name, k); d > 0 && (d < bestAt || d == bestAt && best != "" && len(k) > len(best)) {
			best, bestAt = k, d
		}
	}
	return didYouMean(best)
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that make b of a.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
