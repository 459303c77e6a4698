// Package docs tests the documentation: the pages that are made from tables are as the tables are, what pages point to is there, and
// every difference that a test is told of stands in COMPATIBILITY.md.
//
//	go test ./docs -update
//
// writes configuration.md, keywords.md, modules.md and templating.md anew.
package docs

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = ".."

var update = flag.Bool("update", false, "write the pages that are made from tables")

// wantPage fails if a page is not what was made, as far as seen shows it; with -update it writes the page.
func wantPage(t *testing.T, name, made string, seen func(string) string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(seen(made), seen(read(t, name))); diff != "" {
		t.Errorf("%s is stale; `go test ./docs -update` writes it (- made, + there):\n%s", name, diff)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// whole is for pages of which every byte is compared.
func whole(page string) string { return page }

// code shows text as Markdown's code in a table; nothing stays nothing.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}

// codes shows words, each as code.
func codes(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = code(w)
	}
	return strings.Join(out, ", ")
}

// pages are the project's texts for people.
func pages(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, names...)
	}
	return found
}
