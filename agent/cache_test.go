package agent

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goplay/goplay/connection"
)

// meter counts what goes over a line, and how often the controller writes after it has read: its round trips.
type meter struct {
	connection.Conn
	mu        sync.Mutex
	sent      int
	received  int
	trips     int
	listening bool
}

type meteredProcess struct {
	connection.Process
	m *meter
}

type meteredPipe struct {
	io.WriteCloser
	m *meter
}

func (m *meter) Start(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	p, err := m.Conn.Start(ctx, command, opts)
	m.wrote(len(command))
	return &meteredProcess{p, m}, err
}

func (p *meteredProcess) Stdin() io.WriteCloser { return meteredPipe{p.Process.Stdin(), p.m} }
func (p *meteredProcess) Stdout() io.Reader     { return meteredReader{p.Process.Stdout(), p.m} }

func (w meteredPipe) Write(b []byte) (int, error) {
	w.m.wrote(len(b))
	return w.WriteCloser.Write(b)
}

type meteredReader struct {
	io.Reader
	m *meter
}

func (r meteredReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	r.m.received += n
	r.m.listening = true
	return n, err
}

func (m *meter) wrote(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent += n
	if m.listening || m.trips == 0 {
		m.trips++
	}
	m.listening = false
}

func (m *meter) read() (sent, received, trips int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent, m.received, m.trips
}

// metered gives a world over an existing home, and its meter.
func metered(t testing.TB, home string) (*world, *meter) {
	m := &meter{Conn: &localConn{dir: home, env: append(os.Environ(), "HOME="+home)}}
	w := &world{t: t, home: home, pool: NewPool(localConns{m}, Options{})}
	t.Cleanup(func() { w.pool.Close(context.Background()) })
	return w, m
}

// TestRoundTrips guards the promise: n calls cost n round trips; a target that has never seen the module costs one more.
func TestRoundTrips(t *testing.T) {
	const calls = 10
	home := t.TempDir()
	for _, run := range []struct {
		name  string
		trips int
		bytes int // that a call may take, both ways
	}{{"cold", calls + 1, 0}, {"warm", calls, 600}} {
		w, m := metered(t, home)
		s := w.session()
		w.call(s, probe("basic.exit_json()"))
		sent, received, _ := m.read()
		t.Logf("%s: the first call takes %d bytes out, %d in", run.name, sent, received)
		for range calls - 1 {
			w.call(s, probe("basic.exit_json()"))
		}
		sent2, received2, trips := m.read()
		if trips != run.trips {
			t.Errorf("%s: %d round trips for %d calls, not %d", run.name, trips, calls, run.trips)
		}
		if each := (sent2 - sent + received2 - received) / (calls - 1); run.bytes != 0 && each > run.bytes {
			t.Errorf("%s: %d bytes a call", run.name, each)
		}
		w.pool.Close(t.Context())
	}
}

// TestBootstrapSize guards the size of what starts an agent: with the greeting and a first call it has to fit into the 14,600 bytes
// that TCP sends without waiting.
func TestBootstrapSize(t *testing.T) {
	text, line := len(agentText()), len(command("auto", Options{}.withDefaults().InterpreterFallback, loader(false)))
	t.Logf("the agent's text is %d bytes, the command line %d", text, line)
	if text > 13700 || line > 1<<10 { // 900 are left for the greeting and a call
		t.Error("too much")
	}
}

// TestKnownFilesAreNotSent counts what a second module with the same module_utils costs.
func TestKnownFilesAreNotSent(t *testing.T) {
	w, m := metered(t, t.TempDir())
	s := w.session()
	w.call(s, probe("basic.exit_json()"))
	before, _, trips := m.read()
	w.call(s, probe("basic.exit_json(n=2)"))
	after, _, trips2 := m.read()
	if after-before > 1200 || trips2-trips != 1 {
		t.Errorf("%d bytes, %d round trips", after-before, trips2-trips)
	}
}

