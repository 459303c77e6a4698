package playbook

import (
	"slices"

	"github.com/goplay/goplay/internal/source"
)

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
		if d := source.Distance(name, k); d > 0 && (d < bestAt || d == bestAt && best != "" && len(k) > len(best)) {
			best, bestAt = k, d
		}
	}
	return didYouMean(best)
}
