package ssh

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// route is a byte stream to a server, and what must be done when it has ended.
type route struct {
	net.Conn
	received atomic.Int64
	fresh    bool // another attempt may fare better: not a ProxyCommand
	ended    func()

	inLine     bool        // what was read last doesn't end a line
	identified atomic.Bool // a line was read that begins as SSH's identification does
}

// Read notes when the server identifies itself. That is read byte by byte, and before it there may be other lines.
func (r *route) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if n > 0 && r.received.Add(int64(n)) < 64<<10 && !r.identified.Load() {
		r.identified.Store(!r.inLine && b[0] == 'S')
		r.inLine = b[n-1] != '\n'
	}
	return n, err
}

func (r *route) Close() error {
	err := r.Conn.Close()
	r.ended()
	return err
}

// route reaches the server's port.
func (d *Dialer) route(ctx context.Context, p *plan) (*route, error) {
	if jump := p.settings.Get("proxyjump"); jump != "" && !strings.EqualFold(jump, "none") {
		return d.jump(ctx, p, jump)
	}
	if command := p.settings.Get("proxycommand"); command != "" && !strings.EqualFold(command, "none") {
		return d.proxy(p, command)
	}
	conn, err := p.dialTCP(ctx)
	if err != nil {
		return nil, err
	}
	return &route{Conn: conn, fresh: true, ended: func() {}}, nil
}

// dialTCP tries the host's addresses in turn, as often as ConnectionAttempts says.
func (p *plan) dialTCP(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	addresses, err := p.resolve(ctx)
	if err != nil {
		return nil, err
	}
	dialer, err := p.netDialer()
	if err != nil {
		return nil, err
	}
	var conn net.Conn
	for attempt := range max(p.settings.Int("connectionattempts", 1), 1) {
		if attempt > 0 && pause(ctx, time.Second) != nil {
			break
		}
		for _, address := range addresses {
			conn, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(p.port)))
			if err == nil {
				return conn, nil
			}
		}
	}
	return nil, p.notes.fail("ssh: connect to host " + p.address() + ": " + reason(err))
}

func (p *plan) resolve(ctx context.Context) ([]string, error) {
	network := map[string]string{"inet": "ip4", "inet6": "ip6"}[strings.ToLower(p.settings.Get("addressfamily"))]
	if network == "" {
		network = "ip"
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, network, p.host)
	if err != nil {
		return nil, p.notes.fail("ssh: Could not resolve hostname " + p.host + ": " + resolveReason(err))
	}
	addresses := make([]string, len(ips))
	for i, ip := range ips {
		addresses[i] = ip.Unmap().String()
	}
	return addresses, nil
}

// resolveReason is the system's text for a failed look-up, as gai_strerror(3) has it.
func resolveReason(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) && !dns.IsNotFound {
		return "Temporary failure in name resolution"
	}
	return "Name or service not known"
}

// netDialer makes lines that notice a dead peer within a minute, unless the user's configuration forbids it.
func (p *plan) netDialer() (*net.Dialer, error) {
	dialer := &net.Dialer{KeepAlive: -1}
	if p.settings.Bool("tcpkeepalive", true) {
		dialer.KeepAliveConfig = net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3}
	}
	source := p.settings.Get("bindaddress")
	if name := p.settings.Get("bindinterface"); source == "" && name != "" {
		var err error
		if source, err = interfaceAddress(name); err != nil {
			return nil, err
		}
	}
	if source != "" {
		local, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(source, "0"))
		if err != nil {
			return nil, fmt.Errorf("bind to %s: %w", source, err)
		}
		dialer.LocalAddr = local
	}
	return dialer, nil
}

func interfaceAddress(name string) (string, error) {
	iface, err := net.InterfaceByName(name)
	if err != nil {
		return "", fmt.Errorf("bind to interface %s: %w", name, err)
	}
	addresses, err := iface.Addrs()
	if err != nil {
		return "", fmt.Errorf("bind to interface %s: %w", name, err)
	}
	for _, address := range addresses {
		if ip, ok := address.(*net.IPNet); ok && !ip.IP.IsLinkLocalUnicast() {
			return ip.IP.String(), nil
		}
	}
	return "", fmt.Errorf("bind to interface %s: it has no address", name)
}

// reason is the system's text for a failed call, as strerror(3) has it.
func reason(err error) string {
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		err = syscall.ETIMEDOUT
	}
	var errno syscall.Errno
	text := err.Error()
	if errors.As(err, &errno) {
		text = errno.Error()
	}
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
