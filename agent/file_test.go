package agent

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// noise gives n bytes that are the same at every run.
func noise(n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(data)
	return data
}

func TestPutAndFetch(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	for _, size := range []int{0, 1, chunk, chunk + 1, 5*window + 7} {
		data := noise(size)
		dst := filepath.Join(w.home, "file")
		if err := s.Put(t.Context(), dst, 0o640, int64(size), bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(dst); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes arrived as %d: %v", size, len(got), err)
		}
		if info, _ := os.Stat(dst); info.Mode().Perm() != 0o640 {
			t.Errorf("mode %v", info.Mode())
		}
		r := s.Fetch(t.Context(), "~/file")
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes came back as %d: %v", size, len(got), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	w.onlyFiles("file")
}

// onlyFiles checks that nothing else is in the home.
func (w *world) onlyFiles(want ...string) {
	w.t.Helper()
	entries, err := os.ReadDir(w.home)
	if err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != ".ansible" {
			names = append(names, e.Name())
		}
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		w.t.Errorf("left in the home: %q", names)
	}
	if left, _ := filepath.Glob(filepath.Join(w.home, ".ansible/tmp/*")); len(left) != 0 {
		w.t.Errorf("left in remote_tmp: %q", left)
	}
}

func TestFileErrors(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	err := s.Put(t.Context(), "/no/such/folder/file", 0o600, 1, strings.NewReader("x"))
	var failed *FileError
	if !errors.As(err, &failed) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "No such file or directory") {
		t.Errorf("%T %v", err, err)
	}
	r := s.Fetch(t.Context(), "/no/such/file")
	if _, err := io.ReadAll(r); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%T %v", err, err)
	}
	r.Close()
	if err := s.Put(t.Context(), w.home+"/short", 0o600, 3*window, bytes.NewReader(noise(window))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%T %v", err, err)
	}
	if err := s.Put(t.Context(), w.home+"/short", 0o600, 10, strings.NewReader("x")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%T %v", err, err)
	}
	w.onlyFiles()
}

// TestDiskFull has a home with 64 KiB of room: files that do not fit leave nothing behind, and modules run all the same.
func TestDiskFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a small file system")
	}
	home := t.TempDir()
	w := worldOver(t, Options{}, &localConn{dir: home, env: append(os.Environ(), "HOME="+home), wrap: []string{
		"unshare", "-m", "sh", "-c", `mount -t tmpfs -o size=64k none "$HOME" && cd "$HOME" && exec "$@"`, "sh",
	}})
	s := w.session()
	big := noise(chunk + chunk/2)
	for range 2 {
		err := s.Put(t.Context(), "~/big", 0o600, int64(len(big)), bytes.NewReader(big))
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "No space left on device") {
			t.Errorf("%T %v", err, err)
		}
		c := probe("import os; print(os.listdir(os.path.expanduser('~')))  # " + strings.Repeat(hexSum(nil), 2000))
		if r := w.call(s, c); string(r.Stdout) != "['.ansible']\n" {
			t.Errorf("%q %q", r.Stdout, r.Stderr)
		}
	}
	r := w.call(s, probe("import os; open(os.path.expanduser('~/x'), 'w').write('x' * 100000)"))
	if r.Exit != 1 || !strings.Contains(r.Crash, "No space left on device") {
		t.Errorf("%d %q", r.Exit, r.Crash)
	}
}

