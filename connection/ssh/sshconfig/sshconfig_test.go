package sshconfig

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// judged is a configuration that is also read by the real `ssh -G`.
type judged struct {
	name    string
	config  string   // {dir} is the folder of the file
	more    []string // name, content of other files
	host    string
	options []string
}

var judgements = []judged{
	{name: "nothing", host: "Web1.Example.COM"},
	{name: "first value counts", host: "web1", config: "Host web1\n User a\n Port 2200\nHost *\n User b\n Port 2300\n Compression yes\n"},
	{name: "patterns", host: "web12", config: "Host web? !web12\n User one\nHost web??\n User two\nHost w*2\n Port 99\nHost !web12 *\n Port 98"},
	{name: "negation alone", host: "web1", config: "Host !db1\n User x\nHost !web1 web*\n Port 4"},
	{name: "several patterns", host: "db", config: "Host web db mail\n User three"},
	{name: "case of patterns", host: "WEB", config: "Host web\n User small\nHost WEB\n Port 77"},
	{name: "equals and quotes", host: "h", config: "User=\"a\"\nPort = 2222\nIdentityFile \"/with blank/key\"\n\tHostName\t=\tother\n"},
	{name: "single quotes and escapes", host: "h", config: `IdentityFile '/a "b" c'` + "\n" + `IdentityFile "/d \"e\" f"` + "\n" + `IdentityFile /g\ h`},
	{name: "comments", host: "h", config: "# one\n  # two\nUser a # three\nPort 22#4\n"},
	{name: "comments after values", host: "h", config: "User a # three\nUserKnownHostsFile /x /y # z\n"},
	{name: "hostname tokens", host: "Web", config: "HostName %h.Example.com"},
	{name: "hostname percent", host: "web", config: "HostName a%%b"},
	{name: "collected", host: "h", config: "IdentityFile /a\nHost h\nIdentityFile /b\nIdentityFile /a\nCertificateFile /c\nCertificateFile /d\nSendEnv A B_*\nSendEnv C"},
	{name: "lists", host: "h", config: "UserKnownHostsFile /a \"/b c\"\nUserKnownHostsFile /d\nGlobalKnownHostsFile none"},
	{name: "match host", host: "web", config: "HostName Real.example.com\nMatch host real.*\n User r\nMatch host web\n User w"},
	{name: "match originalhost", host: "web", config: "HostName real\nMatch originalhost we?,db\n User r\nMatch !originalhost web\n Port 9"},
	{name: "match user", host: "web", config: "Match user bob\n Port 1\nUser bob\nMatch user bob,al*\n Port 2", options: []string{"User=bob"}},
	{name: "match localuser", host: "web", config: "Match localuser nobody-at-all\n Port 1\nMatch !localuser nobody-at-all\n Port 2"},
	{name: "match exec", host: "web", config: "Match exec \"test %h = web\"\n Port 5\nMatch exec \"test %n = db\"\n User no\nMatch !exec false\n User yes"},
	{name: "match several", host: "web", config: "Match host web exec true user x\n Port 3\nMatch host web !user x\n Port 4"},
	{name: "match all", host: "web", config: "Host db\n Port 1\nMatch all\n Port 2"},
	{name: "match canonical", host: "web", config: "Match canonical\n Port 1\nMatch canonical host web\n User x\n"},
	{name: "include", host: "web", config: "Include {dir}/more\nUser late", more: []string{"more", "Host web\n Port 17\n User early\n"}},
	{name: "include glob", host: "web", config: "Include {dir}/d.*", more: []string{"d.b", "Port 2", "d.a", "Port 1\nUser a"}},
	{name: "include of nothing", host: "web", config: "Include {dir}/nothing*\nPort 3"},
	{
		name: "include in a block", host: "web", config: "Host db\n Include {dir}/more\nHost web\n Include {dir}/more2\nHost *\n User z",
		more: []string{"more", "Port 1\nHost *\n User evil", "more2", "Port 2\nHost other\n User q"},
	},
	{name: "block after include", host: "web", config: "Host web\n Include {dir}/more\n User after", more: []string{"more", "Host other\n Port 1"}},
	{name: "options before files", host: "web", config: "Port 1\nUser file", options: []string{"Port=2", "User option", "identityfile /o"}},
	{name: "options with quotes", host: "web", options: []string{`IdentityFile="/a b"`, `User="x"`}},
	{name: "proxy jump", host: "web", config: "ProxyJump a@b:22,c\nProxyCommand nc %h %p"},
	{name: "proxy command", host: "web", config: "ProxyCommand  nc -x \"a b\" %h %p # not a comment\nProxyJump c"},
	{name: "proxy command none", host: "web", config: "ProxyCommand none\n", options: []string{"ProxyJump=none"}},
	{name: "times", host: "web", config: "ConnectTimeout 1m30\nServerAliveInterval 1h"},
	{name: "times again", host: "web", config: "ConnectTimeout none\nServerAliveInterval 90s\nServerAliveCountMax 7"},
	{name: "booleans", host: "web", config: "IdentitiesOnly yes\nHashKnownHosts no\nPasswordAuthentication false\nTCPKeepAlive no"},
	{name: "strictness", host: "web", config: "StrictHostKeyChecking accept-new"},
	{name: "strictness off", host: "web", config: "StrictHostKeyChecking off"},
	{name: "aliases of keywords", host: "web", config: "ChallengeResponseAuthentication no\nPubkeyAcceptedKeyTypes ssh-rsa\nDSAAuthentication no"},
	{name: "other keywords", host: "web", config: "HostKeyAlias Other\nAddressFamily inet6\nBindAddress 127.0.0.1\nIdentityAgent none\nPreferredAuthentications publickey,password\nNumberOfPasswordPrompts 2\nForwardAgent yes"},
	{name: "without effect", host: "web", config: "ControlMaster auto\nControlPath ~/.ssh/%C\nControlPersist 60s\nForwardX11 no\nLogLevel ERROR\nProtocol 2\nVisualHostKey no\nGSSAPIAuthentication yes"},
	{name: "ignored unknown", host: "web", config: "IgnoreUnknown Use*,other\nUseKeychain yes\nOther x\nPort 6"},

	{name: "unknown", host: "web", config: "Port 1\nNonsense yes\nHost x\n Rubbish 1\n"},
	{name: "unknown in included", host: "web", config: "Include {dir}/more", more: []string{"more", "Nonsense 1"}},
	{name: "bad port", host: "web", config: "Port 0"},
	{name: "bad port in a block that doesn't count", host: "web", config: "Host x\n Port big"},
	{name: "bad flag", host: "web", config: "BatchMode perhaps"},
	{name: "bad family", host: "web", config: "AddressFamily inet7"},
	{name: "no value", host: "web", config: "Port"},
	{name: "empty value", host: "web", config: "Port \"\""},
	{name: "too many values", host: "web", config: "Port 1 2"},
	{name: "quote", host: "web", config: "User \"x"},
	{name: "bad match", host: "web", config: "Match nonsense x\n Port 1"},
	{name: "match without value", host: "web", config: "Match host\n Port 1"},
	{name: "match all at the end", host: "web", config: "Match host web all\n Port 1\nMatch !all\n User x"},
	{name: "match all not at the end", host: "web", config: "Match all host web\n Port 1"},
	{name: "match final", host: "web", config: "Match final\n User f\nMatch !final\n Port 3\nMatch all\n User g\nIdentityFile /a"},
	{name: "match final host", host: "web", config: "Match final host real\n Port 3\nHost real\n User r\nHost web\n HostName Real"},
	{name: "bad option", host: "web", options: []string{"Nonsense=1"}},
	{name: "bad option value", host: "web", options: []string{"Port=x"}},
}

