package callback

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	a := "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n"
	for _, row := range []struct{ name, b, want string }{
		{"same", a, ""},
		{"one line", strings.Replace(a, "e\n", "E\n", 1), "--- x\n+++ y\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n"},
		{"two hunks", "A" + a[1:len(a)-2] + "J\n", "--- x\n+++ y\n@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n d\n@@ -7,4 +7,4 @@\n g\n h\n i\n-j\n+J\n"},
		{"nothing left", "", "--- x\n+++ y\n@@ -1,10 +0,0 @@\n-a\n-b\n-c\n-d\n-e\n-f\n-g\n-h\n-i\n-j\n"},
	} {
		got := strings.Join(unified(splitLines(a), splitLines(row.b), "x", "y", 3), "")
		if got != row.want {
			t.Errorf("%s: got\n%s\nwant\n%s", row.name, got, row.want)
		}
	}
}

// TestUnifiedLikePython compares with the Python that is at hand, on texts with many equal lines.
func TestUnifiedLikePython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to compare with")
	}
	const script = `import difflib, sys
a, b = sys.stdin.read().split("=\n")
sys.stdout.write("".join(difflib.unified_diff(a.splitlines(True), b.splitlines(True), "x", "y", "", "", n=3, lineterm="\n")))`
	for seed := range 12 {
		a, b := text2(seed)
		cmd := exec.Command(python, "-c", script)
		cmd.Stdin = strings.NewReader(a + "=\n" + b)
		want, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(unified(splitLines(a), splitLines(b), "x", "y", 3), "")
		if got != string(want) {
			t.Fatalf("seed %d: got\n%s\nwant\n%s", seed, got, want)
		}
	}
}

// text2 makes two texts of which the second is the first with lines changed, doubled and left out.
func text2(seed int) (string, string) {
	x := uint32(seed)*2654435761 + 1
	next := func(n int) int {
		x = x*1664525 + 1013904223
		return int(x>>8) % n
	}
	var a, b strings.Builder
	for range 30 + seed*12 {
		line := fmt.Sprintf("line %d\n", next(8+seed))
		a.WriteString(line)
		switch next(9) {
		case 0:
		case 1:
			b.WriteString(line + line)
		case 2:
			fmt.Fprintf(&b, "new %d\n", next(5))
		default:
			b.WriteString(line)
		}
	}
	return a.String(), b.String()
}

func FuzzUnified(f *testing.F) {
	f.Add("a\nb\n", "a\nc\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		lines := unified(splitLines(a), splitLines(b), "x", "y", 3)
		if (a == b) != (len(lines) == 0) {
			t.Fatalf("%q and %q: %d lines", a, b, len(lines))
		}
	})
}