// TestFetchIsBounded stops reading, and looks how much the agent sent.
func TestFetchIsBounded(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	if err := os.WriteFile(filepath.Join(w.home, "big"), noise(20*window), 0o600); err != nil {
		t.Fatal(err)
	}
	r := s.Fetch(t.Context(), "~/big")
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	for range 5 { // other calls are answered meanwhile
		w.call(s, probe("basic.exit_json()"))
	}
	f := r.(*fetch)
	f.mu.Lock()
	waiting := f.size
	f.mu.Unlock()
	if waiting == 0 || waiting > window {
		t.Errorf("%d bytes wait", waiting)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(r); !errors.Is(err, errAbandoned) {
		t.Errorf("after Close: %v", err)
	}
	w.onlyFiles("big")
}

func bytesOf(data []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}

func TestAttachments(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	small, big := []byte("tiny"), noise(3*window)
	c := probe(`
import hashlib, os
a = basic.args()
def look(path):
    return [os.path.basename(path), "%o" % (os.stat(path).st_mode & 0o777), hashlib.sha256(open(path, "rb").read()).hexdigest()]
basic.exit_json(src=look(a["src"]), other=look(a["other"]), a=a["a"], inside=os.path.dirname(a["src"]) + "/" == a["_ansible_tmpdir"],
    mode="%o" % (os.stat(a["_ansible_tmpdir"]).st_mode & 0o777))`)
	c.Attachments = []Attachment{
		{Param: "other", Name: "big.tar", Size: int64(len(big)), Open: bytesOf(big)},
		{Param: "src", Size: int64(len(small)), Open: bytesOf(small)},
	}
	var got struct {
		Src, Other []string
		A          int
		Inside     bool
		Mode       string
	}
	r := w.call(s, c)
	if err := json.Unmarshal(r.Stdout, &got); err != nil {
		t.Fatalf("%v: %q %q", err, r.Stdout, r.Stderr)
	}
	for i, want := range map[int]string{0: ".source", 1: "600", 2: hexSum(small)} {
		if got.Src[i] != want {
			t.Errorf("src: %q", got.Src)
		}
	}
	if got.Other[0] != "big.tar" || got.Other[2] != hexSum(big) || got.A != 1 || !got.Inside || got.Mode != "700" {
		t.Errorf("%+v", got)
	}
	w.onlyFiles()
}

func hexSum(data []byte) string { return NewFile("", data).Digest }

// TestManyAtOnce has calls, uploads and downloads in flight on one session.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t, Options{})
	s := w.session()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	data := noise(2*window + 3)
	sum := sha256.Sum256(data)
	var wg sync.WaitGroup
	for i := range 6 {
		name := filepath.Join(w.home, string(rune('a'+i)))
		wg.Go(func() {
			if err := s.Put(ctx, name, 0o600, int64(len(data)), bytes.NewReader(data)); err != nil {
				t.Error(err)
				return
			}
			r := s.Fetch(ctx, name)
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || sha256.Sum256(got) != sum {
				t.Errorf("%d bytes: %v", len(got), err)
			}
		})
		wg.Go(func() {
			c := probe("import sys; sys.stdout.write('x' * 300000 + str(basic.args()['a']))")
			if r, err := s.Call(ctx, c); err != nil || len(r.Stdout) != 300001 || r.Exit != 0 {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestLargeFileInLittleMemory puts and fetches a file that is larger than what either side may hold.
func TestLargeFileInLittleMemory(t *testing.T) {
	const size, most = 256 << 20, 64 << 20
	w := newWorld(t, Options{})
	s := w.session()
	var agent struct{ Pid int }
	if err := json.Unmarshal(w.call(s, probe("import os; basic.exit_json(pid=os.getppid())")).Stdout, &agent); err != nil {
		t.Fatal(err)
	}
	before := heap()
	if err := s.Put(t.Context(), "~/big", 0o600, size, io.LimitReader(rand.NewChaCha8([32]byte{}), size)); err != nil {
		t.Fatal(err)
	}
	r := s.Fetch(t.Context(), "~/big")
	if n, err := io.Copy(io.Discard, r); n != size || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	grown, resident := heap()-before, peak(t, agent.Pid)
	t.Logf("the controller's heap grew by %d KB, the agent had %d KB", grown>>10, resident>>10)
	if grown > most || resident > most {
		t.Error("too much")
	}
}

// heap is what the Go side has ever asked of the system for its heap.
func heap() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapSys)
}

// peak is the most memory, in bytes, that a process had.
func peak(t *testing.T, pid int) int {
	t.Helper()
	_, rest, _ := strings.Cut(read(t, fmt.Sprintf("/proc/%d/status", pid)), "VmHWM:")
	var kb int
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		t.Fatal(err)
	}
	return kb << 10
}
