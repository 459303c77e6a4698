package wsman

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/goplay/goplay/connection/kerberos"
	"github.com/goplay/goplay/connection/ntlm"
)

// logIn proves who we are on a new connection, in two requests.
func (c *Client) logIn(ctx context.Context) error {
	if c.options.Login == Kerberos {
		return c.showTicket(ctx)
	}
	login := &ntlm.Client{Account: ntlm.ParseAccount(c.options.User), Password: c.options.Password, Target: "HTTP/" + c.options.URL.Hostname()}
	if secured, ok := c.line.conn.(*tls.Conn); ok && !c.options.NoBindings {
		login.Bindings = bindings(secured.ConnectionState().PeerCertificates[0])
	}
	r, err := c.send(ctx, nil, plainType, token(login.Negotiate()))
	if err != nil {
		return err
	}
	challenge, err := challengeOf(r)
	if err != nil {
		return err
	}
	authenticate, session, err := login.Authenticate(challenge)
	if err != nil {
		return err
	}
	if r, err = c.send(ctx, nil, plainType, token(authenticate)); err != nil {
		return err
	}
	switch {
	case r.status == http.StatusUnauthorized:
		return ErrCredentials
	case r.status/100 != 2:
		return &StatusError{Status: r.status, Body: string(r.body)}
	}
	c.line.session = session
	return nil
}

// showTicket logs in by a ticket, in one request.
func (c *Client) showTicket(ctx context.Context) error {
	o := c.options.Kerberos
	o.User, o.Password = c.options.User, c.options.Password
	login, message, err := kerberos.Begin(o)
	if errors.Is(err, kerberos.ErrRefused) {
		return fmt.Errorf("%w: %w", ErrCredentials, err)
	}
	if err != nil {
		return err
	}
	r, err := c.send(ctx, nil, plainType, token(message))
	if err != nil {
		return err
	}
	switch {
	case r.status == http.StatusUnauthorized:
		return ErrCredentials
	case r.status/100 != 2:
		return &StatusError{Status: r.status, Body: string(r.body)}
	}
	for _, line := range r.header.Values("WWW-Authenticate") {
		if scheme, answer, _ := strings.Cut(line, " "); strings.EqualFold(scheme, "Negotiate") && answer != "" {
			data, err := base64.StdEncoding.DecodeString(answer)
			if err != nil {
				return err
			}
			s, err := login.Finish(data)
			if err == nil {
				c.line.session = s
			}
			return err
		}
	}
	return errors.New("the server does not answer the login by Kerberos")
}

func token(message []byte) string { return "Negotiate " + base64.StdEncoding.EncodeToString(message) }

// challengeOf finds a challenge in the answer to our first message.
func challengeOf(r response) ([]byte, error) {
	if r.status != http.StatusUnauthorized {
		return nil, &StatusError{Status: r.status, Body: string(r.body)}
	}
	var offered []string
	for _, line := range r.header.Values("WWW-Authenticate") {
		scheme, token, _ := strings.Cut(line, " ")
		if strings.EqualFold(scheme, "Negotiate") && token != "" {
			return base64.StdEncoding.DecodeString(token)
		}
		offered = append(offered, scheme)
	}
	if r.last {
		return nil, errors.New("the server closes the connection during the login")
	}
	return nil, fmt.Errorf("the server does not answer NTLM; it offers %s", strings.Join(offered, ", "))
}

// bindings are those of RFC 5929 for a server's certificate: its digest is that of its signature, or SHA-256 for older ones.
func bindings(certificate *x509.Certificate) []byte {
	digest := crypto.SHA256
	switch certificate.SignatureAlgorithm {
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384, x509.SHA384WithRSAPSS:
		digest = crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512, x509.SHA512WithRSAPSS:
		digest = crypto.SHA512
	}
	h := digest.New()
	h.Write(certificate.Raw)
	return h.Sum([]byte("tls-server-end-point:"))
}