// compared are the keywords whose values must be ssh's.
var compared = []string{
	"hostname", "user", "port", "identityfile", "certificatefile", "proxyjump", "proxycommand", "userknownhostsfile",
	"globalknownhostsfile", "stricthostkeychecking", "hostkeyalias", "connecttimeout", "serveraliveinterval", "serveralivecountmax",
	"addressfamily", "identitiesonly", "identityagent", "sendenv", "preferredauthentications", "batchmode", "hashknownhosts",
	"passwordauthentication", "kbdinteractiveauthentication", "pubkeyauthentication", "tcpkeepalive", "bindaddress",
	"numberofpasswordprompts", "forwardagent",
}

func TestLikeSSH(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("there is no ssh to compare with (install openssh-client)")
	}
	defaults, _ := sshG(t, "none", "web", nil)
	for _, j := range judgements {
		t.Run(j.name, func(t *testing.T) {
			t.Setenv("SHELL", "/bin/sh")
			file := j.write(t)
			want, wantErr := sshG(t, file, j.host, j.options)
			settings, err := query(t, file, j.host, j.options).Resolve(t.Context())
			if gotErr := words(err); gotErr != wantErr {
				t.Fatalf("error\n   got %q\n  want %q", gotErr, wantErr)
			}
			if err != nil {
				return
			}
			for _, keyword := range compared {
				got := values(settings, keyword, j.host)
				if got == nil {
					got = defaults[keyword]
				}
				if !slices.Equal(got, want[keyword]) {
					t.Errorf("%s is %q, with ssh %q", keyword, got, want[keyword])
				}
			}
		})
	}
}

