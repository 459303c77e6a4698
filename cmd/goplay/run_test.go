package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner"
	"github.com/goplay/goplay/runner/callback"
)

// setup makes a folder with a playbook p.yml, goes there, and reads settings from the given ansible.cfg.
func setup(t *testing.T, cfg string) (*program, *config.Config) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "p.yml", "- hosts: all\n", 0o600)
	write(t, "ansible.cfg", cfg, 0o600)
	c, err := config.Load(config.Sources{Dir: dir, Home: dir, System: "/none", Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = out.Close() })
	return &program{name: "goplay", stdin: out, stdout: out, stderr: out}, c
}

func write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func TestOptions(t *testing.T) {
	tests := []struct {
		args, cfg string
		want      runner.Options
	}{
		{"", "", runner.Options{}},
		{
			"-i a -i b,c -l x -t a,b|,a -t c --skip-tags d -e a=1,2 -e @f -f7 -CD -vv",
			"",
			runner.Options{
				Inventory: []string{"a", "b,c"}, Limit: "x", Tags: []string{"a", "b", "c"}, SkipTags: []string{"d"},
				ExtraVars: []string{"a=1,2", "@f"}, Forks: 7, Check: true, Diff: true, Verbosity: 2,
			},
		},
		{"-l a -l b -u bob -c local -T 3", "", runner.Options{Limit: "b", RemoteUser: "bob", Connection: "local", Timeout: 3}},
		{"-b --become-user u --become-method su", "", runner.Options{Become: true, BecomeUser: "u", BecomeMethod: "su"}},
		{"--key-file /k -M /a:/b -M /c", "", runner.Options{PrivateKeyFile: "/k", ModulePath: []string{"/a", "/b", "/c"}}},
		{
			"--ssh-common-args=-oA --ssh-extra-args=-oB --sftp-extra-args=-oC --scp-extra-args=-oD", "",
			runner.Options{SSHCommonArgs: "-oA", SSHExtraArgs: "-oB", SFTPExtraArgs: "-oC", SCPExtraArgs: "-oD"},
		},
		{
			"--list-hosts --list-tasks --list-tags --syntax-check --flush-cache --force-handlers --step --start-at-task x", "",
			runner.Options{
				ListHosts: true, ListTasks: true, ListTags: true, SyntaxCheck: true, FlushCache: true, ForceHandlers: true,
				Step: true, StartAt: "x",
			},
		},
		{
			"", "[defaults]\nforks=9\nverbosity=1\n[diff]\nalways=yes\n[tags]\nrun=a,b\nskip=c\n",
			runner.Options{Forks: 9, Diff: true, Tags: []string{"a", "b"}, SkipTags: []string{"c"}, Verbosity: 1},
		},
		{"-f 2 -t x", "[defaults]\nforks=9\n[tags]\nrun=a\n", runner.Options{Forks: 2, Tags: []string{"a", "x"}}},
		{"--tags=", "", runner.Options{Tags: []string{""}}},
	}
	for _, tt := range tests {
		p, cfg := setup(t, tt.cfg)
		line, err := normalise(append([]string{"p.yml"}, words(tt.args)...))
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.options(line, cfg)
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
			continue
		}
		tt.want.Playbooks = []string{"p.yml"}
		if tt.want.Forks == 0 {
			tt.want.Forks = 5
		}
		if diff := cmp.Diff(&tt.want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(runner.Options{}, "Config", "Stdin", "Stdout", "Display", "Vault")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.args, diff)
		}
	}
}

func TestPasswords(t *testing.T) {
	tests := []struct{ args, cfg, login, become, err string }{
		{"", "", "", "", ""},
		{"--connection-password-file pw", "", "secret", "", ""},
		{"--conn-pass-file script.sh", "", "from a script", "", ""},
		{"--become-pass-file pw", "", "", "secret", ""},
		{"", "[defaults]\nconnection_password_file=pw\nbecome_password_file=script.sh\n", "secret", "from a script", ""},
		{"--become-pass-file none", "", "", "", "The password file DIR/none was not found"},
		{"--become-pass-file empty", "", "", "", "Empty password was provided from file (empty)"},
		{"--become-pass-file bad.sh", "", "", "", "The password script DIR/bad.sh returned an error (rc=3): why"},
		{"--become-pass-file none --list-tasks", "", "", "", ""},
	}
	for _, tt := range tests {
		p, cfg := setup(t, tt.cfg)
		write(t, "pw", "secret\n", 0o600)
		write(t, "empty", "\n", 0o600)
		write(t, "script.sh", "#!/bin/sh\necho from a script\n", 0o700)
		write(t, "bad.sh", "#!/bin/sh\necho why >&2\nexit 3\n", 0o700)
		o, err := completed(t, p, cfg, tt.args)
		dir, _ := os.Getwd()
		msg := ""
		if err != nil {
			msg = strings.ReplaceAll(err.Error(), dir, "DIR")
		}
		if o.ConnectionPassword != tt.login || o.BecomePassword != tt.become || msg != tt.err {
			t.Errorf("%q: %q, %q, %q", tt.args, o.ConnectionPassword, o.BecomePassword, msg)
		}
	}
}

