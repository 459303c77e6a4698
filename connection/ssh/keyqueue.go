package ssh

import (
	"bytes"
	"context"
	"net"
	"os"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// keyQueue gives the keys to try, in OpenSSH's order: certificates of configured keys, configured keys that the agent has, the
// agent's other keys (unless IdentitiesOnly), and the configured keys' files.
type keyQueue struct {
	plan  *plan
	agent net.Conn
	queue []func() ssh.Signer
}

func newKeyQueue(ctx context.Context, d *Dialer, p *plan) *keyQueue {
	q := &keyQueue{plan: p}
	if p.own != nil {
		q.add(p.own)
	}
	loaded := q.agentSigners(ctx, p.agentSocket(d.options))
	ids := p.identities()
	q.addCertificates(ctx, d, ids, loaded)
	taken := make(map[*identity]bool)
	var others []ssh.Signer
	for _, signer := range loaded {
		if id := identityOf(ids, signer.PublicKey()); id != nil {
			taken[id] = true
			q.add(signer)
		} else if p.own == nil && !p.settings.Bool("identitiesonly", false) {
			others = append(others, signer)
		}
	}
	for _, signer := range others {
		q.add(signer)
	}
	for _, id := range ids {
		if !taken[id] {
			q.queue = append(q.queue, func() ssh.Signer { return d.signerFor(ctx, p, id) })
		}
	}
	return q
}

func (q *keyQueue) add(signer ssh.Signer) {
	q.queue = append(q.queue, func() ssh.Signer { return signer })
}

// next gives the next key, or nil after the last.
func (q *keyQueue) next() ssh.Signer {
	for len(q.queue) > 0 {
		signer := q.queue[0]()
		q.queue = q.queue[1:]
		if signer != nil {
			return signer
		}
	}
	return nil
}

func (q *keyQueue) close() {
	if q.agent != nil {
		_ = q.agent.Close()
	}
}

// agentSocket is the path of the agent's socket, or "".
func (p *plan) agentSocket(o Options) string {
	switch name := p.settings.Get("identityagent"); {
	case name == "none" || o.AgentSocket == "none":
		return ""
	case name == "" || name == "SSH_AUTH_SOCK":
		return o.AgentSocket
	case strings.HasPrefix(name, "$") && !strings.HasPrefix(name, "${"):
		return os.Getenv(name[1:])
	default:
		return p.path(name)
	}
}

// agentSigners are the agent's keys. No agent is as an empty one.
func (q *keyQueue) agentSigners(ctx context.Context, socket string) []ssh.Signer {
	if socket == "" {
		return nil
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil
	}
	q.agent = conn
	signers, err := agent.NewClient(conn).Signers()
	if err != nil {
		return nil
	}
	return signers
}

// identityOf finds the configured key that a public key belongs to.
func identityOf(ids []*identity, public ssh.PublicKey) *identity {
	blob := public.Marshal()
	i := slices.IndexFunc(ids, func(id *identity) bool { return id.public != nil && bytes.Equal(id.public.Marshal(), blob) })
	if i < 0 {
		return nil
	}
	return ids[i]
}

// addCertificates queues the certificates whose private keys are at hand: CertificateFile, and NAME-cert.pub beside a key.
func (q *keyQueue) addCertificates(ctx context.Context, d *Dialer, ids []*identity, loaded []ssh.Signer) {
	paths := q.plan.paths("certificatefile")
	for _, id := range ids {
		paths = append(paths, id.path+"-cert.pub")
	}
	for _, path := range paths {
		cert, ok := readPublicKey(path).(*ssh.Certificate)
		if !ok || cert.CertType != ssh.UserCert {
			continue
		}
		q.queue = append(q.queue, func() ssh.Signer {
			key := d.certifiedKey(ctx, q.plan, cert, ids, loaded)
			if key == nil {
				return nil
			}
			signer, err := ssh.NewCertSigner(cert, key)
			if err != nil {
				return nil
			}
			return signer
		})
	}
}

// certifiedKey finds what signs for a certificate.
func (d *Dialer) certifiedKey(ctx context.Context, p *plan, cert *ssh.Certificate, ids []*identity, loaded []ssh.Signer) ssh.Signer {
	blob := cert.Key.Marshal()
	for _, signer := range loaded {
		if bytes.Equal(signer.PublicKey().Marshal(), blob) {
			return signer
		}
	}
	if id := identityOf(ids, cert.Key); id != nil {
		return d.signerFor(ctx, p, id)
	}
	return nil
}
