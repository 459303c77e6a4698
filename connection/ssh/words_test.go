package ssh

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/conntest"
	"github.com/goplay/goplay/internal/source"
)

// judged is a login that the real ssh and this package try with the same options. Both must succeed, or fail with the same words.
type judged struct {
	name    string
	key     string // of the server's folder; "": "key", which may log in
	known   string // known_hosts, in which {name} is the server, {ed25519}, {rsa}, {other} … are keys; "": the right ed25519 line
	options string // of ssh; {folder} is the server's
	address string // "": 127.0.0.1
	port    int    // 0: the server's
	keeps   bool   // both must leave the same number of lines in known_hosts
	differs string // why our words are others
}

var judgements = []judged{
	{name: "right key"},
	{name: "wrong key", key: "stranger"},
	{name: "missing key", key: "missing"},
	{name: "not a key", key: "garbage"},
	{name: "key that others can read", key: "open"},
	{name: "key that others can read and the server doesn't know", key: "openstranger"},
	{name: "PEM key that others can read", key: "openpem"},
	{name: "encrypted key, nobody to ask", key: "encrypted"},
	{name: "encrypted key that the server doesn't know", key: "encryptedstranger"},
	{name: "rsa", key: "rsa"},
	{name: "ecdsa", key: "ecdsa"},
	{name: "PEM", key: "pem"},
	{name: "PKCS8", key: "pkcs8"},
	{name: "user certificate", key: "certified"},
	{name: "user certificate by option", key: "moved", options: "-o CertificateFile={folder}/elsewhere.pub"},

	{name: "unknown host", known: "#", keeps: true},
	{name: "unknown host, strict", known: "#", options: "-o StrictHostKeyChecking=yes", keeps: true},
	{name: "unknown host, accept-new", known: "#", options: "-o StrictHostKeyChecking=accept-new", key: "stranger", keeps: true},
	{name: "unknown host, no", known: "#", options: "-o StrictHostKeyChecking=no", key: "stranger", keeps: true},
	{name: "unknown host, off, hashed", known: "#", options: "-o StrictHostKeyChecking=off -o HashKnownHosts=yes", key: "stranger", keeps: true},
	{
		name: "unknown host, nowhere to write", known: "#", key: "stranger",
		options: "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null/x",
	},
	{name: "changed key", known: "{name} {other}"},
	{name: "changed key, strict", known: "{name} {other}", options: "-o StrictHostKeyChecking=yes"},
	{name: "changed key, accept-new", known: "{name} {other}", options: "-o StrictHostKeyChecking=accept-new"},
	{name: "changed key, no", known: "{name} {other}", options: "-o StrictHostKeyChecking=no", keeps: true},
	{name: "changed key, no, denied", known: "{name} {other}", options: "-o StrictHostKeyChecking=no", key: "stranger"},
	{name: "changed, but one is right", known: "{name} {other}\n{name} {ed25519}"},
	{
		name: "changed in the second file", known: "#",
		options: "-o 'UserKnownHostsFile={folder}/none {folder}/changed'",
	},
	{name: "key of another type known", known: "{name} {otherrsa}", options: "-o HostKeyAlgorithms=ssh-ed25519"},
	{
		name: "key of another type known, strict", known: "{name} {otherrsa}",
		options: "-o HostKeyAlgorithms=ssh-ed25519 -o StrictHostKeyChecking=yes",
	},
	{name: "the known type is asked for", known: "{name} {rsa}"},
	{name: "the known type is asked for, ecdsa", known: "# nothing\n{name} {ecdsa} comment"},
	{name: "revoked key", known: "@revoked {name} {ed25519}", options: "-o HostKeyAlgorithms=ssh-ed25519"},
	{name: "revoked key that is also known", known: "{name} {ed25519}\n@revoked * {ed25519}"},
	{
		name: "revoked key, no", known: "@revoked {name} {ed25519}",
		options: "-o HostKeyAlgorithms=ssh-ed25519 -o StrictHostKeyChecking=no",
	},
	{name: "revoked by a file", options: "-o RevokedHostKeys={folder}/host_ed25519.pub"},
	{name: "revoked by a file that is missing", options: "-o RevokedHostKeys={folder}/missing"},
	{name: "another key revoked by a file", options: "-o RevokedHostKeys={folder}/stranger.pub"},
	{name: "hashed", known: "{hashed}"},
	{name: "wildcard", known: "[127.0.0.?]:* {ed25519}"},
	{name: "negated", known: "!{name},* {ed25519}"},
	{name: "another's name first", known: "example.com,{name} {ed25519}"},
	{name: "without the port", known: "127.0.0.1 {ed25519}"},
	{name: "without the port, another key", known: "127.0.0.1 {other}"},
	{name: "alias", known: "WEB {ed25519}", options: "-o HostKeyAlias=Web"},
	{name: "alias, unknown", known: "{name} {ed25519}", options: "-o HostKeyAlias=web -o StrictHostKeyChecking=yes"},
	{name: "not for localhost", known: "#", options: "-o NoHostAuthenticationForLocalhost=yes"},
	{name: "damaged lines", known: "{name} ssh-ed25519\n{name} ssh-ed25519 AAAA\n{name}\n@nonsense {name} {ed25519}\n{name} {ed25519}"},
	{name: "type that doesn't fit", known: "{name} ssh-rsa {blob}", options: "-o StrictHostKeyChecking=yes"},

	{name: "connection refused", port: 1},
	{name: "no such host", address: "nosuchhost.invalid"},
	{name: "no common cipher", options: "-o Ciphers=3des-cbc"},
	{name: "no common host key type", options: "-o HostKeyAlgorithms=ecdsa-sha2-nistp521"},
	{name: "host key too short", options: "-o RequiredRSASize=3072 -o HostKeyAlgorithms=rsa-sha2-256", known: "{name} {rsa}"},
	{name: "user key too short", options: "-o RequiredRSASize=3072", key: "rsa", differs: "ssh names the file too"},
	{name: "proxy command that fails", options: `-o 'ProxyCommand=sh -c "read line; echo no way >&2"'`},
	{name: "proxy command that says nothing", options: `-o 'ProxyCommand=sh -c "read line"'`},
	{name: "jump host that refuses", options: "-J 127.0.0.1:1"},
	{name: "bad option", options: "-o Foo=bar"},
	{name: "bad value", options: "-o StrictHostKeyChecking=perhaps"},
	{name: "bad port", options: "-o Port=x"},
	{name: "bad time", options: "-o ConnectTimeout=soon"},
	{name: "bad number", options: "-o ServerAliveCountMax=many"},
	{name: "no value", options: "-o User="},
	{name: "missing configuration", options: "-F {folder}/missing"},
	{name: "bad configuration", options: "-F {folder}/badconfig"},
	{name: "missing -i", options: "-i {folder}/missing", key: "stranger"},
	{name: "user by option, denied", options: "-o User=nobodyhere", key: "stranger"},
	{name: "public keys disabled", options: "-o PubkeyAuthentication=no"},
}

