package wsman

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

const plainType = "application/soap+xml;charset=UTF-8"

// largest is how many bytes of an answer are read. A service keeps to the size that requests allow, which is far less.
const largest = 16 << 20

// line is a TCP connection.
type line struct {
	conn    net.Conn
	reader  *bufio.Reader
	session Sealer // of a login by NTLM or Kerberos
	used    time.Time
}

// idle is after which time a connection is looked at before it is used again.
const idle = time.Second

// alive tells whether a connection can be used: one that was idle may have been closed.
func (l *line) alive() bool {
	if time.Since(l.used) < idle {
		return true
	}
	_ = l.conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := l.reader.Peek(1)
	return errors.Is(err, os.ErrDeadlineExceeded) // nothing is said without being asked
}

func (c *Client) dial(ctx context.Context) (*line, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Connect)
	defer cancel()
	target := c.options.URL
	if c.options.Proxy != nil {
		target = c.options.Proxy
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address(target))
	if err != nil {
		return nil, err
	}
	if c.options.URL.Scheme == "https" {
		if conn, err = c.secure(ctx, conn); err != nil {
			return nil, err
		}
	}
	return &line{conn: conn, reader: bufio.NewReader(conn), used: time.Now()}, nil
}

// address is the host and port of a URL.
func address(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443"}[u.Scheme]
	}
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// secure puts TLS on a connection, through the proxy if there is one. It closes the connection if it fails.
func (c *Client) secure(ctx context.Context, conn net.Conn) (net.Conn, error) {
	if c.options.Proxy != nil {
		if err := c.tunnel(ctx, conn); err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	config := c.options.TLS.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = c.options.URL.Hostname()
	}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secured, nil
}

// tunnel asks a proxy for the way to the service.
func (c *Client) tunnel(ctx context.Context, conn net.Conn) error {
	defer interrupt(ctx, conn, c.options.Connect)()
	target := address(c.options.URL)
	r := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: target, Header: http.Header{}}
	if user := c.options.Proxy.User; user != nil {
		password, _ := user.Password()
		r.SetBasicAuth(user.Username(), password)
		r.Header["Proxy-Authorization"] = r.Header["Authorization"]
		delete(r.Header, "Authorization")
	}
	if err := r.Write(conn); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the proxy answers %s", answer.Status)
	}
	return nil
}

// interrupt ends what is done on a connection after a time, or with ctx. The result undoes it.
func interrupt(ctx context.Context, conn net.Conn, d time.Duration) (undo func()) {
	_ = conn.SetDeadline(time.Now().Add(d))
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	return func() {
		if stop() {
			_ = conn.SetDeadline(time.Time{})
		}
	}
}

// response is an answer over HTTP, read to its end.
type response struct {
	status int
	header http.Header
	body   []byte
	last   bool // the service closes the connection
}

// send sends one request and reads its answer. After an error the connection is given up.
func (c *Client) send(ctx context.Context, body []byte, kind, authorization string) (response, error) {
	l := c.line
	undo := interrupt(ctx, l.conn, c.options.Read)
	r, err := c.roundTrip(l, body, kind, authorization)
	undo()
	l.used = time.Now()
	if err == nil {
		return r, nil
	}
	c.drop()
	switch {
	case ctx.Err() != nil:
		return response{}, ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return response{}, fmt.Errorf("read timed out. (read timeout=%g)", c.options.Read.Seconds())
	}
	return response{}, err
}

func (c *Client) roundTrip(l *line, body []byte, kind, authorization string) (response, error) {
	r := &http.Request{
		Method: http.MethodPost, URL: c.options.URL, Host: c.options.URL.Host, Header: http.Header{"Content-Type": {kind}},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	r.Header.Set("User-Agent", "goplay")
	switch {
	case authorization != "":
		r.Header.Set("Authorization", authorization)
	case c.options.Login == Basic:
		r.SetBasicAuth(c.options.User, c.options.Password)
	case c.options.Login == Certificate:
		r.Header.Set("Authorization", "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual")
	}
	write := r.Write
	if c.options.Proxy != nil && c.options.URL.Scheme == "http" {
		write = r.WriteProxy
	}
	if err := write(l.conn); err != nil {
		return response{}, err
	}
	return l.read(r)
}

func (l *line) read(r *http.Request) (response, error) {
	answer, err := http.ReadResponse(l.reader, r)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, largest+1))
	if err == nil && len(body) > largest {
		err = fmt.Errorf("an answer has more than %d bytes", largest)
	}
	return response{answer.StatusCode, answer.Header, body, answer.Close}, err
}
