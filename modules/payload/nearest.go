package payload

import (
	"sort"
	"strings"

	"github.com/goplay/goplay/internal/source"
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
		if d := source.Distance(short, n); d <= limit {
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
