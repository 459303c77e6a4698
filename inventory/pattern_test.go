package inventory

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const patternInventory = `z1
[top:children]
mid2
mid1
[g0]
h9
h1
[mid1]
m1
h1
[mid2]
m2
[mid1:children]
leaf
[leaf]
l1
a1
z2
[other]
z2
q[1:3]
q10
`

func loadText(t *testing.T, name, text string) *Inventory {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	inv, err := Load(context.Background(), []string{name}, Options{Dir: dir, Config: testConfig(t, dir)})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func names(hosts []*Host) string {
	var out []string
	for _, h := range hosts {
		out = append(out, h.Name)
	}
	return strings.Join(out, " ")
}

// What each row wants was seen with ansible-playbook 2.19: hosts in the order in which a play takes them, warnings, error.
func TestMatch(t *testing.T) {
	const no = "Could not match supplied host pattern, ignoring: "
	tests := []struct{ pattern, hosts, warning, err string }{
		{"all", "z1 h9 h1 z2 q1 q2 q3 q10 m1 m2 l1 a1", "", ""},
		{"*", "z1 h9 h1 z2 q1 q2 q3 q10 m1 m2 l1 a1", "", ""},
		{"top", "m1 h1 m2 l1 a1 z2", "", ""},
		{"q1:all", "q1 z1 h9 h1 z2 q2 q3 q10 m1 m2 l1 a1", "", ""},
		{"other:!q2", "z2 q1 q3 q10", "", ""},
		{"leaf:top:&~.*1", "l1 a1 z2 m1 h1", "", ""},
		{"top:&~.*1", "m1 h1 l1 a1 z2", "", ""},
		{"q*:m*", "q1 q2 q3 q10 m1 h1 l1 a1 z2 m2", "", ""},
		{"mid*", "m1 h1 l1 a1 z2 m2", "", ""},
		{"m?", "m1 m2", "", ""},
		{"q*", "q1 q2 q3 q10", "", ""},
		{"q*[0]", "q1", "", ""},
		{"[q]1", "q1", "", ""},
		{"[!q]1", "z1 h1 m1 l1 a1", "", ""},
		{"q[0]", "", no + "q", ""},
		{"q[1:2]", "", no + "q", ""},
		{"other[1:2]", "q1 q2", "", ""},
		{"other[-1]", "q10", "", ""},
		{"other[1:]", "q1 q2 q3 q10", "", ""},
		{"other[0:0]", "z2", "", ""},
		{"other[5:]", "", "", ""},
		{"other[1:0]", "q1", "", ""},
		{"other[9-0]", "", "Use [x:y] inclusive subscripts instead of [x-y] which has been removed", "No hosts matched the subscripted pattern 'other[9-0]'"},
		{"other[0:-1]", "", no + "other[0:-1]", ""},
		{"q[z-a]", "", no + "q[z-a]", ""},
		{"q[!z-a]", "q1 q2 q3", "", ""},
		{"q[]-1]", "", no + "q[]-1", ""},
		{"ü*,q1", "q1", no + "ü*", ""},
		{"nope:q1:nope", "q1", no + "nope", ""},
		{"other[9]", "", "", "No hosts matched the subscripted pattern 'other[9]'"},
		{"other[1-2]", "q1 q2", "Use [x:y] inclusive subscripts instead of [x-y] which has been removed", ""},
		{"other[-2:]", "", no + "other[-2:]", ""},
		{"other[:2]", "", no + "other[:2]", ""},
		{"!other", "z1 h9 h1 m1 m2 l1 a1", "", ""},
		{"&other:z2", "z2", "", ""},
		{"z2,q1:q2", "z2", no + "q1:q2", ""},
		{"q1,nope:!foo", "q1", no + "nope:!foo", ""},
		{"q1:9", "", no + "q1:9", ""},
		{"other,,q1", "z2 q1 q2 q3 q10", "", ""},
		{"~q[12]$", "q1 q2", "", ""},
		{"~q(?!1)", "q2 q3", "", ""},
		{"~(q", "", "", "Invalid host list pattern: ~(q"},
		{"nope", "", no + "nope", ""},
		{"localhost", "localhost", "", ""},
		{"localhost:q1", "localhost q1", "", ""},
		{"ungrouped", "z1", "", ""},
		{"all[0]", "z1", "", ""},
		{"@lim", "", no + "@lim", ""},
	}
	for _, tt := range tests {
		inv := loadText(t, "hosts", patternInventory)
		hosts, warnings, err := inv.Match(tt.pattern)
		msg := ""
		if err != nil {
			msg = err.Error()
		}
		if names(hosts) != tt.hosts || strings.Join(warnings, "|") != tt.warning || msg != tt.err {
			t.Errorf("%s:\n got %q, %q, %q\nwant %q, %q, %q", tt.pattern, names(hosts), warnings, msg, tt.hosts, tt.warning, tt.err)
		}
	}
}

// Only --limit takes patterns from files.
func TestLimitFile(t *testing.T) {
	inv := loadText(t, "hosts", patternInventory)
	if err := os.WriteFile(filepath.Join(inv.opts.Dir, "lim"), []byte("q1\n# c\nq2  \n\nq3:m1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const no = "Could not match supplied host pattern, ignoring: "
	set, warnings, err := inv.Limit("@lim")
	if len(set) != 2 || !set[inv.Host("q1")] || !set[inv.Host("q2")] || strings.Join(warnings, "|") != no+"# c|"+no+"q3:m1" || err != nil {
		t.Error(set, warnings, err)
	}
	if _, _, err := inv.Limit("@nofile"); err == nil || err.Error() != "Unable to find limit file b'nofile'" {
		t.Error(err)
	}
}

// The reference fails inside where a pattern has nothing behind "!" or "&".
func TestLonelySign(t *testing.T) {
	inv := loadText(t, "hosts", patternInventory)
	for _, pattern := range []string{"!", "&", "all:! q1", "all,&"} {
		if _, _, err := inv.Match(pattern); err == nil || !strings.Contains(err.Error(), "has a lonely") {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}
