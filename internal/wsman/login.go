package wsman

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/goplay/goplay/connection/kerberos"
	"github.com/goplay/goplay/connection/ntlm"
	protocol "github.com/goplay/goplay/connection/wsman"
)

type loginKey struct{}

// login is who has logged in on a connection. The server handles one request of a connection at a time, so that nothing guards it.
type login struct {
	acceptor *ntlm.Acceptor
	session  protocol.Sealer
	user     string
}

// admit finds out whose request it is. A false result means that the answer has been given.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, l *login) (user string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case strings.EqualFold(scheme, "Basic") && s.options.Basic:
		return s.basic(w, r)
	case scheme == mutual && s.options.Certificates:
		return s.certified(w, r)
	case strings.EqualFold(scheme, "Negotiate"), strings.EqualFold(scheme, "NTLM"):
		return s.negotiate(w, r, l, scheme, token)
	case l.session != nil:
		return l.user, true
	}
	s.refuse(w)
	return "", false
}

// refuse asks for a login.
func (s *Server) refuse(w http.ResponseWriter) {
	w.Header().Add("WWW-Authenticate", "Negotiate")
	if s.options.Basic {
		w.Header().Add("WWW-Authenticate", `Basic realm="WSMAN"`)
	}
	w.WriteHeader(http.StatusUnauthorized)
}

// mutual is what clients say that show a certificate.
const mutual = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

// certified takes the user that a client's certificate tells.
func (s *Server) certified(w http.ResponseWriter, r *http.Request) (string, bool) {
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		account := ntlm.ParseAccount(r.TLS.PeerCertificates[0].Subject.CommonName)
		if _, found := s.password(account); found {
			return account.User, true
		}
	}
	s.count(func(c *Counts) { c.FailedLogins++ })
	s.refuse(w)
	return "", false
}

func (s *Server) basic(w http.ResponseWriter, r *http.Request) (string, bool) {
	user, given, _ := r.BasicAuth()
	password, found := s.password(ntlm.ParseAccount(user))
	if !found || given != password {
		s.count(func(c *Counts) { c.FailedLogins++ })
		s.refuse(w)
		return "", false
	}
	return user, true
}

// negotiate takes a login one step further.
func (s *Server) negotiate(w http.ResponseWriter, r *http.Request, l *login, scheme, token string) (string, bool) {
	message, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		http.Error(w, "bad token", http.StatusBadRequest)
		return "", false
	}
	if s.options.Keytab != "" && l.acceptor == nil && !bytes.HasPrefix(message, []byte("NTLMSSP")) {
		return s.ticket(w, l, message)
	}
	if l.acceptor == nil {
		s.challenge(w, r, l, scheme, message)
		return "", false
	}
	account, session, err := l.acceptor.Accept(message)
	*l = login{user: strings.ToLower(account.User)}
	if err != nil {
		s.count(func(c *Counts) { c.FailedLogins++ })
		s.refuse(w)
		return "", false
	}
	l.session = session
	s.count(func(c *Counts) { c.Logins++ })
	return l.user, true
}

// ticket takes a login by Kerberos.
func (s *Server) ticket(w http.ResponseWriter, l *login, message []byte) (string, bool) {
	user, answer, session, err := kerberos.Accept(s.options.Keytab, message)
	if err != nil {
		s.count(func(c *Counts) { c.FailedLogins++ })
		s.refuse(w)
		return "", false
	}
	*l = login{user: strings.ToLower(user), session: session}
	s.count(func(c *Counts) { c.Logins++ })
	w.Header().Set("WWW-Authenticate", "Negotiate "+base64.StdEncoding.EncodeToString(answer))
	return l.user, true
}

func (s *Server) challenge(w http.ResponseWriter, r *http.Request, l *login, scheme string, message []byte) {
	acceptor := &ntlm.Acceptor{Computer: "WIN1", Password: s.password}
	if r.TLS != nil {
		acceptor.Bindings = bindings(s.Certificate())
	}
	challenge, err := acceptor.Challenge(message)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	*l = login{acceptor: acceptor}
	w.Header().Set("WWW-Authenticate", scheme+" "+base64.StdEncoding.EncodeToString(challenge))
	w.WriteHeader(http.StatusUnauthorized)
}

// bindings are those of RFC 5929 for the server's certificate, which is signed with SHA-256.
func bindings(c *x509.Certificate) []byte {
	sum := sha256.Sum256(c.Raw)
	return append([]byte("tls-server-end-point:"), sum[:]...)
}
