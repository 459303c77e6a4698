package value

import (
	"strings"
	"testing"
)

func BenchmarkIsAuthored(b *testing.B) {
	var kept []String
	for range 2000 {
		kept = append(kept, Authored(strings.Repeat("x", blockSize)))
	}
	for b.Loop() {
		if !kept[1000].IsAuthored() {
			b.Fatal("text is nobody's")
		}
	}
}
