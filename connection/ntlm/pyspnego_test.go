package ntlm

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goplay/goplay/internal/reference"
)

// other is pyspnego's acceptor.
type other struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Scanner
}

func startOther(t *testing.T, accounts string) *other {
	t.Helper()
	environment := append(os.Environ(), "PYTHONPATH="+reference.WindowsClients())
	check := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", "import spnego")
	check.Env = environment
	if err := check.Run(); err != nil {
		t.Skip("/usr/bin/python3 has no spnego (make reference unpacks it)")
	}
	users := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(users, []byte(accounts), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "testdata/acceptor.py")
	cmd.Env = append(environment, "NTLM_USER_FILE="+users)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	return &other{t, in, bufio.NewScanner(out)}
}

// ask sends a line of pieces in hex, and gives the line of the answer.
func (o *other) ask(pieces ...[]byte) string {
	o.t.Helper()
	var words []string
	for _, p := range pieces {
		words = append(words, hex.EncodeToString(p))
	}
	fmt.Fprintln(o.in, strings.Join(words, " "))
	return o.line()
}

func (o *other) line() string {
	o.t.Helper()
	if !o.out.Scan() {
		o.t.Fatal("pyspnego has ended")
	}
	return o.out.Text()
}

// pyspnego's acceptor takes our login, opens what we seal, and we open what it seals.
func TestPyspnego(t *testing.T) {
	for account, line := range map[string]string{"ann": ":ann:Pässword\n", `LAB\bob`: "LAB:bob:b\n"} {
		t.Run(account, func(t *testing.T) {
			o := startOther(t, line)
			password := line[strings.LastIndex(line, ":")+1 : len(line)-1]
			c := &Client{Account: ParseAccount(account), Password: password, Target: "HTTP/win1", Bindings: []byte("tls-server-end-point:x")}
			authenticate, session, err := c.Authenticate(unhex(t, o.ask(c.Negotiate())))
			if err != nil {
				t.Fatal(err)
			}
			o.ask(authenticate)
			if who := o.line(); !strings.EqualFold(who, account) {
				t.Errorf("it takes us for %s, not %s", who, account)
			}
			for _, text := range []string{"one", strings.Repeat("two", 5000), "three"} {
				sealed, signature := session.Seal([]byte(text))
				signed, answer, _ := strings.Cut(o.ask(signature, sealed), " ")
				plain, err := session.Open(unhex(t, answer), unhex(t, signed))
				if err != nil || string(plain) != strings.ToUpper(text) {
					t.Errorf("%.10q, %v", plain, err)
				}
			}
		})
	}
}
