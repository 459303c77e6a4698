package ssh

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// closedEarly reports whether the server closed the line before it proved who it is, as one does that has too many logins to serve.
func (h *handshake) closedEarly(err error) bool {
	return h.route.fresh && !h.checked.Load() && cut(err)
}

func cut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// fault words the error of an attempt as ssh would.
func (p *plan) fault(h *handshake, err error) error {
	var known *worded
	var question unaskable
	switch {
	case errors.As(err, &known):
		return known
	case h == nil || errors.As(err, &question):
		return err
	}
	return p.notes.fail(h.words(err)...)
}

func (h *handshake) words(err error) []string {
	p, peer := h.plan, h.peer()
	var refused *denied
	var mismatch *ssh.AlgorithmNegotiationError
	switch {
	case errors.As(err, &refused):
		return []string{fmt.Sprintf("%s@%s: %s", p.user, p.host, refused)}
	case errors.As(err, &mismatch):
		return []string{negotiation(peer, mismatch)}
	case errors.Is(err, os.ErrDeadlineExceeded) && !h.route.identified.Load():
		return []string{"Connection timed out during banner exchange", "Connection to " + peer + " timed out"}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return []string{"Connection to " + peer + " timed out"}
	case cut(err):
		return h.cutWords(err, peer)
	}
	if code, text, ok := disconnected(err); ok {
		return []string{fmt.Sprintf("Received disconnect from %s:%s: %s", peer, code, text), "Disconnected from " + peer}
	}
	return []string{strings.TrimPrefix(err.Error(), "ssh: handshake failed: ")}
}

func (h *handshake) cutWords(err error, peer string) []string {
	how, detail := "closed", "Connection closed by remote host"
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		how, detail = "reset", "read: Connection reset by peer"
	}
	last := "Connection " + how + " by " + peer
	if h.route.identified.Load() {
		return []string{last}
	}
	return []string{"kex_exchange_identification: " + detail, last}
}

// peer is the server's address in ssh's words.
func (h *handshake) peer() string {
	if tcp, ok := h.route.RemoteAddr().(*net.TCPAddr); ok && tcp.Port != 0 {
		return fmt.Sprintf("%s port %d", tcp.IP, tcp.Port)
	}
	return proxyAddr{}.String()
}

func negotiation(peer string, mismatch *ssh.AlgorithmNegotiationError) string {
	what := map[string]string{
		"key exchange": "key exchange method", "host key": "host key type",
		"client to server cipher": "cipher", "server to client cipher": "cipher",
		"client to server MAC": "MAC", "server to client MAC": "MAC",
	}[mismatch.What]
	if what == "" {
		what = mismatch.What
	}
	return fmt.Sprintf("Unable to negotiate with %s: no matching %s found. Their offer: %s", peer, what,
		strings.Join(mismatch.RequestedAlgorithms, ","))
}

// disconnectText is how x/crypto words a server's disconnect message, whose type it keeps to itself.
var disconnectText = regexp.MustCompile(`ssh: disconnect, reason (\d+): (.*)$`)

func disconnected(err error) (code, text string, ok bool) {
	m := disconnectText.FindStringSubmatch(err.Error())
	if m == nil {
		return "", "", false
	}
	if unquoted, err := strconv.Unquote(m[2]); err == nil {
		m[2] = unquoted
	}
	return m[1], m[2], true
}