// cacheFiles gives the paths in the target's cache.
func (w *world) cacheFiles() []string {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.home, ".ansible/goplay/cache/*"))
	if err != nil || len(files) == 0 {
		w.t.Fatal("no cache: ", err)
	}
	return files
}

func TestCacheIsPrivate(t *testing.T) {
	w := newWorld(t, Options{})
	w.call(w.session(), probe("basic.exit_json()"))
	for _, file := range w.cacheFiles() {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
	}
	if info, err := os.Stat(filepath.Join(w.home, ".ansible/goplay/cache")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// TestCacheIsVerified damages every file, in a run's pause and within a session.
func TestCacheIsVerified(t *testing.T) {
	home := t.TempDir()
	damage := func(w *world) {
		for _, file := range w.cacheFiles() {
			if err := os.WriteFile(file, []byte("import os; os._exit(99)"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	first, _ := metered(t, home)
	first.call(first.session(), probe("basic.exit_json(n=1)"))
	damage(first)
	second, _ := metered(t, home)
	if r := second.call(second.session(), probe("basic.exit_json(n=1)")); string(r.Stdout) != "{\"n\": 1}\n" {
		t.Errorf("%d %q %q", r.Exit, r.Stdout, r.Stderr)
	}
}

func TestCacheIsPruned(t *testing.T) {
	home := t.TempDir()
	first, _ := metered(t, home)
	first.call(first.session(), probe("basic.exit_json(n=1)"))
	old := time.Now().Add(-31 * 24 * time.Hour)
	stale := first.cacheFiles()
	for _, file := range stale {
		if err := os.Chtimes(file, old, old); err != nil {
			t.Fatal(err)
		}
	}
	second, _ := metered(t, home)
	second.call(second.session(), probe("basic.exit_json(n=2)"))
	for _, file := range second.cacheFiles() {
		if info, err := os.Stat(file); err == nil && info.ModTime().Before(old.Add(time.Hour)) {
			t.Errorf("%s is still there", filepath.Base(file))
		}
	}
}

// TestNoCache runs where no folder can be made.
func TestNoCache(t *testing.T) {
	w := newWorld(t, Options{Cache: "/proc/none/cache", RemoteTmp: "/proc/none/tmp", SystemTmpdirs: []string{"/proc/other", t.TempDir()}})
	s := w.session()
	for range 2 {
		c := probe("basic.exit_json(tmp=basic.args()['_ansible_tmpdir'])")
		if r := w.call(s, c); !strings.HasPrefix(string(r.Stdout), `{"tmp": "/tmp/`) {
			t.Errorf("%q %q", r.Stdout, r.Stderr)
		}
	}
}

func TestNoTmp(t *testing.T) {
	home, opts := t.TempDir(), Options{RemoteTmp: "/proc/none/tmp", SystemTmpdirs: []string{"/proc/other"}}
	for tmpdir, want := range map[string]string{"TMPDIR=" + home: home, "X=": "/tmp"} {
		w := worldOver(t, opts, &localConn{dir: home, env: append(os.Environ(), "HOME="+home, tmpdir)})
		if r := w.call(w.session(), probe("basic.exit_json(tmp=basic.args()['_ansible_tmpdir'])")); !strings.Contains(string(r.Stdout), `"`+want+`/ansible-tmp-`) {
			t.Errorf("%s: %q %q", tmpdir, r.Stdout, r.Stderr)
		}
	}
	w := worldOver(t, opts, &localConn{dir: home, env: append(os.Environ(), "HOME="+home, "TMPDIR=/proc/third")})
	s := w.session()
	w.call(s, probe("basic.exit_json()"))
	c := probe("")
	c.Attachments = []Attachment{{Param: "src", Size: 1, Open: bytesOf([]byte("x"))}}
	if _, err := s.Call(t.Context(), c); err == nil || !strings.Contains(err.Error(), "No such file or directory: '/proc/none") {
		t.Errorf("%v", err)
	}
}
