package docs

import (
	"strings"
	"testing"

	"github.com/goplay/goplay/connection/conntest"
)

// TestMatrix checks the table of the contract suite in connections.md, which is made from the suite.
func TestMatrix(t *testing.T) {
	const begin, end = "<!-- matrix -->\n", "<!-- end -->"
	page := read(t, "connections.md")
	before, rest, found := strings.Cut(page, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatal("connections.md has no place for the matrix")
	}
	wantPage(t, "connections.md", before+begin+conntest.Matrix()+end+after, whole)
}
