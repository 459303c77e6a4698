package knownhosts

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// Keys that nobody has the private halves of any more.
const (
	keyA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPr9l0B0BgXYiYD0kqBSUvZYFqnWWUXtyJ6cV1y8lLkx"
	keyB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDXKvvNhzcSxX9UcjkLuhD/hROTuNqAqDXnNXrCUSoKi"
)

const sample = `# comment
web1 {a}
web2,10.0.0.2 {a} comment of words
WEB3.Example.com {a}
[web1]:2222,[10.0.0.1]:2222 {b}
*.example.org,!bad.example.org {a}
web? {b}
!web1,* {b}
@cert-authority *.example.net {b}
@revoked * {b}
  indented {a}
	tabbed	{a}
[*]:2222 {a}
[web1]:* {a}
`

// damaged lines speak of no host. (ssh-keygen -F doesn't look at the keys, ssh does.)
const damaged = `@nonsense web1 {a}
web1 ssh-ed25519
web1
web1 ssh-ed25519 AAAA
web1 ssh-ed25519 !!!!
web1 ssh-rsa {blob}
|1|bad|hash {a}
|2|x|y {a}
|1|AAAA|AAAA {a}
`

func text(sample string) string {
	return strings.NewReplacer("{a}", keyA, "{b}", keyB, "{blob}", strings.Fields(keyA)[1]).Replace(sample)
}

func TestDamaged(t *testing.T) {
	if entries := Parse("web1", "file", []byte(text(damaged))); len(entries) > 0 {
		t.Errorf("entries %+v", entries)
	}
}

var names = []string{
	"web1", "web2", "10.0.0.2", "web3.example.com", "[web1]:2222", "[10.0.0.1]:2222", "a.example.org", "bad.example.org", "web9", "web10",
	"x.example.net", "indented", "tabbed", "[other]:2222", "[web1]:99", "nothing",
}

var found = regexp.MustCompile(`(?m)^# Host .* found: line (\d+)`)

// TestLikeKeygen compares the lines that speak of a host with those that `ssh-keygen -F` finds, plain and hashed.
func TestLikeKeygen(t *testing.T) {
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("there is no ssh-keygen to compare with (install openssh-client)")
	}
	plain := filepath.Join(t.TempDir(), "plain")
	hashed := filepath.Join(t.TempDir(), "hashed")
	for _, file := range []string{plain, hashed} {
		if err := os.WriteFile(file, []byte(text(sample)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("ssh-keygen", "-q", "-H", "-f", hashed).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen -H: %v %s", err, out)
	}
	for _, file := range []string{plain, hashed} {
		for _, name := range names {
			out, _ := exec.Command("ssh-keygen", "-F", name, "-f", file).Output()
			var want []int
			for _, m := range found.FindAllStringSubmatch(string(out), -1) {
				n, _ := strconv.Atoi(m[1])
				want = append(want, n)
			}
			var got []int
			for _, entry := range Load(name, file) {
				got = append(got, entry.Line)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, %s: lines %v, with ssh-keygen %v", filepath.Base(file), name, got, want)
			}
		}
	}
}

func key(t testing.TB, line string) ssh.PublicKey {
	t.Helper()
	k, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestCheck(t *testing.T) {
	a, b := key(t, keyA), key(t, keyB)
	tests := []struct {
		file string
		key  ssh.PublicKey
		want Status
		line int
	}{
		{"", a, New, 0},
		{"other " + keyA, a, New, 0},
		{"h " + keyA, a, OK, 1},
		{"h " + keyB, a, Changed, 1},
		{"h " + keyB + "\nh " + keyA, a, OK, 2},
		{"h " + keyA + "\n@revoked h " + keyA, a, Banned, 2},
		{"@revoked other " + keyA + "\nh " + keyA, a, OK, 2},
		{"@cert-authority h " + keyA, a, New, 0},
		{"@revoked h " + keyB + "\nh " + keyA, a, OK, 2},
		{"h " + keyA, b, Changed, 1},
	}
	for _, tt := range tests {
		status, entry := Parse("h", "file", []byte(tt.file)).Check(tt.key)
		line := 0
		if entry != nil {
			line = entry.Line
		}
		if status != tt.want || line != tt.line {
			t.Errorf("%q: status %d by line %d, want %d by line %d", tt.file, status, line, tt.want, tt.line)
		}
	}
}

func TestAppend(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "known_hosts")
	for i, hashed := range []bool{false, true} {
		name := fmt.Sprintf("[web%d]:2222", i)
		if err := Append(file, name, key(t, keyA), hashed); err != nil {
			t.Fatal(err)
		}
		if status, _ := Load(name, file).Check(key(t, keyA)); status != OK {
			t.Errorf("%s isn't found again", name)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(data), "web1") || !strings.Contains(string(data), "web0") {
		t.Errorf("file is %q, error %v", data, err)
	}
	if err := os.WriteFile(file, []byte("x "+keyB), 0o600); err != nil { // no newline at the end
		t.Fatal(err)
	}
	if err := Append(file, "y", key(t, keyA), false); err != nil {
		t.Fatal(err)
	}
	if len(Load("x", file)) != 1 || len(Load("y", file)) != 1 {
		t.Error("a line was added to an unfinished one")
	}
}

func TestNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(file, []byte("web1,web2 "+keyA+"\n|1|x|y "+keyA+"\n@revoked z "+keyA+"\nw "+keyB+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{file + ":1: web1,web2", file + ":2: [hashed name]"}
	if got := Names(key(t, keyA), file, "/nonexistent"); !slices.Equal(got, want) {
		t.Errorf("names are %q, want %q", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("web1", text(sample+damaged))
	f.Add("[web1]:2222", "@revoked [*]:2222,!x "+keyA)
	f.Fuzz(func(t *testing.T, name, data string) {
		entries := Parse(name, "file", []byte(data))
		for _, entry := range entries {
			if entry.Key == nil || entry.Line < 1 || entry.Line > strings.Count(data, "\n")+1 {
				t.Fatalf("entry %+v", entry)
			}
			if status, _ := entries.Check(entry.Key); entry.Marker == Plain && status == New {
				t.Fatal("a key that is listed is new")
			}
		}
	})
}
