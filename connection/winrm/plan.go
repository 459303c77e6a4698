package winrm

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/kerberos"
	"github.com/goplay/goplay/connection/wsman"
)

// plan is a target as this transport understands it.
type plan struct {
	url        *url.URL
	patience   wsman.Patience
	transports []string
	target     connection.Target
}

// defaultPort is that of https.
const defaultPort = 5986

func planFor(t connection.Target) (*plan, error) {
	w := t.WinRM
	port := t.Port
	if port == 0 {
		port = defaultPort
	}
	scheme := w.Scheme
	if scheme == "" {
		scheme = map[bool]string{true: "http", false: "https"}[port == 5985]
	}
	if scheme != "http" && scheme != "https" {
		return nil, fmt.Errorf("ansible_winrm_scheme is %q; it must be http or https", scheme)
	}
	if err := checkChoices(w); err != nil {
		return nil, err
	}
	path := "/" + strings.TrimPrefix(w.Path, "/")
	if w.Path == "" {
		path = "/wsman"
	}
	if err := checkTransports(w.Transport); err != nil {
		return nil, err
	}
	p := &plan{target: t, url: &url.URL{Scheme: scheme, Host: net.JoinHostPort(t.Address, strconv.Itoa(port)), Path: path}}
	p.transports = transports(w.Transport, t.User, scheme)
	return p, nil
}

// checkChoices refuses values that a setting cannot have.
func checkChoices(w connection.WinRMOptions) error {
	switch w.MessageEncryption {
	case "", "auto", "always", "never":
	default:
		return fmt.Errorf("invalid message_encryption arg: %s. Should be 'auto', 'always', or 'never'", w.MessageEncryption)
	}
	switch w.ServerCertValidation {
	case "", "validate", "ignore":
	default:
		return fmt.Errorf("ansible_winrm_server_cert_validation is %q; it must be validate or ignore", w.ServerCertValidation)
	}
	return nil
}

// known are the ways to log in that Ansible has.
var known = []string{"basic", "certificate", "credssp", "kerberos", "ntlm", "plaintext", "ssl"}

func checkTransports(asked string) error {
	var unknown []string
	for name := range strings.SplitSeq(asked, ",") {
		if name != "" && !slices.Contains(known, name) {
			unknown = append(unknown, "'"+name+"'")
		}
	}
	if len(unknown) > 0 {
		//lint:ignore ST1005 the reference's text
		return fmt.Errorf("The installed version of WinRM does not support transport(s) [%s]", strings.Join(unknown, ", "))
	}
	return nil
}

// transports are the ways to log in that are asked for, or those that follow from the user and the scheme.
func transports(asked, user, scheme string) []string {
	switch {
	case asked != "":
		return strings.Split(asked, ",")
	case strings.Contains(user, "@"):
		return []string{"kerberos"}
	case scheme == "https":
		return []string{"ssl"}
	}
	return []string{"plaintext"}
}

// options are those of a client for one way to log in.
func (p *plan) options(transport string) (wsman.Options, error) {
	w := p.target.WinRM
	if w.ReadTimeout != 0 && w.ReadTimeout <= w.OperationTimeout {
		return wsman.Options{}, errors.New("read_timeout_sec must exceed operation_timeout_sec, and both must be non-zero")
	}
	login, err := p.login(transport)
	if err != nil {
		return wsman.Options{}, err
	}
	o := wsman.Options{
		URL: p.url, Login: login, User: p.target.User, Password: p.target.Password, Sealing: wsman.Sealing(w.MessageEncryption),
		NoBindings: w.NoCBT, Connect: p.target.Timeout, Read: w.ReadTimeout, Operation: w.OperationTimeout,
	}
	if login == wsman.Kerberos {
		o.Kerberos = kerberos.Options{Realm: w.Realm, Keytab: w.Keytab, Service: cmp.Or(w.Service, "HTTP"), Host: cmp.Or(w.KerberosHost, p.target.Address)}
		if w.ManualKinit {
			o.Password = ""
		}
	}
	if p.url.Scheme == "https" {
		if o.TLS, err = p.tls(login); err != nil {
			return o, err
		}
	}
	o.Proxy, err = p.proxy()
	return o, err
}

func (p *plan) login(transport string) (wsman.Login, error) {
	certified := p.target.WinRM.CertPEM != ""
	switch transport {
	case "ntlm":
		return wsman.NTLM, nil
	case "basic", "plaintext":
		return wsman.Basic, nil
	case "ssl", "certificate":
		if transport == "ssl" && !certified {
			return wsman.Basic, nil
		}
		if !certified || p.url.Scheme != "https" {
			return "", errors.New("a login by certificate needs https, ansible_winrm_cert_pem and ansible_winrm_cert_key_pem")
		}
		return wsman.Certificate, nil
	case "kerberos":
		if p.target.WinRM.Delegation {
			return "", errors.New("tickets cannot be delegated (ansible_winrm_kerberos_delegation)")
		}
		return wsman.Kerberos, nil
	case "credssp":
		return "", errors.New("this way to log in is not supported yet")
	}
	return "", errors.New("there is no such way to log in") // the caller has refused it
}

// tls says which certificates are trusted and shown.
func (p *plan) tls(login wsman.Login) (*tls.Config, error) {
	w := p.target.WinRM
	trust := wsman.Trust{Ignore: w.ServerCertValidation == "ignore", Authorities: w.CATrustPath}
	if trust.Authorities == "legacy_requests" {
		trust.Authorities = ""
	}
	if login == wsman.Certificate {
		trust.Certificate, trust.Key = w.CertPEM, w.CertKeyPEM
	}
	return trust.Config()
}

func (p *plan) proxy() (*url.URL, error) {
	if given := p.target.WinRM.Proxy; given != "" {
		return url.Parse(given)
	}
	return http.ProxyFromEnvironment(&http.Request{URL: p.url})
}
