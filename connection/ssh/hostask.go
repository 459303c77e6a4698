package ssh

import (
	"context"
	"fmt"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection/ssh/knownhosts"
)

// unaskable makes a task FAILED and not UNREACHABLE, as with Ansible, which cannot give ssh a password and answer its question too.
type unaskable struct{}

func (unaskable) Error() string {
	return "Using a SSH password instead of a key is not possible because Host Key checking is enabled. " +
		"Please add this host's fingerprint to your known_hosts file to manage this host."
}

// ask lets the user decide about an unknown key, in ssh's words. Without a user it is refused.
func (h *handshake) ask(ctx context.Context, remote net.Addr, key ssh.PublicKey) error {
	p := h.plan
	prompter := p.prompter(h.dialer.options)
	if prompter == nil && p.target.Password != "" {
		return unaskable{}
	}
	if prompter == nil {
		return p.notes.fail(verificationFailed)
	}
	question := p.question(remote, key)
	for {
		answer, err := prompter.Line(ctx, question)
		if err != nil {
			return p.notes.fail(verificationFailed)
		}
		switch answer = strings.TrimSpace(answer); {
		case strings.EqualFold(answer, "yes") || answer == p.fingerprint(key):
			return nil
		case strings.EqualFold(answer, "no"):
			return p.notes.fail(verificationFailed)
		}
		question = "Please type 'yes', 'no' or the fingerprint: "
	}
}

func (p *plan) question(remote net.Addr, key ssh.PublicKey) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The authenticity of host '%s (%s)' can't be established.\n", p.hostKeyName(), p.remoteName(remote))
	fmt.Fprintf(&b, "%s key fingerprint is %s.\n", typeName(key), p.fingerprint(key))
	b.WriteString(p.otherNames(key))
	b.WriteString("Are you sure you want to continue connecting (yes/no/[fingerprint])? ")
	return b.String()
}

func (p *plan) remoteName(remote net.Addr) string {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return "<no hostip for proxy command>"
	}
	return knownhosts.Name(tcp.IP.String(), tcp.Port)
}

// otherNames says under which other names the key is known.
func (p *plan) otherNames(key ssh.PublicKey) string {
	names := knownhosts.Names(key, p.knownHostsFiles()...)
	if len(names) == 0 {
		return "This key is not known by any other names.\n"
	}
	return "This host key is known by the following other names/addresses:\n    " + strings.Join(names, "\n    ") + "\n"
}

// prompter is the one to ask with, or nil if the user is not to be asked.
func (p *plan) prompter(o Options) prompter {
	if o.Prompter == nil || p.settings.Bool("batchmode", false) {
		return nil
	}
	return o.Prompter
}

type prompter interface {
	Secret(ctx context.Context, prompt string) (string, error)
	Line(ctx context.Context, prompt string) (string, error)
}

func (p *plan) fingerprint(key ssh.PublicKey) string {
	if strings.EqualFold(p.settings.Get("fingerprinthash"), "md5") {
		return "MD5:" + ssh.FingerprintLegacyMD5(key)
	}
	return ssh.FingerprintSHA256(key)
}

// typeName is OpenSSH's short name for a type of key.
func typeName(key ssh.PublicKey) string {
	names := map[string]string{
		ssh.KeyAlgoED25519: "ED25519", ssh.KeyAlgoRSA: "RSA", ssh.KeyAlgoECDSA256: "ECDSA",
		ssh.KeyAlgoECDSA384: "ECDSA", ssh.KeyAlgoECDSA521: "ECDSA", ssh.KeyAlgoSKED25519: "ED25519-SK", ssh.KeyAlgoSKECDSA256: "ECDSA-SK",
	}
	if cert, ok := key.(*ssh.Certificate); ok {
		return typeName(cert.Key) + "-CERT"
	}
	if name := names[key.Type()]; name != "" {
		return name
	}
	return key.Type()
}

const frameLine = "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@"

func (p *plan) changedWarning(key ssh.PublicKey, entry *knownhosts.Entry) []string {
	lines := []string{
		frameLine, "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", frameLine,
		"IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
		"Someone could be eavesdropping on you right now (man-in-the-middle attack)!",
		"It is also possible that a host key has just been changed.",
		"The fingerprint for the " + typeName(key) + " key sent by the remote host is\n" + p.fingerprint(key) + ".",
		"Please contact your system administrator.",
	}
	if files := p.userKnownHosts(); len(files) > 0 {
		lines = append(lines, "Add correct host key in "+files[0]+" to get rid of this message.")
	}
	return append(lines, fmt.Sprintf("Offending %s key in %s:%d", typeName(entry.Key), entry.File, entry.Line),
		"  remove with:", fmt.Sprintf("  ssh-keygen -f \"%s\" -R \"%s\"", entry.File, p.hostKeyName()))
}

func (p *plan) revokedWarning(key ssh.PublicKey) []string {
	return []string{
		frameLine, "@       WARNING: REVOKED HOST KEY DETECTED!               @", frameLine,
		"The " + typeName(key) + " host key for " + p.hostKeyName() + " is marked as revoked.",
		"This could mean that a stolen key is being used to", "impersonate this host.",
	}
}
