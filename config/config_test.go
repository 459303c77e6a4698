package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/source"
)

// load reads the settings of a folder with the given ansible.cfg and environment.
func load(t *testing.T, cfg string, env map[string]string) (*Config, string, error) {
	t.Helper()
	dir := t.TempDir()
	if cfg != "" {
		if err := os.WriteFile(filepath.Join(dir, "ansible.cfg"), []byte(cfg), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(Sources{
		Dir: dir, Home: "/home/me", System: filepath.Join(dir, "none"),
		Env:  func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		User: func(string) (string, error) { return "/home/other", nil },
	})
	return c, dir, err
}

// What each row wants is what ansible-core 2.19's `ansible-config dump` gave for the same file; DIR is the file's folder.
func TestValues(t *testing.T) {
	tests := []struct {
		cfg  string
		env  string
		name string
		want any
	}{
		{"", "", "DEFAULT_FORKS", 5},
		{"", "", "DEFAULT_BECOME_USER", "root"},
		{"", "", "INVENTORY_ENABLED", []string{"host_list", "script", "auto", "yaml", "ini", "toml"}},
		{"", "", "CALLBACKS_ENABLED", []string{}},
		{"", "", "DEFAULT_ROLES_PATH", []string{"/home/me/.ansible/roles", "/usr/share/ansible/roles", "/etc/ansible/roles"}},
		{"", "ANSIBLE_HOME=/h", "DEFAULT_ROLES_PATH", []string{"/h/roles", "/usr/share/ansible/roles", "/etc/ansible/roles"}},
		{"[defaults]\nforks = 5.0\n", "", "DEFAULT_FORKS", 5},
		{"[defaults]\nfact_caching_timeout=1_0\n", "", "CACHE_PLUGIN_TIMEOUT", 10},
		{"[defaults]\ninternal_poll_interval=0.5\n", "", "DEFAULT_INTERNAL_POLL_INTERVAL", 0.5},
		{"[defaults]\nhost_key_checking = maybe\n", "", "HOST_KEY_CHECKING", false},
		{"[defaults]\nhost_key_checking = ON\n", "", "HOST_KEY_CHECKING", true},
		{"[defaults]\nhost_key_checking = 0 ; no\n", "", "HOST_KEY_CHECKING", false},
		{"", "ANSIBLE_HOST_KEY_CHECKING=", "HOST_KEY_CHECKING", false},
		{"", "ANSIBLE_FORKS=", "DEFAULT_FORKS", 5},
		{"[defaults]\ncallbacks_enabled = a, b ,c\n", "", "CALLBACKS_ENABLED", []string{"a", "b", "c"}},
		{"[defaults]\ncallbacks_enabled =\n", "", "CALLBACKS_ENABLED", []string{""}},
		{"", `ANSIBLE_CALLBACKS_ENABLED="a", b`, "CALLBACKS_ENABLED", []string{"a", "b"}},
		{"", "ANSIBLE_CALLBACKS_ENABLED=a,,b, ", "CALLBACKS_ENABLED", []string{"a", "", "b", ""}},
		{"[defaults]\nremote_user = \"bob\"\n", "", "DEFAULT_REMOTE_USER", "bob"},
		{"", `ANSIBLE_REMOTE_USER="q"`, "DEFAULT_REMOTE_USER", `"q"`},
		{"[defaults]\nremote_user = a\n  b\n", "", "DEFAULT_REMOTE_USER", "a\nb"},
		{"[defaults]\nREMOTE_USER: x\n[Defaults]\nforks=8", "", "DEFAULT_REMOTE_USER", "x"},
		{"[defaults]\nREMOTE_USER: x\n[Defaults]\nforks=8", "", "DEFAULT_FORKS", 5},
		{"[DEFAULT]\nremote_user=x\n[defaults]\nforks=3\n", "", "DEFAULT_REMOTE_USER", "x"},
		{"[defaults]\nremote_user = {{ ANSIBLE_HOME }}\n", "", "DEFAULT_REMOTE_USER", "{{ ANSIBLE_HOME }}"},
		{"[defaults]\nfoo = 1\n[nope]\nx=1\n", "", "DEFAULT_FORKS", 5},
		{"[defaults]\nlog_path=foo.log\n", "", "DEFAULT_LOG_PATH", "DIR/foo.log"},
		{"", "ANSIBLE_LOG_PATH=rel.log", "DEFAULT_LOG_PATH", "DIR/rel.log"},
		{"[defaults]\ninventory = hosts, other,/etc/x\n", "", "DEFAULT_HOST_LIST", []string{"DIR/hosts", "DIR/other", "/etc/x"}},
		{"[defaults]\nroles_path = a:~/b:{{CWD}}/d\n", "", "DEFAULT_ROLES_PATH", []string{"DIR/a", "/home/me/b", "DIR/d"}},
		{"", "ANSIBLE_ROLES_PATH=~x/r:$NOPE/y:/a/../b/", "DEFAULT_ROLES_PATH", []string{"/home/other/r", "DIR/$NOPE/y", "/b"}},
		{"[defaults]\npipelining=yes\n[connection]\npipelining=no\n", "", "ANSIBLE_PIPELINING", false},
		{"[ssh_connection]\npipelining=yes\n[defaults]\npipelining=no\n", "", "connection.ssh.pipelining", true},
		{"", "ANSIBLE_PIPELINING=0\nANSIBLE_SSH_PIPELINING=1", "connection.ssh.pipelining", true},
		{"", "ANSIBLE_DISPLAY_TRACEBACK=error,warning", "DISPLAY_TRACEBACK", []string{"error", "warning"}},
		{"", "", "connection.ssh.ssh_args", "-C -o ControlMaster=auto -o ControlPersist=60s"},
		{"", "", "DEFAULT_REMOTE_PORT", nil},
	}
	for _, tt := range tests {
		env := map[string]string{}
		for _, kv := range strings.Split(tt.env, "\n") {
			k, v, _ := strings.Cut(kv, "=")
			env[k] = v
		}
		c, dir, err := load(t, tt.cfg, env)
		if err != nil {
			t.Errorf("%q %q: %v", tt.cfg, tt.env, err)
			continue
		}
		if got := relative(c.entry(tt.name).val, dir); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q %q: %s = %#v, want %#v", tt.cfg, tt.env, tt.name, got, tt.want)
		}
	}
}

func relative(v any, dir string) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, dir, "DIR")
	case []string:
		out := make([]string, len(v))
		for i, s := range v {
			out[i] = strings.ReplaceAll(s, dir, "DIR")
		}
		return out
	}
	return v
}

