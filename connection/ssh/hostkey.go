package ssh

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection/ssh/knownhosts"
)

const verificationFailed = "Host key verification failed."

// hostKeyName is the name by which the host is looked up in known_hosts.
func (p *plan) hostKeyName() string {
	if alias := p.settings.Get("hostkeyalias"); alias != "" {
		return strings.ToLower(alias)
	}
	return knownhosts.Name(p.host, p.port)
}

func (p *plan) userKnownHosts() []string {
	return p.paths("userknownhostsfile", "~/.ssh/known_hosts", "~/.ssh/known_hosts2")
}

func (p *plan) knownHostsFiles() []string {
	global := p.paths("globalknownhostsfile", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")
	return append(p.userKnownHosts(), global...)
}

func (p *plan) knownKeys() knownhosts.Entries {
	return knownhosts.Load(p.hostKeyName(), p.knownHostsFiles()...)
}

// strictness is the value of StrictHostKeyChecking: yes, ask, accept-new or no.
func (p *plan) strictness() string {
	switch value := strings.ToLower(p.settings.Get("stricthostkeychecking")); value {
	case "true":
		return "yes"
	case "false", "off":
		return "no"
	case "":
		return "ask"
	default:
		return value
	}
}

// checkHostKey decides about the server's key. Later key exchanges of the line must show the same one.
func (h *handshake) checkHostKey(ctx context.Context, remote net.Addr, key ssh.PublicKey) error {
	if h.accepted != nil {
		if !bytes.Equal(h.accepted, key.Marshal()) {
			return h.plan.notes.fail("the host key changed while the line was open", verificationFailed)
		}
		return nil
	}
	if err := h.judge(ctx, remote, key); err != nil {
		return err
	}
	h.accepted = key.Marshal()
	return nil
}

func (h *handshake) judge(ctx context.Context, remote net.Addr, key ssh.PublicKey) error {
	if h.plan.settings.Bool("nohostauthenticationforlocalhost", false) && knownhosts.Loopback(remote) {
		return nil
	}
	if h.plan.shortRSA(key) {
		return h.plan.notes.fail("Bad server host key: Invalid key length")
	}
	if err := h.plan.checkRevokedFile(key); err != nil {
		return err
	}
	h.dialer.known.Lock()
	defer h.dialer.known.Unlock()
	known := h.plan.knownKeys()
	status, entry := known.Check(key)
	if cert, ok := key.(*ssh.Certificate); ok {
		if status == knownhosts.OK && h.plan.checkHostCertificate(cert) {
			return nil
		}
		if status != knownhosts.Banned { // the certificate is of no use: look at the key itself
			key = cert.Key
			status, entry = known.Check(key)
		}
	}
	switch status {
	case knownhosts.OK:
		return nil
	case knownhosts.New:
		return h.unknownKey(ctx, remote, key)
	case knownhosts.Banned:
		return h.wrongKey(h.plan.revokedWarning(key), typeName(key)+" host key for "+h.plan.hostKeyName()+" was revoked")
	default:
		return h.wrongKey(h.plan.changedWarning(key, entry), "Host key for "+h.plan.hostKeyName()+" has changed")
	}
}

// unknownKey accepts or refuses a key that no line speaks of.
func (h *handshake) unknownKey(ctx context.Context, remote net.Addr, key ssh.PublicKey) error {
	p := h.plan
	if p.knownWithoutPort(key) {
		return nil
	}
	switch p.strictness() {
	case "yes":
		return p.notes.fail(fmt.Sprintf("No %s host key is known for %s and you have requested strict checking.", typeName(key), p.hostKeyName()),
			verificationFailed)
	case "ask":
		if err := h.ask(ctx, remote, key); err != nil {
			return err
		}
	}
	p.remember(key)
	return nil
}

// knownWithoutPort says whether a server on an unusual port has the key of the host itself, which OpenSSH accepts.
func (p *plan) knownWithoutPort(key ssh.PublicKey) bool {
	if p.port == 22 || p.settings.Get("hostkeyalias") != "" {
		return false
	}
	status, _ := knownhosts.Load(p.host, p.knownHostsFiles()...).Check(key)
	return status == knownhosts.OK
}

// remember adds the key to the user's first file.
func (p *plan) remember(key ssh.PublicKey) {
	files := p.userKnownHosts()
	if len(files) == 0 {
		return
	}
	name := p.hostKeyName()
	if err := knownhosts.Append(files[0], name, key, p.settings.Bool("hashknownhosts", false)); err != nil {
		p.notes.add("Failed to add the host to the list of known hosts (" + files[0] + ").")
		return
	}
	p.notes.add(fmt.Sprintf("Warning: Permanently added '%s' (%s) to the list of known hosts.", name, typeName(key)))
}

// wrongKey refuses a key that is known to be wrong, unless checking is off: then passwords aren't sent.
func (h *handshake) wrongKey(warning []string, what string) error {
	h.plan.notes.add(warning...)
	if h.plan.strictness() != "no" {
		return h.plan.notes.fail(what+" and you have requested strict checking.", verificationFailed)
	}
	h.distrust = true
	if h.plan.forwardedAgent(h.dialer.options) != "" {
		h.plan.notes.add("Agent forwarding is disabled to avoid man-in-the-middle attacks.")
	}
	for _, method := range []string{"password", "keyboard-interactive"} {
		if slices.Contains(h.plan.methods(), method) {
			h.plan.notes.add(strings.ToUpper(method[:1]) + method[1:] + " authentication is disabled to avoid man-in-the-middle attacks.")
		}
	}
	return nil
}
