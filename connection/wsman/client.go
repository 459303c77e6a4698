package wsman

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/goplay/goplay/connection/kerberos"
)

// Login is a way to log in.
type Login string

// The ways to log in.
const (
	Basic       Login = "basic"       // the password, with each message
	NTLM        Login = "ntlm"        // once for a TCP connection
	Kerberos    Login = "kerberos"    // likewise
	Certificate Login = "certificate" // of TLS, which must have one
)

// Sealing says which messages are sealed. Only logins by NTLM and Kerberos have the keys for it.
type Sealing string

// When messages are sealed.
const (
	SealAuto   Sealing = "auto" // where TLS does not do it
	SealAlways Sealing = "always"
	SealNever  Sealing = "never"
)

// Options say where a service is and how it is used.
type Options struct {
	URL            *url.URL // http://host:5985/wsman
	Login          Login
	User, Password string
	// Kerberos says where and as whom tickets are got, beside User and Password.
	Kerberos kerberos.Options
	Sealing  Sealing
	TLS      *tls.Config // of https; nil: the machine's certificate authorities
	// NoBindings keeps NTLM from telling the server for which certificate the login is (ansible_winrm_send_cbt: false).
	NoBindings bool
	Proxy      *url.URL // of http; nil: none
	// Connect is for reaching the service, Read for the answer to one message. 0: 30 s.
	Connect, Read time.Duration
	// Operation is how long the service may take for a message. 0: 20 s.
	Operation time.Duration
	// MaxEnvelope is how large a message may be, in bytes. 0: 153600.
	MaxEnvelope int
}

// ErrCredentials says that the service refuses the login.
var ErrCredentials = errors.New("the specified credentials were rejected by the server")

// Client is one connection to a service, made with the first message and again after one that broke. Its methods may be called by
// several goroutines at once; messages go one after the other.
type Client struct {
	options Options
	session string       // the identity of all this client's messages
	largest atomic.Int64 // message, in bytes
	turn    chan struct{}
	line    *line // of whoever has the turn
}

// New makes a client. The error says what cannot be had together.
func New(o Options) (*Client, error) {
	if o.Sealing == SealAlways && !o.Login.once() {
		return nil, errors.New("message encryption is set to 'always' but the selected auth method " + string(o.Login) + " does not support it")
	}
	o.Connect, o.Read = cmp.Or(o.Connect, 30*time.Second), cmp.Or(o.Read, 30*time.Second)
	o.Operation = cmp.Or(o.Operation, 20*time.Second)
	c := &Client{options: o, session: newID(), turn: make(chan struct{}, 1)}
	c.largest.Store(int64(cmp.Or(o.MaxEnvelope, usualEnvelope)))
	return c, nil
}

// Sizes of messages, in bytes: what 2008 R2 takes, and what its followers do.
const (
	usualEnvelope = 150 << 10
	wideEnvelope  = 500 << 10
)

// Widen lets messages be as large as machines take since 2012, unless another size than the usual one was asked for.
func (c *Client) Widen() { c.largest.CompareAndSwap(usualEnvelope, wideEnvelope) }

// once tells whether a login is a connection's, and has keys for seals.
func (l Login) once() bool { return l == NTLM || l == Kerberos }

// seals tells whether messages are to be sealed.
func (c *Client) seals() bool {
	o := c.options
	return o.Login.once() && (o.Sealing == SealAlways || o.Sealing != SealNever && o.URL.Scheme == "http")
}

// Close ends the connection. A message that is under way is waited for.
func (c *Client) Close() {
	c.turn <- struct{}{}
	c.drop()
	<-c.turn
}

// Do sends a request and gives its answer. A *[Fault] is the service's word, [ErrCredentials] and a *[StatusError] are of HTTP; with any
// other error the connection has been given up, and whether the request was carried out is not known.
func (c *Client) Do(ctx context.Context, r Request) (*Reply, error) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-c.turn }()
	message := r.encode(c)
	a, err := c.exchange(ctx, message)
	if err != nil {
		return nil, err
	}
	return a.reply()
}

// exchange sends a message on a connection that is logged in. A service that has forgotten the login is told it once more.
func (c *Client) exchange(ctx context.Context, message []byte) (answer, error) {
	fresh, err := c.ready(ctx)
	if err != nil {
		return answer{}, err
	}
	a, err := c.post(ctx, message)
	if err == nil && a.status == 401 && !fresh && c.options.Login.once() {
		c.drop()
		if _, err := c.ready(ctx); err != nil {
			return answer{}, err
		}
		a, err = c.post(ctx, message)
	}
	if err == nil && a.status == 401 {
		c.drop()
		err = ErrCredentials
	}
	return a, err
}

// ready makes a connection and logs in, if there is none that can be used.
func (c *Client) ready(ctx context.Context) (fresh bool, err error) {
	if c.line != nil && c.line.alive() {
		return false, nil
	}
	c.drop()
	if c.line, err = c.dial(ctx); err != nil {
		c.line = nil
		return true, err
	}
	if !c.options.Login.once() {
		return true, nil
	}
	if err := c.logIn(ctx); err != nil {
		c.drop()
		return true, err
	}
	return true, nil
}

// drop gives the connection up.
func (c *Client) drop() {
	if c.line != nil {
		_ = c.line.conn.Close()
		c.line = nil
	}
}

// answer is an answer over HTTP, opened.
type answer struct {
	status int
	body   []byte
}

// post sends a message as it must be on the connection, sealed or not.
func (c *Client) post(ctx context.Context, message []byte) (answer, error) {
	kind := plainType
	if c.seals() {
		message, kind = Seal(c.line.session, message), SealedType(c.line.session)
	}
	r, err := c.send(ctx, message, kind, "")
	if err != nil {
		return answer{}, err
	}
	a := answer{status: r.status, body: r.body}
	if strings.HasPrefix(r.header.Get("Content-Type"), "multipart/encrypted") && c.line.session != nil {
		if a.body, err = Open(c.line.session, r.body); err != nil {
			c.drop()
			return answer{}, err
		}
	}
	if r.last {
		c.drop()
	}
	return a, nil
}
