package inventory

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkLoad reads an inventory of 100,000 hosts in 100 groups and merges each host's variables.
func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	var text strings.Builder
	for g := range 100 {
		fmt.Fprintf(&text, "[g%d]\n", g)
		for h := range 1000 {
			fmt.Fprintf(&text, "host-%d-%d ansible_host=10.0.%d.%d n=%d\n", g, h, g, h%250, h)
		}
		fmt.Fprintf(&text, "[g%d:vars]\na=1\nb=[1, 2]\n", g)
	}
	if err := os.WriteFile(filepath.Join(dir, "hosts"), []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	cfg := testConfig(b, dir)
	for b.Loop() {
		inv, err := Load(context.Background(), []string{"hosts"}, Options{Dir: dir, Config: cfg})
		if err != nil {
			b.Fatal(err)
		}
		hosts, _, err := inv.Match("all:!g1")
		if err != nil || len(hosts) != 99_000 {
			b.Fatal(len(hosts), err)
		}
		for _, h := range hosts {
			if _, err := inv.Vars(h, ""); err != nil {
				b.Fatal(err)
			}
		}
	}
}
