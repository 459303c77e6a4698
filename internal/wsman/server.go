// Package wsman is a server for tests that speaks WS-Management as Windows does: SOAP over HTTP or HTTPS, with basic and NTLM logins, sealed
// messages, and the shells of MS-WSMV with their quotas. It counts what clients do, and an [Options.Intercept] can delay, cut, or
// answer any message with a fault. What runs in its shells is a Go function.
//
// That it is like Windows is shown by clients that goplay did not write: the tests let pywinrm and pypsrp do what they can do.
package wsman

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/goplay/goplay/connection/ntlm"
)

// Quotas are a machine's limits, named as its settings. 0 is Windows' own.
type Quotas struct {
	MaxShellsPerUser               int // 30
	MaxProcessesPerShell           int // 25
	MaxConcurrentUsers             int // 10
	MaxConcurrentOperationsPerUser int // 1500
	MaxConcurrentCommandsPerShell  int // 1000, of a PowerShell session for all its life
	MaxEnvelopeSizekb              int // 500
}

func (q Quotas) withDefaults() Quotas {
	for _, row := range []struct {
		limit *int
		usual int
	}{
		{&q.MaxShellsPerUser, 30},
		{&q.MaxProcessesPerShell, 25},
		{&q.MaxConcurrentUsers, 10},
		{&q.MaxConcurrentOperationsPerUser, 1500},
		{&q.MaxConcurrentCommandsPerShell, 1000},
		{&q.MaxEnvelopeSizekb, 500},
	} {
		if *row.limit == 0 {
			*row.limit = row.usual
		}
	}
	return q
}

// Options say what a server is like.
type Options struct {
	// Users are passwords by name: "ann" or "DOMAIN\ann", letters of either case.
	Users map[string]string
	// Basic allows basic logins, beside NTLM.
	Basic bool
	// Certificates allows logins by any certificate, over TLS, for the user that its common name tells.
	Certificates bool
	// AllowUnencrypted lets messages that are neither sealed nor in TLS pass.
	AllowUnencrypted bool
	TLS              bool
	Keytab           string // a file of the service's keys allows logins by Kerberos
	Quotas           Quotas
	// Run is what commands do; its result is their exit code.
	Run func(ctx context.Context, c *Command) int
	// Pipeline is what pipelines of PowerShell sessions do. Its error is the pipeline's failure.
	Pipeline func(ctx context.Context, p *Pipeline) error
	// Intercept sees each message before it is handled, and says what becomes of it. nil: all are handled.
	Intercept func(r *Request) Fate
}

// Fate is what becomes of a message. The zero Fate is that it is handled.
type Fate struct {
	Fault  *Fault // is the answer
	Status int    // with Body, is the answer, as plain text
	Body   string
	Cut    bool // the connection is closed instead of an answer
	After  bool // of Cut: the message is handled first
	Forget bool // the connection's login is forgotten: the answer is 401
}

// Counts are what a server has seen, and what is open now.
type Counts struct {
	Connections, OpenConnections int
	Logins, FailedLogins         int            // of NTLM
	Messages                     map[string]int // by the last part of the action: "Create", "Receive"
	Shells, OpenShells           int
	MostShells                   int // open at one time
	RunningCommands              int
}

// Server is a running server.
type Server struct {
	URL string // of the service
	*httptest.Server
	options Options
	cancel  context.CancelFunc
	ctx     context.Context
	running sync.WaitGroup // commands

	mu     sync.Mutex
	shells map[string]*shell
	counts Counts
}

// Start starts a server that ends with the test, and with it all its commands.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	o.Quotas = o.Quotas.withDefaults()
	s := &Server{options: o, shells: map[string]*shell{}, counts: Counts{Messages: map[string]int{}}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, loginKey{}, &login{})
	}
	s.Config.ConnState = s.track
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that refuse the certificate
	if o.Certificates {
		s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	}
	if o.TLS {
		s.StartTLS()
	} else {
		s.Server.Start()
	}
	s.URL = s.Server.URL + "/wsman"
	t.Cleanup(s.stop)
	return s
}

func (s *Server) stop() {
	s.cancel()
	s.CloseClientConnections()
	s.Close()
	s.running.Wait()
}

// Reboot ends all connections and shells, and what runs in them.
func (s *Server) Reboot() {
	s.mu.Lock()
	for id, sh := range s.shells {
		for _, c := range sh.commands {
			c.end()
		}
		delete(s.shells, id)
	}
	s.mu.Unlock()
	s.CloseClientConnections()
}

func (s *Server) track(_ net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.counts.Connections++
		s.counts.OpenConnections++
	case http.StateClosed, http.StateHijacked:
		s.counts.OpenConnections--
	}
}

// Counts gives what the server has seen up to now.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counts
	c.Messages = map[string]int{}
	for action, n := range s.counts.Messages {
		c.Messages[action] = n
	}
	c.OpenShells = len(s.shells)
	for _, sh := range s.shells {
		c.RunningCommands += sh.running()
	}
	return c
}

// count changes the counts.
func (s *Server) count(change func(*Counts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.counts)
}

// password finds an account by its name, which clients may write in either case.
func (s *Server) password(a ntlm.Account) (string, bool) {
	name := a.User
	if a.Domain != "" {
		name = a.Domain + `\` + a.User
	}
	for known, password := range s.options.Users {
		if strings.EqualFold(known, name) {
			return password, true
		}
	}
	return "", false
}

// newID makes an identity as Windows writes it.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	h := strings.ToUpper(hex.EncodeToString(b[:]))
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}
