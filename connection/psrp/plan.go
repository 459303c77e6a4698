package psrp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/kerberos"
	"github.com/goplay/goplay/connection/wsman"
)

// Dial opens a pool on a target; what o says of the session's configuration is the target's affair. Errors are *[connection.UnreachableError],
// ctx's, or say that the target's options cannot be.
func Dial(ctx context.Context, t connection.Target, o Options) (*Pool, error) {
	options, err := optionsOf(t)
	if err != nil {
		return nil, err
	}
	client, err := wsman.New(options)
	if err != nil {
		return nil, err
	}
	o.Configuration = t.PSRP.ConfigurationName
	pool, err := dial(ctx, client, t, o)
	if err != nil {
		client.Close()
		return nil, err
	}
	pool.owns = true
	return pool, nil
}

// dial opens a pool, and tries connections that cannot be made again as often as the target says.
func dial(ctx context.Context, client *wsman.Client, t connection.Target, o Options) (*Pool, error) {
	wait := t.PSRP.ReconnectionBackoff
	for left := t.PSRP.ReconnectionRetries; ; left, wait = left-1, 2*wait {
		pool, err := Open(ctx, client, o)
		switch {
		case err == nil:
			return pool, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case left <= 0 || !unmade(err):
			return nil, unreachable(t, err)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// unmade tells whether an error says that no connection was made.
func unmade(err error) bool {
	op := (*net.OpError)(nil)
	return errors.As(err, &op) && op.Op == "dial"
}

// unreachable words an error of opening as the reference does.
func unreachable(t connection.Target, err error) error {
	fault, status := (*wsman.Fault)(nil), (*wsman.StatusError)(nil)
	msg := "Failed to connect to the host via PSRP"
	switch {
	case errors.Is(err, wsman.ErrCredentials):
		msg, err = "failed to authenticate with the server", fmt.Errorf("Failed to authenticate the user %s with %s", t.User, cmp.Or(t.PSRP.Auth, "negotiate")) //lint:ignore ST1005 the reference's text
		return &connection.UnreachableError{Msg: msg, Err: &credentialsError{err}, Apart: true}
	case errors.As(err, &status):
		return &connection.UnreachableError{Msg: fmt.Sprintf("psrp connection failure during runspace open: Bad HTTP response returned from the server. Code: %d, Content: '%s'", status.Status, status.Body), Apart: true}
	case errors.As(err, &fault), errors.Is(err, ErrProtocol):
		msg = "psrp connection failure during runspace open"
	}
	return &connection.UnreachableError{Msg: msg, Err: err, Apart: true}
}

// credentialsError is a [wsman.ErrCredentials] in the reference's words.
type credentialsError struct{ error }

func (*credentialsError) Is(target error) bool { return target == wsman.ErrCredentials }

// optionsOf are those of a client for a target.
func optionsOf(t connection.Target) (wsman.Options, error) {
	o := t.PSRP
	address, err := endpoint(t)
	if err != nil {
		return wsman.Options{}, err
	}
	login, err := loginOf(o.Auth)
	if err != nil {
		return wsman.Options{}, err
	}
	w := wsman.Options{
		URL: address, Login: login, User: t.User, Password: t.Password, Sealing: wsman.Sealing(o.MessageEncryption), NoBindings: o.NoCBT,
		Connect: t.Timeout, Read: o.ReadTimeout, Operation: o.OperationTimeout, MaxEnvelope: o.MaxEnvelopeSize,
	}
	if login == wsman.Kerberos {
		if o.Delegate {
			return w, errors.New("tickets cannot be delegated (ansible_psrp_negotiate_delegate)")
		}
		w.Kerberos = kerberos.Options{Service: cmp.Or(o.NegotiateService, "WSMAN"), Host: cmp.Or(o.NegotiateHost, t.Address)}
	}
	switch {
	case address.Scheme == "http" && login == wsman.Certificate:
		return w, errors.New("for certificate auth, ssl must be set: ansible_psrp_protocol is http")
	case address.Scheme == "http" && login == wsman.Basic && o.MessageEncryption != "never":
		//lint:ignore ST1005 the reference's text
		return w, errors.New("Cannot use message encryption with auth 'basic', either set encryption='never', use ssl=True or use one of the following auth providers: credssp, kerberos, negotiate, ntlm")
	case address.Scheme == "https":
		trust := wsman.Trust{Ignore: o.CertValidation == "ignore", Authorities: o.CACert}
		if login == wsman.Certificate {
			trust.Certificate, trust.Key = o.CertificatePEM, o.CertificateKeyPEM
			if trust.Certificate == "" || trust.Key == "" {
				return w, errors.New("for certificate auth, certificate_pem and certificate_key_pem must be set")
			}
		}
		if w.TLS, err = trust.Config(); err != nil {
			return w, err
		}
	}
	w.Proxy, err = proxyOf(o, address)
	return w, err
}

// endpoint is the URL of a target's service: of protocol and port either follows from the other.
func endpoint(t connection.Target) (*url.URL, error) {
	scheme, port := t.PSRP.Protocol, t.Port
	if scheme == "" {
		scheme = "https"
		if port == 5985 {
			scheme = "http"
		}
	}
	if scheme != "http" && scheme != "https" {
		return nil, fmt.Errorf("ansible_psrp_protocol is %q; it must be http or https", scheme)
	}
	if port == 0 {
		port = map[string]int{"http": 5985, "https": 5986}[scheme]
	}
	path := "/" + strings.TrimPrefix(cmp.Or(t.PSRP.Path, "wsman"), "/")
	return &url.URL{Scheme: scheme, Host: net.JoinHostPort(t.Address, strconv.Itoa(port)), Path: path}, nil
}

func loginOf(auth string) (wsman.Login, error) {
	switch auth {
	case "", "negotiate", "ntlm":
		return wsman.NTLM, nil
	case "basic", "certificate":
		return wsman.Login(auth), nil
	case "kerberos":
		return wsman.Kerberos, nil
	case "credssp":
		return "", errors.New("logins by credssp are not supported yet (ansible_psrp_auth); kerberos, ntlm, basic and certificate are")
	}
	return "", fmt.Errorf("there is no login by %q (ansible_psrp_auth)", auth)
}

func proxyOf(o connection.PSRPOptions, address *url.URL) (*url.URL, error) {
	switch {
	case o.Proxy != "":
		return url.Parse(o.Proxy)
	case o.IgnoreProxy:
		return nil, nil
	}
	return http.ProxyFromEnvironment(&http.Request{URL: address})
}