func TestErrors(t *testing.T) {
	tests := []struct {
		cfg, env, want string
		line           int
	}{
		{"[defaults]\nforks = abc\n", "", "Config 'DEFAULT_FORKS' from 'CFG' has an invalid value: Invalid value provided for 'integer': 'abc'", 2},
		{"[defaults]\nforks = 5.5\n", "", "Config 'DEFAULT_FORKS' from 'CFG' has an invalid value: Invalid value provided for 'integer': '5.5'", 2},
		{"[defaults]\nforks = 0x10\n", "", "Config 'DEFAULT_FORKS' from 'CFG' has an invalid value: Invalid value provided for 'integer': '0x10'", 2},
		{"[defaults]\nforks = 3;x\n", "", "Config 'DEFAULT_FORKS' from 'CFG' has an invalid value: Invalid value provided for 'integer': '3;x'", 2},
		{"[defaults]\nforks =\n", "", "Config 'DEFAULT_FORKS' from 'CFG' has an invalid value: Invalid value provided for 'integer': ''", 2},
		{"", "abc", "Config 'DEFAULT_FORKS' from 'env: ANSIBLE_FORKS' has an invalid value: Invalid value provided for 'integer': 'abc'", 0},
		{"[defaults]\n\ngathering = foo\n", "", "Invalid value 'foo' for config 'DEFAULT_GATHERING'. Valid values are: implicit, explicit, smart", 3},
		{"[defaults]\ndisplay_traceback = error,nope\n", "", "Invalid value ['error', 'nope'] for config 'DISPLAY_TRACEBACK'. Valid values are: error, warning, deprecated, deprecated_value, always, never", 2},
		{"[defaults]\nremote_user = a\n[defaults]\n", "", "Error reading config file (CFG): While reading from '<string>' [line  3]: section 'defaults' already exists", 3},
		{"[defaults]\nremote_user = a\nremote_user=b\n", "", "Error reading config file (CFG): While reading from '<string>' [line  3]: option 'remote_user' in section 'defaults' already exists", 3},
		{"remote_user = a\n", "", "Error reading config file (CFG): File contains no section headers.\nfile: '<string>', line: 1\n'remote_user = a\\n'", 1},
		{"[defaults]\nremote_user\n", "", "Error reading config file (CFG): Source contains parsing errors: '<string>'\n\t[line  2]: 'remote_user\\n'", 2},
	}
	for _, tt := range tests {
		_, dir, err := load(t, tt.cfg, map[string]string{"ANSIBLE_FORKS": tt.env})
		var se *source.Error
		if !errors.As(err, &se) {
			t.Errorf("%q: error %v", tt.cfg, err)
			continue
		}
		if got := strings.ReplaceAll(se.Error(), dir+"/ansible.cfg", "CFG"); got != tt.want || se.Pos.Line != tt.line {
			t.Errorf("%q:\n got %q at %v\nwant %q at line %d", tt.cfg, got, se.Pos, tt.want, tt.line)
		}
	}
}