func (j judged) write(t *testing.T) string {
	dir := t.TempDir()
	file := filepath.Join(dir, "config")
	files := append([]string{"config", strings.ReplaceAll(j.config, "{dir}", dir)}, j.more...)
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

func query(t testing.TB, file, host string, options []string) Query {
	account, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return Query{Host: host, Options: options, UserFile: file, Home: account.HomeDir, LocalUser: account.Username}
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// sshG asks the real ssh. Booleans are yes and no.
func sshG(t *testing.T, file, host string, options []string) (map[string][]string, string) {
	t.Helper()
	args := []string{"-G", "-F", file}
	for _, o := range options {
		args = append(args, "-o", o)
	}
	var stderr bytes.Buffer
	cmd := exec.Command("ssh", append(args, host)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, strings.TrimRight(stderr.String(), "\r\n")
	}
	settings := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		keyword, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		settings[keyword] = append(settings[keyword], yesNo(value))
	}
	return settings, ""
}

func yesNo(value string) string {
	switch value {
	case "true":
		return "yes"
	case "false", "off":
		return "no"
	}
	return value
}

// values are ours in the form of `ssh -G`, or nil if there are none.
func values(s *Settings, keyword, host string) []string {
	var list []string
	for _, v := range s.List(keyword) {
		list = append(list, yesNo(v))
	}
	switch keyword {
	case "hostname":
		return []string{s.HostName(host)}
	case "port":
		return []string{strconv.Itoa(s.Port())}
	case "userknownhostsfile", "globalknownhostsfile":
		if list != nil {
			return []string{strings.Join(list, " ")}
		}
	case "connecttimeout", "serveraliveinterval":
		if d := s.Duration(keyword, -1); d >= 0 {
			return []string{strconv.Itoa(int(d / time.Second))}
		}
		return list
	case "hostkeyalias": // small letters, which package ssh makes of it
		for i := range list {
			list[i] = strings.ToLower(list[i])
		}
	case "proxycommand", "proxyjump":
		if slices.Equal(list, []string{"none"}) {
			return nil
		}
	}
	return list
}

func TestSafeFiles(t *testing.T) {
	home := t.TempDir()
	file := filepath.Join(home, ".ssh", "config")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("Port 7"), 0o600); err != nil {
		t.Fatal(err)
	}
	q := Query{Host: "h", Home: home, SystemFile: "/nonexistent"}
	if s, err := q.Resolve(t.Context()); err != nil || s.Port() != 7 {
		t.Fatalf("port %v, error %v", s, err)
	}
	if err := os.Chmod(file, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Resolve(t.Context()); err == nil || err.Error() != "Bad owner or permissions on "+file {
		t.Errorf("a configuration that all may write: error %v", err)
	}
}

func TestExpandPath(t *testing.T) {
	t.Setenv("GOPLAY_TEST", "value")
	tokens := Tokens{'d': "/home/u", 'h': "web", '%': "%"}
	for path, want := range map[string]string{
		"~/.ssh/%h": "/home/u/.ssh/web", "/a/${GOPLAY_TEST}/b": "/a/value/b", "%d/%%/%Z": "/home/u/%/%Z", "${unclosed": "${unclosed", "~other/x": "~other/x",
	} {
		if got := ExpandPath(path, tokens); got != want {
			t.Errorf("ExpandPath(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestBeyond(t *testing.T) {
	for option, want := range map[string]string{
		"PKCS11Provider=/lib/x.so": "pkcs11provider /lib/x.so", "CanonicalizeHostname=yes": "canonicalizehostname yes", "ProxyUseFdpass=yes": "proxyusefdpass yes",
		"PermitLocalCommand=yes": "permitlocalcommand yes", "CheckHostIP=yes": "checkhostip yes", "KnownHostsCommand=/bin/x y": "knownhostscommand /bin/x y",
		"PKCS11Provider=none": "", "CanonicalizeHostname=no": "", "CanonicalizeHostname=none": "", "ProxyUseFdpass=no": "", "Port=22": "",
	} {
		settings, err := Query{Host: "h", Options: []string{option}, UserFile: "none"}.Resolve(t.Context())
		if err != nil || settings.Beyond() != want {
			t.Errorf("%s: %q, error %v", option, settings.Beyond(), err)
		}
	}
	if _, err := (Query{Host: "h", Options: []string{"RemoteCommand=ls"}, UserFile: "none"}).Resolve(t.Context()); err == nil {
		t.Error("a RemoteCommand would run instead of the tasks")
	}
}

func FuzzResolve(f *testing.F) {
	for _, j := range judgements {
		f.Add(j.config, j.host)
	}
	f.Fuzz(func(t *testing.T, config, host string) {
		file := filepath.Join(t.TempDir(), "config")
		if strings.Contains(strings.ToLower(config), "include") { // other files of the machine
			return
		}
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		q := Query{Host: host, UserFile: file, LocalUser: "u", Home: "/home/u"}
		q.Exec = func(context.Context, string) bool { return true }
		first, err1 := q.Resolve(t.Context())
		second, err2 := q.Resolve(t.Context())
		if words(err1) != words(err2) {
			t.Fatalf("two readings differ: %v, %v", err1, err2)
		}
		if err1 == nil && first.HostName(host) != second.HostName(host) {
			t.Fatal("two readings differ")
		}
	})
}
