package regex_test

import (
	"strings"
	"testing"

	"github.com/goplay/goplay/templating/regex"
)

func TestSub(t *testing.T) {
	for _, r := range []struct{ pattern, to, text, want string }{
		{`b`, `x`, `abc`, `axc`},
		{`(?P<q>b)`, `<\g<q>\1>`, `abc`, `a<bb>c`},
		{`x*`, `-`, `abxd`, `-a-b--d-`},
		{`.*`, `x`, `abc`, `xx`},
		{`$`, `!`, "ab\n", "ab!\n!"},
		{`(?m)^`, `> `, "a\nb", "> a\n> b"},
		{`(?<=\.)\w+`, `X`, `a.b`, `a.X`},
		{`(a)\1`, `z`, `aab`, `zb`},
		{`\w+`, `W`, `žluť ťuk`, `W W`},
		{`[]a]`, `_`, `a]b`, `__b`},
		{`a{,2}b`, `_`, `aab`, `_`},
		{`\Z`, `!`, "a\n", "a\n!"},
		{`b`, `\n\\`, `abc`, "a\n\\c"},
	} {
		re, err := regex.Compile(r.pattern, regex.Flags{})
		if err != nil {
			t.Errorf("%s: %v", r.pattern, err)
			continue
		}
		if got, _, err := re.Sub(r.to, r.text, 0); err != nil || got != r.want {
			t.Errorf("sub(%q, %q, %q) = %q, %v; want %q", r.pattern, r.to, r.text, got, err, r.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for pattern, want := range map[string]string{
		`(a`:  "missing ), unterminated subpattern at position 0",
		`a)`:  "unbalanced parenthesis at position 1",
		`x[a`: "unterminated character set at position 1",
		`*a`:  "nothing to repeat at position 0",
		`a\`:  `bad escape (end of pattern) at position 1`,
		`a**`: "multiple repeat at position 2",
	} {
		if _, err := regex.Compile(pattern, regex.Flags{}); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", pattern, err, want)
		}
	}
}

// A pattern that backtracks without end is stopped.
func TestTimeLimit(t *testing.T) {
	re, err := regex.Compile(`^(a|aa|a?)+$(?=b)`, regex.Flags{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.Search(strings.Repeat("a", 5000) + "c"); err == nil {
		t.Error("no error")
	}
}
