package inventory

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkLoad reads an inventory of 100,000 hosts in 1,000 groups, each with a file of group_vars, and merges each host's variables.
func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	var text strings.Builder
	if err := os.Mkdir(filepath.Join(dir, "group_vars"), 0o700); err != nil {
		b.Fatal(err)
	}
	for g := range 1000 {
		fmt.Fprintf(&text, "[g%d]\n", g)
		for h := range 100 {
			fmt.Fprintf(&text, "host-%d-%d ansible_host=10.%d.%d.%d n=%d\n", g, h, g>>8, g&255, h, h)
		}
		fmt.Fprintf(&text, "[g%d:vars]\na=1\nb=[1, 2]\n", g)
		file := filepath.Join(dir, "group_vars", fmt.Sprintf("g%d.yml", g))
		if err := os.WriteFile(file, []byte("port: 80\nsettings: {name: x, level: 3}\nurl: 'http://{{ inventory_hostname }}/'\n"), 0o600); err != nil {
			b.Fatal(err)
		}
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
		if err != nil || len(hosts) != 99_900 {
			b.Fatal(len(hosts), err)
		}
		for _, h := range hosts {
			if _, err := inv.Vars(h); err != nil {
				b.Fatal(err)
			}
		}
	}
}
