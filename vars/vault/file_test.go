package vault

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// makeFile writes a file with a mode and gives its path.
func makeFile(t *testing.T, path, text string, mode fs.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func wantFile(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || string(data) != text || info.Mode().Perm() != mode {
		t.Errorf("%s has %q and mode %v (%v), want %q and %v", path, data, info.Mode(), err, text, mode)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	old := makeFile(t, filepath.Join(dir, "old"), "clear text", 0o644)
	kept, err := os.Open(old) // what a reader of the disk would see
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	linked := makeFile(t, filepath.Join(dir, "linked"), "clear text", 0o644)
	other := filepath.Join(dir, "other")
	if err := os.Link(linked, other); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("old", link); err != nil {
		t.Fatal(err)
	}
	for path, keep := range map[string]bool{link: false, linked: true, filepath.Join(dir, "new"): true} {
		if err := WriteFile(path, []byte("new"), keep); err != nil {
			t.Fatal(err)
		}
	}
	wantFile(t, old, "new", 0o600)
	wantFile(t, linked, "new", 0o644)
	wantFile(t, other, "clear text", 0o644)
	wantFile(t, filepath.Join(dir, "new"), "new", 0o600)
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link is no link any more")
	}
	left := make([]byte, len("clear text"))
	if n, err := kept.ReadAt(left, 0); err != nil || n != len(left) || string(left) == "clear text" {
		t.Errorf("the old content is still %q (%v)", left[:n], err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 5 {
		t.Errorf("files are left: %v", entries)
	}
}

func TestWriteFileFails(t *testing.T) {
	dir := t.TempDir()
	if err := WriteFile(filepath.Join(dir, "none/x"), nil, false); message(err) != "Destination '"+dir+"/none' not writable" {
		t.Errorf("a missing folder: %v", err)
	}
	if err := WriteFile(dir, []byte("x"), false); err == nil {
		t.Error("a folder is written to")
	}
	if err := WriteFile("/dev/null", []byte("x"), false); err != nil {
		t.Errorf("a device: %v", err)
	}
}

// editor makes a program that gets the file as its last argument.
func editor(t *testing.T, script string) Editor {
	t.Helper()
	dir := t.TempDir()
	program := makeFile(t, filepath.Join(dir, "my editor"), "#!/bin/sh\n"+script, 0o700)
	return Editor{Command: "'" + program + `' -x "a b"`, TempDir: filepath.Join(dir, "tmp/deep"), Stdout: os.Stdout, Stderr: os.Stderr}
}

func TestEdit(t *testing.T) {
	for script, want := range map[string]string{
		`echo "$1 $2" >> "$3"`:                            "old\n-x a b\n",
		`cp "$3" "$3~"; printf new > "$3"; exit 4`:        "new",
		`printf x > "$3.new" && mv "$3.new" "$3"`:         "x",
		`stat -c %a "$3" "$(dirname "$3")" > x; cat x>$3`: "600\n700\n",
	} {
		e := editor(t, script)
		t.Chdir(filepath.Dir(filepath.Dir(e.TempDir)))
		got, err := e.Edit(t.Context(), []byte("old\n"))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", script, got, err)
		}
		wantEmpty(t, e.TempDir)
	}
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left in %s: %v, %v", dir, entries, err)
	}
}

func TestEditFails(t *testing.T) {
	e := editor(t, "")
	for command, want := range map[string]string{
		"/none -x": "Unable to execute the command \"/none -x FILE\": [Errno 2] No such file or directory: '/none'",
		"no-such":  "Unable to execute the command \"no-such FILE\": [Errno 2] No such file or directory: 'no-such'",
		"'x":       "the editor ''x' cannot be run: no closing quotation",
		" ":        "the editor ' ' cannot be run: it is empty",
	} {
		e.Command = command
		_, err := e.Edit(t.Context(), []byte("x"))
		got := message(err)
		if at := strings.Index(got, e.TempDir); at >= 0 {
			end := strings.IndexByte(got[at:], '"')
			got = got[:at] + "FILE" + got[at+end:]
		}
		if got != want {
			t.Errorf("%q: %s, want %s", command, got, want)
		}
	}
}

// An editor that is interrupted leaves nothing behind.
func TestEditInterrupted(t *testing.T) {
	e := editor(t, `touch "$(dirname "$0")/began"; exec sleep 600`)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		began := filepath.Join(filepath.Dir(strings.Trim(strings.Fields(e.Command)[0], "'")), "began")
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			if _, err := os.Stat(began); err == nil {
				break
			}
		}
		cancel()
	}()
	start := time.Now()
	if _, err := e.Edit(ctx, []byte("secret")); err == nil || time.Since(start) > 5*time.Minute {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	wantEmpty(t, e.TempDir)
}

func TestInline(t *testing.T) {
	if got := Inline("x", []byte("a\nb\n")); got != "x: !vault |\n          a\n          b" {
		t.Errorf("%q", got)
	}
	if got := Inline("", []byte("a")); got != "!vault |\n          a" {
		t.Errorf("%q", got)
	}
}

// All readers of the same data get the same bytes: it was decrypted once.
func TestMemory(t *testing.T) {
	m := NewMemory(Secrets{List: []Secret{{"a", []byte("pw1")}}})
	var got [8][]byte
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() { got[i], _ = m.Decrypt([]byte(plain11)) })
	}
	wait.Wait()
	for _, g := range got {
		if string(g) != "x: secret\n" || &g[0] != &got[0][0] {
			t.Errorf("got %q, not the one that was decrypted first", g)
		}
	}
	if _, err := m.Decrypt([]byte(withID)); message(err) != ErrWrongSecrets.Error() {
		t.Errorf("other data: %v", err)
	}
}

func TestOpenTellsTheSecret(t *testing.T) {
	s := Secrets{List: []Secret{{"prod", []byte("pw1")}, {"other", []byte("pw2")}}}
	for data, want := range map[string]Secret{plain11: {"", []byte("pw1")}, withID: {"dev", []byte("pw2")}} {
		opened, err := s.Open([]byte(data))
		if err != nil || opened.By.ID != want.ID || !bytes.Equal(opened.By.Password, want.Password) {
			t.Errorf("%v, %v, want %v", opened.By, err, want)
		}
	}
}
