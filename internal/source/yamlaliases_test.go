package source

import (
	"fmt"
	"strings"
	"testing"
)

// laughs is a document whose last line stands for 9 to the power of n values; each line is made of aliases of the line before.
func laughs(n int, line func(key, aliases string) string) string {
	text := "l0: &l0 {k: v}\n"
	for i := 1; i <= n; i++ {
		text += line(fmt.Sprintf("l%d", i), strings.Repeat(fmt.Sprintf("*l%d,", i-1), 8)+fmt.Sprintf("*l%d", i-1))
	}
	return text
}

func TestAliasesAreBounded(t *testing.T) {
	lists := func(key, aliases string) string { return fmt.Sprintf("%s: &%[1]s [%s]\n", key, aliases) }
	merges := func(key, aliases string) string {
		return fmt.Sprintf("%s: &%[1]s {<<: [%s], %[1]s: 1}\n", key, aliases)
	}
	for name, text := range map[string]string{"lists": laughs(12, lists), "merges": laughs(12, merges), "beyond all numbers": laughs(500, lists)} {
		_, err := ParseYAML("f.yml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), "The aliases of this document stand for more than 10000000 values.") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"few": laughs(5, lists), "recursive": "a: &a [*a, *a]\n", "many written": "d: &d [1,2,3]\nl:\n" + strings.Repeat("- *d\n", 100_000),
	} {
		if _, err := ParseYAML("f.yml", []byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