func completed(t *testing.T, p *program, cfg *config.Config, args string) (*runner.Options, error) {
	t.Helper()
	line, err := normalise(append([]string{"p.yml"}, words(args)...))
	if err != nil {
		t.Fatal(err)
	}
	o, err := p.options(line, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return o, p.complete(context.Background(), line, o, callback.NewDisplay(p.stdout, p.stderr, callback.Options{}))
}

func TestVaultSources(t *testing.T) {
	tests := []struct {
		args, cfg string
		want      []vaultSource
	}{
		{"", "", nil},
		{"--vault-id dev@f --vault-id g --vault-id @h", "", []vaultSource{{"dev", "f", "", "", "dev"}, {"default", "g", "", "", "None"}, {"default", "h", "", "", ""}}},
		{"--vault-id x@prompt --vault-id prompt", "", []vaultSource{{"x", "prompt", "Vault password (x): ", "", "x"}, {"default", "prompt", "Vault password (default): ", "", "None"}}},
		{"--vault-pass-file f --vault-password-file g", "", []vaultSource{{"default", "f", "", "", "default"}, {"default", "g", "", "", "default"}}},
		{"-J", "[defaults]\nvault_identity=me\n", []vaultSource{{"me", "", "Vault password: ", "", "me"}}},
		{"--vault-id b@y", "[defaults]\nvault_identity_list=a@x\n", []vaultSource{{"a", "x", "", "", "a"}, {"b", "y", "", "", "b"}}},
		{"", "[defaults]\nvault_password_file=/pw\n", []vaultSource{{"default", "/pw", "", "", "default"}}},
		{"--vault-pass-file f", "[defaults]\nvault_password_file=/pw\n", []vaultSource{{"default", "f", "", "", "default"}}},
	}
	for _, tt := range tests {
		_, cfg := setup(t, tt.cfg)
		line, err := normalise(append([]string{"p.yml"}, words(tt.args)...))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, vaultSources(line, cfg), cmp.AllowUnexported(vaultSource{})); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.args, tt.cfg, diff)
		}
	}
}

func TestVaultSecrets(t *testing.T) {
	p, cfg := setup(t, "")
	write(t, "pw", "secret\n", 0o600)
	if _, err := completed(t, p, cfg, "--vault-id a@none"); err == nil || !strings.HasSuffix(err.Error(), "/none was not found") {
		t.Errorf("no secret at all: %v", err)
	}
	o, err := completed(t, p, cfg, "--vault-id a@none --vault-id b@pw")
	if err != nil || o.Vault == nil {
		t.Errorf("one of two secrets: %v", err)
	}
	out, _ := os.ReadFile("out")
	if want := "[WARNING]: Error getting vault password file (a): The vault password file "; !strings.Contains(string(out), want) {
		t.Errorf("output %q lacks %q", out, want)
	}
}

func TestPlaybookChecks(t *testing.T) {
	setup(t, "")
	for book, want := range map[string]string{
		"p.yml": "", "none.yml": "the playbook: none.yml could not be found", ".": "the playbook: . does not appear to be a file",
	} {
		got := ""
		if err := checkPlaybooks([]string{book}); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", book, got, want)
		}
	}
}

// TestForksOfSettings: too few forks are refused wherever they come from.
func TestForksOfSettings(t *testing.T) {
	p, cfg := setup(t, "[defaults]\nforks=0\n")
	line, err := normalise([]string{"p.yml"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.options(line, cfg); err == nil || err.Error() != "The number of processes (--forks) must be >= 1" {
		t.Errorf("forks=0: %v", err)
	}
}