func TestWordsOfSSH(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("there is no ssh to compare with (install openssh-client)")
	}
	server := judgedServer(t)
	for _, j := range judgements {
		t.Run(j.name, func(t *testing.T) {
			target := j.target(t, server)
			known := j.write(t, server)
			want := runSSH(t, target)
			wantLines := lines(t, known)
			j.write(t, server)
			got := dialWords(t, target)
			if got != want && (j.differs == "" || got == "" || want == "") {
				t.Errorf("words differ\n  ssh: %q\ngoplay: %q", want, got)
			}
			if gotLines := lines(t, known); j.keeps && gotLines != wantLines {
				t.Errorf("known_hosts has %d lines, after ssh %d", gotLines, wantLines)
			}
		})
	}
}

// judgedServer has keys of all kinds in its folder.
func judgedServer(t *testing.T) *conntest.SSHD {
	s := conntest.StartSSHD(t)
	for name, options := range map[string][]string{
		"stranger": {"-t", "ed25519"}, "openstranger": {"-t", "ed25519"}, "open": {"-t", "ed25519"}, "other": {"-t", "ed25519"},
		"otherrsa": {"-t", "rsa", "-b", "2048"}, "rsa": {"-t", "rsa", "-b", "2048"}, "ecdsa": {"-t", "ecdsa", "-b", "384"},
		"pem": {"-t", "rsa", "-b", "2048", "-m", "PEM"}, "openpem": {"-t", "rsa", "-b", "2048", "-m", "PEM"},
		"pkcs8": {"-t", "ecdsa", "-m", "PKCS8"}, "encrypted": {"-t", "ed25519", "-N", "secret"},
		"encryptedstranger": {"-t", "ed25519", "-N", "secret"}, "certified": {"-t", "ed25519"}, "moved": {"-t", "ed25519"},
		"authority": {"-t", "ed25519"},
	} {
		s.Key(t, name, options...)
	}
	for _, name := range []string{"open", "openpem", "rsa", "ecdsa", "pem", "pkcs8", "encrypted"} {
		s.Authorize(t, name)
	}
	for _, name := range []string{"open", "openpem", "openstranger"} {
		must(t, os.Chmod(s.Path(name), 0o644))
	}
	for _, name := range []string{"open", "openpem", "encrypted", "pem"} {
		must(t, os.Remove(s.Path(name)+".pub")) // else only that is offered at first
	}
	s.Append(t, "authorized", "cert-authority "+s.Public(t, "authority"))
	user := newTestDialer(t, Options{}).options.User
	for _, name := range []string{"certified", "moved"} {
		conntest.Keygen(t, "-q", "-s", s.Path("authority"), "-I", "id", "-n", user, s.Path(name)+".pub")
	}
	must(t, os.Rename(s.Path("moved-cert.pub"), s.Path("elsewhere.pub")))
	s.Append(t, "garbage", "not a key")
	s.Append(t, "badconfig", "Host x\n Nonsense yes\nPort abc")
	s.Append(t, "changed", s.Name()+" "+s.Public(t, "other"))
	s.Append(t, "plain", s.Name()+" "+s.Public(t, "host_ed25519"))
	conntest.Keygen(t, "-q", "-H", "-f", s.Path("plain"))
	return s
}

