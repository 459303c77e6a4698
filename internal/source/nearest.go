package source

import "slices"

// Nearest gives the name that is written most like a wrong one, or "" where none is near.
func Nearest(name string, known []string) string {
	slices.Sort(known) // the same one every time
	best, most := "", 2
	if len(name) < 5 {
		most = 1
	}
	for _, k := range known {
		if abs(len(k)-len(name)) > most {
			continue
		}
		if d := Distance(name, k); d > 0 && (d < most || d == most && (best == "" || Distance(name, best) > d)) {
			best, most = k, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// Distance counts the insertions, deletions, replacements and swaps of neighbours that make b of a.
func Distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
