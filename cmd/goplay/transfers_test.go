package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/connection/conntest"
)

// TestRoundTripsOfTransfers counts what it takes to move files on a target that knows the modules: beyond those of a run and its one
// call, none where content is small or the same, and one where the target has to ask for it.
func TestRoundTripsOfTransfers(t *testing.T) {
	home := t.TempDir()
	server := conntest.StartSSHD(t, "SetEnv HOME="+home)
	src := filepath.Join(t.TempDir(), "src")
	archive := &bytes.Buffer{}
	w := tar.NewWriter(archive)
	must(t, w.WriteHeader(&tar.Header{Name: "in-it", Mode: 0o644, Size: 4}))
	_, err := w.Write([]byte("text"))
	must(t, err)
	must(t, w.Close())
	for name, text := range map[string]string{
		"small": "text", "large": strings.Repeat("0123456789abcdef", 12_000), "t.j2": "{{ 6 * 7 }}", "a.tar": archive.String(), "run.sh": "#!/bin/sh\necho ran\n",
		"parts/1": "one", "parts/2": "two", "tree/a": "1", "tree/b": "2", "tree/c/d": "3",
	} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(src, name)), 0o755))
		must(t, os.WriteFile(filepath.Join(src, name), []byte(text), 0o644))
	}
	there := filepath.Join(home, "there")
	fresh := func() {
		must(t, os.RemoveAll(there))
		must(t, os.MkdirAll(there, 0o755))
		must(t, os.WriteFile(filepath.Join(there, "file"), []byte("what is there"), 0o644))
		must(t, os.RemoveAll(src+"/../fetched"))
	}
	for _, c := range []struct {
		name, task  string
		first, then int // round trips when the target has the content not, and when it has it
	}{
		{"copy of a small file", "copy: {src: $src/small, dest: $there/}", 1, 1},
		{"copy of a large file", "copy: {src: $src/large, dest: $there/}", 2, 1},
		{"copy of text", "copy: {content: text, dest: $there/x}", 1, 1},
		{"copy of a folder", "copy: {src: $src/tree/, dest: $there/}", 1, 1},
		{"template", "template: {src: $src/t.j2, dest: $there/x}", 1, 1},
		{"assemble", "assemble: {src: $src/parts, dest: $there/x, remote_src: false}", 1, 1},
		{"fetch", "fetch: {src: $there/file, dest: $src/../fetched/, flat: true}", 1, 1},
		{"unarchive", "unarchive: {src: $src/a.tar, dest: $there}", 1, 1},
		{"unarchive that creates", "unarchive: {src: $src/a.tar, dest: $there, creates: $there/in-it}", 1, 1},
		{"script", "script: $src/run.sh", 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := fmt.Sprintf("    - %s\n", strings.NewReplacer("$src", src, "$there", there).Replace(c.task))
			fresh()
			playTrips(t, server, home, task) // the target learns the module
			for i, most := range []int{c.first, c.then} {
				got := 0
				for range 3 { // chance can only add to what is counted
					if i == 0 {
						fresh()
					}
					if got = playTrips(t, server, home, task) - loginTrips - sessionTrips; got <= most {
						break
					}
				}
				if got > most {
					t.Errorf("%d round trips, at most %d are right (%d)", got, most, i)
				}
			}
		})
	}
}

// TestFolderStopsAtFailure copies a folder, one file of which cannot be written: those before it are there, those behind it are not.
func TestFolderStopsAtFailure(t *testing.T) {
	home, src := t.TempDir(), t.TempDir()
	server := conntest.StartSSHD(t, "SetEnv HOME="+home)
	for _, name := range []string{"a", "b", "c/d", "e"} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(src, name)), 0o755))
		must(t, os.WriteFile(filepath.Join(src, name), []byte(name), 0o644))
	}
	must(t, os.MkdirAll(home+"/there", 0o755))
	must(t, os.WriteFile(home+"/there/c", nil, 0o644)) // where a folder is to be
	playTrips(t, server, home, fmt.Sprintf("    - copy: {src: %s/, dest: %s/there}\n      ignore_errors: true\n", src, home))
	for name, want := range map[string]bool{"a": true, "b": true, "e": false} {
		if _, err := os.Stat(filepath.Join(home, "there", name)); (err == nil) != want {
			t.Errorf("%s is there: %v", name, err == nil)
		}
	}
}
