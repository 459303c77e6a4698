// Package kerberos logs in to services by Kerberos (RFC 4120) over SPNEGO (RFC 4178), and seals what is said afterwards (RFC 4121). Tickets come from
// the key distribution centre that the machine's krb5.conf names.
package kerberos

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/krberror"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"
)

// Options say who logs in, and where. Equal options are equal.
type Options struct {
	User     string // "ann@EXAMPLE.COM"; without a realm: the default one
	Password string // "": the keytab, or else the tickets of the user who runs goplay
	Realm    string // "": the user's, or the default one
	Keytab   string // a file
	Service  string // "HTTP" or "WSMAN"
	Host     string // of the service, in full
}

// ErrRefused says that the user or the password is wrong.
var ErrRefused = errors.New("the user is not known, or the password is wrong")

// Login is a login on its way.
type Login struct {
	key           types.EncryptionKey // of the ticket
	authenticator types.Authenticator
	number        uint64
}

// Begin gets a ticket, and gives the message for the service. An error is [ErrRefused], wrapped, or of the machine's configuration or its centre.
func Begin(o Options) (*Login, []byte, error) {
	c, err := o.client()
	if err != nil {
		return nil, nil, err
	}
	defer c.Destroy()
	name := o.Service + "/" + o.Host
	ticket, key, err := c.GetServiceTicket(name)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot get a ticket for %s: %w", name, err)
	}
	l := &Login{key: key}
	token, err := l.request(c, ticket)
	return l, token, err
}

// configuration is that of KRB5_CONFIG or of the machine; where there is none, centres are found by DNS.
func configuration() (*config.Config, error) {
	path := os.Getenv("KRB5_CONFIG")
	if path == "" {
		path = "/etc/krb5.conf"
		if _, err := os.Stat(path); os.IsNotExist(err) {
			settings := config.New()
			settings.LibDefaults.DNSLookupKDC = true
			return settings, nil
		}
	}
	settings, err := config.Load(path)
	if err != nil {
		return nil, fmt.Errorf("the configuration of Kerberos: %w", err)
	}
	return settings, nil
}

// client is logged in to the centre.
func (o Options) client() (*client.Client, error) {
	settings, err := configuration()
	if err != nil {
		return nil, err
	}
	user, realm, _ := strings.Cut(o.User, "@")
	if o.Realm != "" {
		realm = o.Realm
	}
	if realm == "" {
		realm = settings.LibDefaults.DefaultRealm
	}
	var c *client.Client
	switch {
	case o.Password != "":
		c = client.NewWithPassword(user, realm, o.Password, settings, client.DisablePAFXFAST(true))
	case o.Keytab != "":
		keys, err := keytab.Load(strings.TrimPrefix(o.Keytab, "FILE:"))
		if err != nil {
			return nil, fmt.Errorf("the keytab %s: %w", o.Keytab, err)
		}
		c = client.NewWithKeytab(user, realm, keys, settings, client.DisablePAFXFAST(true))
	default:
		return fromCache(settings)
	}
	if err := c.Login(); err != nil {
		c.Destroy()
		return nil, fmt.Errorf("cannot get a ticket for %s@%s: %w", user, realm, told(err))
	}
	return c, nil
}

// fromCache takes the tickets that kinit has got.
func fromCache(settings *config.Config) (*client.Client, error) {
	path := os.Getenv("KRB5CCNAME")
	if path == "" {
		path = fmt.Sprintf("/tmp/krb5cc_%d", os.Getuid())
	}
	cache, err := credentials.LoadCCache(strings.TrimPrefix(path, "FILE:"))
	if err != nil {
		return nil, fmt.Errorf("there is neither a password, nor a keytab, nor a file of tickets (%s): %w", path, err)
	}
	return client.NewFromCCache(cache, settings, client.DisablePAFXFAST(true))
}

// told is [ErrRefused] where the centre refuses the user, or answers what the password does not open.
func told(err error) error {
	for _, word := range []string{"KDC_ERR_PREAUTH_FAILED", "KDC_ERR_C_PRINCIPAL_UNKNOWN", krberror.DecryptingError} {
		if strings.Contains(err.Error(), word) {
			return ErrRefused
		}
	}
	return err
}

// kerberos5 is the name of the mechanism.
var kerberos5 = gssapi.OIDKRB5.OID()

// asked are what the login is to give: both sides are known, and messages can be sealed.
var asked = []int{gssapi.ContextFlagMutual, gssapi.ContextFlagReplay, gssapi.ContextFlagSequence, gssapi.ContextFlagConf, gssapi.ContextFlagInteg}

func (l *Login) request(c *client.Client, ticket messages.Ticket) ([]byte, error) {
	token, err := spnego.NewKRB5TokenAPREQ(c, ticket, l.key, asked, []int{flags.APOptionMutualRequired})
	if err != nil {
		return nil, err
	}
	if err := token.APReq.DecryptAuthenticator(l.key); err != nil { // it is ours: what the answer must repeat
		return nil, err
	}
	l.authenticator = token.APReq.Authenticator
	l.number = uint64(l.authenticator.SeqNumber)
	inner, err := token.Marshal()
	if err != nil {
		return nil, err
	}
	outer := spnego.SPNEGOToken{Init: true, NegTokenInit: spnego.NegTokenInit{MechTypes: []asn1.ObjectIdentifier{kerberos5}, MechTokenBytes: inner}}
	return outer.Marshal()
}

// Finish reads the service's answer, which proves who it is.
func (l *Login) Finish(answer []byte) (*Session, error) {
	var outer spnego.SPNEGOToken
	if err := outer.Unmarshal(answer); err != nil {
		return nil, fmt.Errorf("the server's answer to the login: %w", err)
	}
	var inner spnego.KRB5Token
	if err := inner.Unmarshal(outer.NegTokenResp.ResponseToken); err != nil {
		return nil, fmt.Errorf("the server's answer to the login: %w", err)
	}
	if !inner.IsAPRep() {
		if inner.IsKRBError() {
			return nil, inner.KRBError
		}
		return nil, errors.New("the server does not prove who it is")
	}
	plain, err := crypto.DecryptEncPart(inner.APRep.EncPart, l.key, keyusage.AP_REP_ENCPART)
	if err != nil {
		return nil, err
	}
	var part messages.EncAPRepPart
	if err := part.Unmarshal(plain); err != nil {
		return nil, err
	}
	if !part.CTime.Equal(l.authenticator.CTime.Truncate(1e9)) || part.Cusec != l.authenticator.Cusec {
		return nil, errors.New("the server proves to be another one")
	}
	return newSession(l.key, part, l.number, true)
}