func (j judged) target(t *testing.T, s *conntest.SSHD) connection.Target {
	options := strings.ReplaceAll(j.options, "{folder}", s.Folder)
	if !strings.Contains(options, "-F ") {
		options += " -F none"
	}
	if !strings.Contains(options, "UserKnownHostsFile") {
		options += " -o UserKnownHostsFile=" + s.Path("known")
	}
	target := connection.Target{Host: "web1", Transport: "ssh", Address: "127.0.0.1", Port: s.Port, Timeout: 5 * time.Second}
	target.SSH = connection.SSHOptions{
		PrivateKeyFile: s.Path("key"), HostKeyChecking: true, CommonArgs: options + " -o GlobalKnownHostsFile=/dev/null",
	}
	if j.key != "" {
		target.SSH.PrivateKeyFile = s.Path(j.key)
	}
	if j.address != "" {
		target.Address = j.address
	}
	if j.port != 0 {
		target.Port = j.port
	}
	return target
}

// write writes the known_hosts file anew.
func (j judged) write(t *testing.T, s *conntest.SSHD) string {
	t.Helper()
	text := j.known
	if text == "" {
		text = "{name} {ed25519}"
	}
	hashed, err := os.ReadFile(s.Path("plain"))
	must(t, err)
	ed25519 := s.Public(t, "host_ed25519")
	text = strings.NewReplacer("{name}", s.Name(), "{ed25519}", ed25519, "{rsa}", s.Public(t, "host_rsa"),
		"{ecdsa}", s.Public(t, "host_ecdsa"), "{other}", s.Public(t, "other"), "{otherrsa}", s.Public(t, "otherrsa"),
		"{hashed}", string(hashed), "{blob}", strings.Fields(ed25519)[1]).Replace(text)
	must(t, os.WriteFile(s.Path("known"), []byte(text+"\n"), 0o600))
	return s.Path("known")
}

// runSSH runs the real ssh without a terminal, as Ansible does for this target, and gives what it prints if it fails.
func runSSH(t *testing.T, target connection.Target) string {
	t.Helper()
	args := []string{"-n"}
	for _, option := range targetOptions(target, 0) {
		args = append(args, "-o", option)
	}
	more, err := source.ShellWords(target.SSH.CommonArgs)
	must(t, err)
	args = append(append(args, more...), "-o", "NumberOfPasswordPrompts=1", target.Address, "true")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "ssh", args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "SHELL=/bin/sh"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if cmd.Run() == nil {
		return ""
	}
	return strings.TrimRight(stderr.String(), "\r\n")
}

// dialWords gives the words of our failure.
func dialWords(t *testing.T, target connection.Target) string {
	t.Helper()
	t.Setenv("SHELL", "/bin/sh")
	conn, err := newTestDialer(t, Options{}).Dial(t.Context(), target)
	if err != nil {
		return strings.TrimPrefix(err.Error(), failedPrefix)
	}
	must(t, conn.Close())
	return ""
}

func lines(t *testing.T, file string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Clean(file))
	must(t, err)
	return bytes.Count(data, []byte("\n"))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