func TestFileSearch(t *testing.T) {
	dir, home := t.TempDir(), t.TempDir()
	write := func(p, forks string) {
		if err := os.WriteFile(p, []byte("[defaults]\nforks="+forks+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{}
	src := Sources{Dir: dir, Home: home, System: filepath.Join(dir, "system.cfg"), Env: func(n string) (string, bool) { v, ok := env[n]; return v, ok }}
	check := func(what string, want int) {
		t.Helper()
		c, err := Load(src)
		if err != nil || c.Int("DEFAULT_FORKS") != want {
			t.Errorf("%s: forks %d, %v, want %d", what, c.Int("DEFAULT_FORKS"), err, want)
		}
	}
	check("nothing", 5)
	write(src.System, "11")
	check("system", 11)
	write(filepath.Join(home, ".ansible.cfg"), "12")
	check("home", 12)
	write(filepath.Join(dir, "ansible.cfg"), "13")
	check("folder", 13)
	other := t.TempDir()
	write(filepath.Join(other, "ansible.cfg"), "14")
	env["ANSIBLE_CONFIG"] = other
	check("ANSIBLE_CONFIG names a folder", 14)
	env["ANSIBLE_CONFIG"] = "/nonexistent"
	check("ANSIBLE_CONFIG names nothing", 13)
	src.CLI = map[string]string{"DEFAULT_FORKS": "15"}
	env["ANSIBLE_FORKS"] = "16"
	check("command line", 15)
}

func TestWorldWritableFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ansible.cfg"), []byte("[defaults]\nforks=9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{}
	src := Sources{Dir: dir, Home: "/h", System: "/none", Env: func(n string) (string, bool) { v, ok := env[n]; return v, ok }}
	c, err := Load(src)
	if err != nil || c.File() != "" || len(c.Warnings()) != 1 || !strings.Contains(c.Warnings()[0], "world writable directory ("+dir+")") {
		t.Errorf("file %q, warnings %q, %v", c.File(), c.Warnings(), err)
	}
	env["ANSIBLE_CONFIG"] = "ansible.cfg"
	if c, err = Load(src); err != nil || c.Int("DEFAULT_FORKS") != 9 || len(c.Warnings()) != 0 {
		t.Errorf("named by ANSIBLE_CONFIG: forks %d, warnings %q, %v", c.Int("DEFAULT_FORKS"), c.Warnings(), err)
	}
}

func TestTables(t *testing.T) {
	names := func(table []Setting) (out []string) {
		for _, s := range table {
			out = append(out, s.Name)
		}
		return out
	}
	for _, table := range [][]string{names(settings[:]), names(pluginSettings[:])} {
		if !sort.StringsAreSorted(table) {
			t.Errorf("not sorted: %q", table)
		}
	}
	seen := map[string]bool{}
	for _, group := range without {
		for _, name := range group.names {
			if index(name) < 0 || seen[name] {
				t.Errorf("%s is no setting, or has two reasons for having no effect", name)
			}
			seen[name] = true
		}
	}
}

// What changes a run is told always, what means nothing here only to those who ask for more.
func TestIgnored(t *testing.T) {
	c, _, err := load(t, "[defaults]\ncow_selection=moose\nforks=2\ncollections_on_ansible_version_mismatch=warning\n[ssh_connection]\npkcs11_provider=/lib/card.so\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	for all, want := range map[bool][]string{false: {"connection.ssh.pkcs11_provider"}, true: {"ANSIBLE_COW_SELECTION", "COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH", "connection.ssh.pkcs11_provider"}} {
		var got []string
		for _, w := range c.Ignored(all) {
			got = append(got, strings.Fields(w)[2])
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("with all %v: %q, want %q", all, got, want)
		}
	}
}

func FuzzIni(f *testing.F) {
	f.Add("[a]\nb = c ; d\n  e\n\n[DEFAULT]\nx:y\n")
	f.Fuzz(func(t *testing.T, text string) {
		ini, err := parseIni("f", text)
		if (ini == nil) == (err == nil) {
			t.Errorf("%q: %v, %v", text, ini, err)
		}
	})
}

func TestDeprecations(t *testing.T) {
	for _, d := range deprecations {
		if index(d.name) < 0 {
			t.Errorf("deprecations names no setting: %s", d.name)
		}
	}
	c, _, err := load(t, "[defaults]\nlibrary=x\n[persistent_connection]\nansible_connection_path=/x\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"ANSIBLE_CONNECTION_PATH option. Reason: This setting has no effect.\nAlternatives: none. This feature will be removed from ansible-core version 2.22."}
	if got := c.Deprecations(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

// TestHonouredIsTrue compares the settings that have an effect with the names that goplay's code asks for: their own, or those of settings
// with a key or an environment variable in common.
func TestHonouredIsTrue(t *testing.T) {
	code := productCode(t)
	var used []Setting
	for s, effect := range All() {
		option := s.Name[strings.LastIndexByte(s.Name, '.')+1:]
		built := strings.HasPrefix(s.Name, "become.") || strings.HasPrefix(s.Name, "lookup.url.") // names that are put together
		inCode := built || strings.Contains(code, `"`+s.Name+`"`) || strings.Contains(s.Name, ".") && strings.Contains(code, `("`+option+`")`)
		if vars := strings.Fields(s.Vars); s.Ini == "" && s.Env == "" && len(vars) > 0 {
			inCode = inCode || strings.Contains(code, vars[len(vars)-1])
		}
		if inCode && effect.Obeyed() {
			used = append(used, s)
		}
		if worded := strings.HasSuffix(s.Name, "ipelining") || s.Name == "ANSIBLE_PIPELINING" || s.Name == "DEFAULT_MODULE_COMPRESSION"; strings.Contains(code, `"`+s.Name+`"`) && !effect.Obeyed() && !worded {
			t.Errorf("%s is used but listed as without effect", s.Name)
		}
	}
	for s, effect := range All() {
		like := func(o Setting) bool { return o.Name == s.Name || share(s.Ini, o.Ini) || share(s.Env, o.Env) }
		if s.Name != "ANSIBLE_HOME" && effect.Obeyed() && !slices.ContainsFunc(used, like) {
			t.Errorf("%s is listed as obeyed but not used", s.Name)
		}
	}
}

// share tells whether two lists of words have one in common.
func share(a, b string) bool {
	words := strings.Fields(b)
	return slices.ContainsFunc(strings.Fields(a), func(w string) bool { return slices.Contains(words, w) })
}

// productCode is all Go code of the repository outside of this package and of tests.
func productCode(t *testing.T) string {
	var b strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (path == "../config" || path == "../tools" || path == "../.git"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		data, err := os.ReadFile(path)
		b.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
