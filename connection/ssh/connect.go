package ssh

import (
	"context"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
)

// earlyAttempts is how often a line is tried that the server closes before the login, as a busy one does (MaxStartups).
const earlyAttempts = 6

// connect makes the line of a plan. A server that closes the line early is tried again, with doubling pauses.
func (d *Dialer) connect(ctx context.Context, p *plan) (*line, error) {
	printed := p.notes.text
	for attempt := 0; ; attempt++ {
		p.notes.text = printed
		l, h, err := d.attempt(ctx, p)
		if err == nil {
			return l, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if attempt+1 >= earlyAttempts || h == nil || !h.closedEarly(err) {
			return nil, p.fault(h, err)
		}
		if err := pause(ctx, earlyPause(attempt)); err != nil {
			return nil, err
		}
	}
}

// earlyPause is 0.1 to 0.2 seconds at first and doubles; chance keeps the waiting apart.
func earlyPause(attempt int) time.Duration {
	base := 100 * time.Millisecond << attempt
	return base + rand.N(base)
}

// attempt reaches the server and logs in. The handshake is nil if the server wasn't reached.
func (d *Dialer) attempt(ctx context.Context, p *plan) (*line, *handshake, error) {
	leave, err := d.gates.enter(ctx, p.server())
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	r, err := d.route(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	h := &handshake{dialer: d, plan: p, route: r}
	conn, err := h.run(ctx)
	if err != nil {
		return nil, h, err
	}
	agent := p.forwardedAgent(d.options)
	if h.distrust {
		agent = ""
	}
	return newLine(p, r, conn, agent), h, nil
}

// handshake is the way from a byte stream to a login.
type handshake struct {
	dialer   *Dialer
	plan     *plan
	route    *route
	auth     *authenticator
	checked  atomic.Bool // the host key was looked at
	distrust bool        // the host key is wrong, but the user goes on: no passwords
	accepted []byte      // the host key that was accepted, for the next key exchanges
}

type established struct {
	ssh.Conn
	channels <-chan ssh.NewChannel
	requests <-chan *ssh.Request
}

// run speaks the protocol. The timeout counts up to the end of the key exchange; ctx at all times.
func (h *handshake) run(ctx context.Context) (*established, error) {
	config, err := h.config(ctx)
	if err != nil {
		_ = h.route.Close()
		return nil, err
	}
	defer h.auth.close()
	expired := time.AfterFunc(h.plan.timeout, h.expire)
	defer expired.Stop()
	stop := context.AfterFunc(ctx, func() { _ = h.route.Conn.Close() })
	defer stop()
	conn, channels, requests, err := ssh.NewClientConn(h.route, h.plan.host, config)
	if err == nil && !stop() {
		_ = conn.Close()
		err = ctx.Err()
	}
	if err != nil {
		_ = h.route.Close()
		return nil, err
	}
	return &established{Conn: conn, channels: channels, requests: requests}, nil
}

// expire fails reads and writes, unless the key exchange is done.
func (h *handshake) expire() {
	if !h.checked.Load() {
		_ = h.route.SetDeadline(time.Unix(1, 0))
	}
}

func (h *handshake) config(ctx context.Context) (*ssh.ClientConfig, error) {
	algorithms, err := h.plan.algorithms(h.plan.knownKeys())
	if err != nil {
		return nil, err
	}
	h.auth = newAuthenticator(ctx, h)
	config := &ssh.ClientConfig{
		User:              h.plan.user,
		HostKeyAlgorithms: algorithms.hostKeys,
		AuthCallback:      h.auth.next,
		ClientVersion:     "SSH-2.0-goplay",
		HostKeyCallback: func(_ string, remote net.Addr, key ssh.PublicKey) error {
			h.checked.Store(true)
			return h.checkHostKey(ctx, remote, key)
		},
	}
	config.KeyExchanges, config.Ciphers, config.MACs = algorithms.kex, algorithms.ciphers, algorithms.macs
	config.RekeyThreshold = h.plan.rekeyBytes()
	return config, nil
}
