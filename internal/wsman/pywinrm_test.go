package wsman

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// programs are what the tests' commands can do.
func programs(ctx context.Context, c *Command) int {
	name, rest, _ := strings.Cut(c.Line, " ")
	switch name {
	case "echo":
		fmt.Fprint(c.Stdout(), rest)
	case "fail":
		fmt.Fprint(c.Stderr(), "failed")
		n, _ := strconv.Atoi(rest)
		return n
	case "where":
		fmt.Fprintf(c.Stdout(), "%s %s=%s %s", c.Dir, c.Environment[0].Name, c.Environment[0].Value, named(c.Options, "WINRS_CODEPAGE"))
	case "big":
		n, _ := strconv.Atoi(rest)
		fmt.Fprint(c.Stdout(), strings.Repeat("x", n))
	case "cat":
		_, _ = io.Copy(c.Stdout(), c.Stdin())
	case "sleep":
		n, _ := strconv.Atoi(rest)
		select {
		case <-time.After(time.Duration(n) * time.Millisecond):
			fmt.Fprint(c.Stdout(), "rested")
		case <-ctx.Done():
			return 130
		}
	case "powershell":
		script, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "-encodedcommand "))
		_, _ = c.Stdout().Write(script)
	}
	return 0
}

// accounts are those that the clients' scripts use.
var accounts = map[string]string{"ann": "Pässword", `LAB\bob`: "b"}

// pair starts a server for http and one for https, and writes the certificate of the second to a file.
func pair(t *testing.T, o Options) (plain, secure *Server, certificate string) {
	t.Helper()
	o.Users, o.Run, o.Pipeline = accounts, programs, scripts
	plain = Start(t, o)
	o.TLS, o.Basic, o.Certificates = true, true, true
	secure = Start(t, o)
	certificate = writePEM(t, filepath.Join(t.TempDir(), "ca.pem"), "CERTIFICATE", secure.Certificate().Raw)
	return plain, secure, certificate
}

// python runs a script with modules that this machine may not have.
func python(t *testing.T, modules, script string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", "import "+modules).CombinedOutput(); err != nil {
		t.Skipf("/usr/bin/python3 cannot import %s: %s", modules, lastLine(out))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/usr/bin/python3", append([]string{script}, args...)...)
	// What the machine's own variables say of certificates and proxies would come first.
	cmd.Env = append(os.Environ(), "OPENSSL_CONF=testdata/openssl.cnf", "REQUESTS_CA_BUNDLE=", "CURL_CA_BUNDLE=", "NO_PROXY=*")
	out, err := cmd.CombinedOutput()
	if err != nil || lastLine(out) != "ok" {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

func TestPywinrm(t *testing.T) {
	t.Parallel()
	plain, secure, certificate := pair(t, Options{Quotas: Quotas{MaxShellsPerUser: 3, MaxProcessesPerShell: 2}})
	mine, key := ClientCertificate(t, "ann")
	python(t, "winrm, requests_ntlm", "testdata/with_pywinrm.py", plain.URL, secure.URL, certificate, mine, key)
	for name, s := range map[string]*Server{"http": plain, "https": secure} {
		c := s.Counts()
		if c.OpenShells != 0 || c.RunningCommands != 0 || c.Logins == 0 || c.FailedLogins == 0 {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if c := plain.Counts(); c.MostShells != 3 {
		t.Errorf("%d shells were open at one time, want 3", c.MostShells)
	}
}
