package parity

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseRow(t *testing.T) {
	r, err := parseRow("x", []byte("# a row\nrun: site.yml -v\nrun: site.yml\nlab: 2 root\nignore: a+ => b\nenv: A=1\n-- site.yml --\n- hosts: all\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.runs) != 2 || r.hosts != 2 || r.user != "root" || len(r.env) != 1 || len(r.files) != 1 {
		t.Errorf("read as %+v", r)
	}
	if got := r.normal("/tmp/f", "/tmp/f/x aaa 0:00:01.123456"); got != "/ROW/x b DELTA" {
		t.Errorf("normalised to %q", got)
	}
	for _, bad := range []string{"", "run: x\nwhat: y\n", "run: x\nlab: many\n", "run: x\nignore: (\n"} {
		if _, err := parseRow("x", []byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestCommand(t *testing.T) {
	for _, row := range []struct{ name, args, want string }{
		{"goplay", "site.yml -v", "/bin/p site.yml -v"},
		{"goplay", "ansible-vault view x", "/bin/p vault view x"},
		{"reference", "site.yml", "/bin/p site.yml"},
		{"reference", "ansible all", "/bin/ansible all"},
	} {
		if got := (program{row.name, "/bin/p"}).command(row.args); got != row.want {
			t.Errorf("%s runs %q as %q, want %q", row.name, row.args, got, row.want)
		}
	}
}

func TestSortResults(t *testing.T) {
	in := "TASK [x] ***\n[ERROR]: no\n\n1 - x\nfatal: [c]: FAILED!\nok: [b] => {\n    \"n\": 1\n}\nchanged: [a]\n\nPLAY RECAP ***\nb : ok=1\na : ok=1\n"
	want := "TASK [x] ***\n[ERROR]: no\n\n1 - x\nfatal: [c]: FAILED!\nchanged: [a]\nok: [b] => {\n    \"n\": 1\n}\n\nPLAY RECAP ***\nb : ok=1\na : ok=1\n"
	if got := sortResults(in); got != want {
		t.Errorf("got %q", got)
	}
}

func TestSortHosts(t *testing.T) {
	got := (&row{}).normal("/tmp/f", "    hosts (2):\n      b\n      a\n\n      c\n")
	if want := "    hosts (2):\n      a\n      b\n\n      c\n"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestDifferences(t *testing.T) {
	want := outcome{{"1/stdout", "a\nb\n"}, {"1/code", "0\n"}}
	if d := differences("want", want, "got", want); d != "" {
		t.Errorf("equal outcomes differ: %s", d)
	}
	d := differences("want", want, "got", outcome{{"1/stdout", "a\nc\n"}})
	for _, part := range []string{"-b", "+c", "no 1/code"} {
		if !strings.Contains(d, part) {
			t.Errorf("no %q in:\n%s", part, d)
		}
	}
}

func TestRecordKeepsBoth(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.golden")
	r := &record{version: "v", reference: outcome{{"1/stdout", "a\n"}}, goplay: outcome{{"1/stdout", "b\n"}}}
	if err := r.write(path); err != nil {
		t.Fatal(err)
	}
	back, err := readRecord(path)
	if err != nil || back.version != "v" || back.reference.get("1/stdout") != "a\n" || back.goplay.get("1/stdout") != "b\n" {
		t.Errorf("read back as %+v, %v", back, err)
	}
}

func TestTreeOf(t *testing.T) {
	folder := t.TempDir()
	os.WriteFile(filepath.Join(folder, "f"), []byte("x\ny"), 0o640)
	os.Symlink("f", filepath.Join(folder, "l"))
	tree, err := treeOf(folder, func(s string) string { return s })
	if want := "f file 0640\n    x\n    y\nl link -> f\n"; err != nil || tree != want {
		t.Errorf("tree %q, %v", tree, err)
	}
}

func TestEach(t *testing.T) {
	text := "# a row\neach: uses site.yml -v\n-- uses --\n# none\nname: x\nvars:\n+   a: 1\n-- site.yml --\n- hosts: all\n  @@\n  tasks: []\n"
	r, err := parseRow("x", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"site.yml -v", "site.yml -v"}; !slices.Equal(r.runs, want) {
		t.Errorf("runs %q, want %q", r.runs, want)
	}
	folder := t.TempDir()
	os.Mkdir(filepath.Join(folder, "play"), 0o755)
	for i, want := range []string{"- hosts: all\n  name: x\n  tasks: []\n", "- hosts: all\n  vars:\n    a: 1\n  tasks: []\n"} {
		if err := r.each.put(r, folder, r.each.list[i]); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(filepath.Join(folder, "play", "site.yml")); string(got) != want {
			t.Errorf("entry %d is put as %q, want %q", i, got, want)
		}
	}
}

func TestEachRefuses(t *testing.T) {
	for _, head := range []string{"each: uses\n", "run: site.yml\neach: uses site.yml\n"} {
		if _, err := parseRow("x", []byte("# a row\n"+head+"-- uses --\na: 1\n-- site.yml --\n@@\n")); err == nil {
			t.Errorf("%q is taken", head)
		}
	}
	r, err := parseRow("x", []byte("# a row\neach: uses site.yml\n-- uses --\na: 1\n-- site.yml --\n- hosts: all\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.each.put(r, t.TempDir(), "a: 1"); err == nil {
		t.Error("a playbook without the mark is taken")
	}
}
