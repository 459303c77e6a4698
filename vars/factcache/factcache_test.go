package factcache

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goplay/goplay/templating/value"
)

var day = value.Date{T: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)}

func facts() *value.Dict {
	return value.DictOf("ansible_a", value.Int(1), "text", value.String("é {{ x }}"), "day", day,
		"list", value.NewList(value.None, value.Float(1.5), value.DictOf("k", value.Bool(true))))
}

// contract is what every cache does.
func contract(t *testing.T, c Cache) {
	t.Helper()
	get := func(host string) string {
		t.Helper()
		d, err := c.Get(host)
		if err != nil {
			t.Fatal(err)
		}
		if d == nil {
			return "nothing"
		}
		return value.Repr(d)
	}
	if got := get("web"); got != "nothing" {
		t.Errorf("at first: %s", got)
	}
	for _, host := range []string{"web", "db"} {
		if err := c.Set(host, facts()); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := get("web"), value.Repr(facts()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if err := c.Delete("web"); err != nil {
		t.Fatal(err)
	}
	if got := get("web") + " " + get("db"); got != "nothing "+value.Repr(facts()) {
		t.Errorf("after the deletion: %s", got)
	}
	if err := c.Delete("nobody"); err != nil {
		t.Error(err)
	}
}

func open(t *testing.T, plugin string, o Options) Cache {
	t.Helper()
	o.Warn = func(msg string) { t.Logf("warning: %s", msg) }
	c, err := Open(plugin, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestFiles(t *testing.T) {
	for _, plugin := range []string{"jsonfile", "community.general.yaml"} {
		t.Run(plugin, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new", "folder")
			contract(t, open(t, plugin, Options{Connection: dir, Prefix: "p_", Timeout: time.Hour}))
			old := filepath.Join(dir, "p_s1_db")
			if err := os.Chtimes(old, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
				t.Fatal(err)
			}
			for timeout, want := range map[time.Duration]bool{time.Hour: false, 3 * time.Hour: true, 0: true} {
				d, err := open(t, plugin, Options{Connection: dir, Prefix: "p_", Timeout: timeout}).Get("db")
				if err != nil || (d != nil) != want {
					t.Errorf("with a timeout of %s: %v %v", timeout, d, err)
				}
			}
		})
	}
}

// TestReference: what the reference's plugins have written is read: values with tags, dates, other keys than the payload's.
func TestReference(t *testing.T) {
	for _, row := range []struct{ plugin, text, want string }{
		{"jsonfile", `{"__payload__": "{\"one\": {\"value\": 1, \"tags\": [{\"__ansible_type\": \"Origin\"}], \"__ansible_type\": \"_AnsibleTaggedInt\"}}"}`, "{'one': 1}"},
		{"jsonfile", `{"__payload__": "{\"d\": {\"value\": {\"value\": 1, \"k\": {\"value\": [\"{{ x }}\"], \"tags\": [], \"__ansible_type\": \"_AnsibleTaggedList\"}}, \"tags\": [], \"__ansible_type\": \"_AnsibleTaggedDict\"}}"}`, "{'d': {'value': 1, 'k': ['{{ x }}']}}"},
		{
			"jsonfile", `{"__payload__": "{\"t\": {\"iso8601\": \"2020-01-02T03:04:05\", \"fold\": 0, \"__ansible_type\": \"AnsibleSerializableDateTime\"}}"}`,
			value.Repr(value.DictOf("t", value.DateTime{T: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC), Naive: true})),
		},
		{"jsonfile", `{"__payload__": "{\"t\": {\"iso8601\": \"03:04:05.5\", \"fold\": 0, \"__ansible_type\": \"AnsibleSerializableTime\"}}"}`, "{'t': datetime.time(3, 4, 5, 500000)}"},
		{"yaml", "__payload__: '{\"a\": [1,\n  2]}'\n", "{'a': [1, 2]}"},
		{"jsonfile", `{"plain": 1}`, "nothing"},
		{"jsonfile", `[]`, "nothing"},
		{"jsonfile", `{"__payload__": "[1]"}`, "nothing"},
		{"jsonfile", `{"broken`, "The cache file DIR/s1_web was corrupt, or did not otherwise contain valid data. It has been removed, so you can re-run your command now."},
		{"yaml", "a: [", "The cache file DIR/s1_web was corrupt, or did not otherwise contain valid data. It has been removed, so you can re-run your command now."},
		{"jsonfile", `{"__payload__": "{"}`, "The cache file DIR/s1_web was corrupt, or did not otherwise contain valid data. It has been removed, so you can re-run your command now."},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "s1_web")
		if err := os.WriteFile(path, []byte(row.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := open(t, row.plugin, Options{Connection: dir}).Get("web")
		text := "nothing"
		switch {
		case err != nil:
			text = strings.ReplaceAll(err.Error(), dir, "DIR")
			if _, err := os.Stat(path); err == nil {
				t.Errorf("%s: the file is still there", row.text)
			}
		case got != nil:
			text = value.Repr(got)
		}
		if text != row.want {
			t.Errorf("%s\ngot  %s\nwant %s", row.text, text, row.want)
		}
	}
}

// TestNamesStayInTheFolder: a host's name leads nowhere else.
func TestNamesStayInTheFolder(t *testing.T) {
	dir := t.TempDir()
	c := open(t, "jsonfile", Options{Connection: filepath.Join(dir, "cache")})
	if err := c.Set("../../evil", facts()); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("beside the cache: %v %v", entries, err)
	}
}

func TestOpen(t *testing.T) {
	if _, err := Open("redis", Options{Connection: "localhost:6379:0", Sentinel: "mymaster"}); err == nil {
		t.Error("sentinels are not spoken to, and it is no error")
	}
	if c, err := Open("ansible.builtin.memory", Options{}); c != nil || err != nil {
		t.Errorf("memory: %v %v", c, err)
	}
	for _, row := range []struct{ plugin, connection, want string }{
		{"nope", "x", "Unable to load the cache plugin 'nope'."},
		{"jsonfile", "", "Required config '_uri' for 'jsonfile' cache plugin not provided."},
		{"yaml", "/dev/null/x", "Error in 'yaml' cache plugin while trying to create cache dir '/dev/null/x': mkdir /dev/null: not a directory"},
		{"redis", "localhost", "Unable to parse connection string"},
		{"redis", "localhost:x:0", "Unable to parse connection string"},
	} {
		if _, err := Open(row.plugin, Options{Connection: row.connection}); err == nil || err.Error() != row.want {
			t.Errorf("%s %s: %v, want %s", row.plugin, row.connection, err, row.want)
		}
	}
}

// startRedis starts a real server and gives its port.
func startRedis(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("needs redis-server (Debian's package of that name)")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()}, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 100 {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = conn.Close()
			return port
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("redis-server does not answer")
	return ""
}

func TestRedis(t *testing.T) {
	port := startRedis(t, "--requirepass", "changeme")
	at := "127.0.0.1:" + port + ":3"
	contract(t, open(t, "community.general.redis", Options{Connection: at + ":changeme", Timeout: time.Hour}))
	for connection, want := range map[string]string{at: "NOAUTH", at + ":wrong": "WRONGPASS", "127.0.0.1:1:0": "refused"} {
		if _, err := open(t, "redis", Options{Connection: connection}).Get("db"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", connection, err, want)
		}
	}
}

// TestRedisLayout: keys, their time to live and the set are the reference's.
func TestRedisLayout(t *testing.T) {
	r := open(t, "redis", Options{Connection: "127.0.0.1:" + startRedis(t) + ":0", Keyset: "hosts", Timeout: time.Hour}).(*redis)
	if err := r.Set("web", value.DictOf("a", value.Int(1))); err != nil {
		t.Fatal(err)
	}
	ask := func(words ...string) any {
		t.Helper()
		got, err := r.do(words)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := string(ask("GET", "ansible_factss1_web").([]byte)); got != "{\n    \"__payload__\": \"{\\\"a\\\": 1}\"\n}" {
		t.Errorf("the value is %s", got)
	}
	if ttl := ask("TTL", "ansible_factss1_web").(int64); ttl < 3590 || ttl > 3600 {
		t.Errorf("it lives %d s", ttl)
	}
	ask("ZADD", "hosts", score(time.Now().Add(-2*time.Hour)), "s1_web")
	if d, err := r.Get("web"); d != nil || err != nil {
		t.Errorf("too old, and still %v %v", d, err)
	}
}

// FuzzUnpack: whatever stands in a cache, it is read or refused.
func FuzzUnpack(f *testing.F) {
	f.Add(`{"a": {"value": {"value": 1}, "__ansible_type": "_AnsibleTaggedDict"}}`)
	f.Add(`{"a": {"__ansible_type": "AnsibleSerializableDate", "iso8601": "x"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := unpack(value.DictOf(payloadKey, value.String(text)))
		if d == nil && err == nil {
			t.Error("nothing, and no reason")
		}
	})
}
