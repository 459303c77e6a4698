package kerberos_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/goplay/goplay/connection/kerberos"
	"github.com/goplay/goplay/internal/kdc"
)

// mit is a process of MIT's library, as one side of a login.
type mit struct {
	t      *testing.T
	in     io.Writer
	out    *bufio.Reader
	stderr *strings.Builder
}

func startMIT(t *testing.T, side string, env ...string) *mit {
	t.Helper()
	if err := exec.Command("/usr/bin/python3", "-c", "import gssapi").Run(); err != nil {
		t.Skip("there is no gssapi for python3 here (Debian's python3-gssapi has it)")
	}
	m := &mit{t: t, stderr: &strings.Builder{}}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "testdata/mit.py", side, "HTTP@localhost")
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = m.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	m.in, m.out = in, bufio.NewReader(out)
	return m
}

func (m *mit) give(data []byte) { fmt.Fprintln(m.in, base64.StdEncoding.EncodeToString(data)) }

func (m *mit) take() []byte {
	m.t.Helper()
	line, err := m.out.ReadString('\n')
	if err != nil {
		m.t.Fatalf("MIT's side ended: %v\n%s", err, m.stderr)
	}
	data, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
	return data
}

// echoes sends messages, and wants them back.
func (m *mit) echoes(s *kerberos.Session) {
	m.t.Helper()
	for _, text := range []string{"x", "", strings.Repeat("long ", 5000)} {
		sealed, signature := s.Seal([]byte(text))
		m.give(append(signature, sealed...))
		token := m.take()
		if got, err := s.Open(token[60:], token[:60]); string(got) != text || err != nil {
			m.t.Fatalf("%.20q: %.20q, %v", text, got, err)
		}
	}
}

// MIT's library takes our logins and seals, and we take its own.
func TestMIT(t *testing.T) {
	c := kdc.Start(t)
	c.User("ann", "pw")
	keys := c.Keytab("HTTP/localhost")

	server := startMIT(t, "accept", "KRB5_KTNAME="+keys)
	l, message, err := kerberos.Begin(kerberos.Options{User: "ann", Password: "pw", Service: "HTTP", Host: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	server.give(message)
	s, err := l.Finish(server.take())
	if err != nil {
		t.Fatal(err)
	}
	server.echoes(s)

	c.Tickets("ann", c.Keytab("ann"))
	client := startMIT(t, "initiate")
	user, answer, s, err := kerberos.Accept(keys, client.take())
	if err != nil || user != "ann" {
		t.Fatal(user, err)
	}
	client.give(answer)
	client.take()
	client.echoes(s)
}
