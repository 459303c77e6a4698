package ssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// identity is a key that the configuration names: a private key's file, or only its public half, of which the agent has the other.
type identity struct {
	path   string
	public ssh.PublicKey // nil: unknown until the private key is decrypted
	signer ssh.Signer    // nil: the private key is missing, encrypted or not to be used
	locked bool          // encrypted
	notes  []string      // what ssh prints when it needs the private key
}

var defaultIdentities = []string{"~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ecdsa_sk", "~/.ssh/id_ed25519", "~/.ssh/id_ed25519_sk"}

// identities reads the key files of the configuration, in order.
func (p *plan) identities() []*identity {
	named := p.settings.List("identityfile") != nil
	var all []*identity
	otherwise := defaultIdentities
	if p.own != nil {
		otherwise = nil
	}
	for _, path := range p.paths("identityfile", otherwise...) {
		all = append(all, readIdentity(path, named))
	}
	return all
}

func readIdentity(path string, named bool) *identity {
	id := &identity{path: path, public: readPublicKey(path + ".pub")}
	data, err := readPrivateFile(path)
	var open *tooOpen
	switch {
	case errors.As(err, &open):
		id.parse(data)
		id.signer, id.locked, id.notes = nil, false, open.lines()
		if bytes.Contains(data, []byte("BEGIN OPENSSH")) {
			return id
		}
		id.public = readPublicKey(path + ".pub")
		return id
	case errors.Is(err, fs.ErrNotExist):
		if named {
			id.notes = []string{"no such identity: " + path + ": " + reason(err)}
		}
		return id
	case err != nil:
		id.notes = []string{fmt.Sprintf("Load key \"%s\": %s", path, reason(err))}
		return id
	}
	id.parse(data)
	return id
}

// parse takes in the file's content: a private key, or a public one.
func (id *identity) parse(data []byte) {
	signer, err := ssh.ParsePrivateKey(data)
	if err == nil {
		id.signer, id.public = signer, signer.PublicKey()
		return
	}
	var encrypted *ssh.PassphraseMissingError
	if errors.As(err, &encrypted) {
		id.locked = true
		if encrypted.PublicKey != nil {
			id.public = encrypted.PublicKey
		}
		return
	}
	if signer, locked, ok := parsePKCS8(data, nil); ok {
		id.signer, id.locked = signer, locked
		if signer != nil {
			id.public = signer.PublicKey()
		}
		return
	}
	if public, _, _, _, err := ssh.ParseAuthorizedKey(data); err == nil {
		id.public = public
		return
	}
	id.notes = []string{fmt.Sprintf("Load key \"%s\": error in libcrypto", id.path)}
}

// tooOpen says that a private key may be read by others.
type tooOpen struct {
	path string
	mode fs.FileMode
}

func (t *tooOpen) Error() string { return "bad permissions" }

func (t *tooOpen) lines() []string {
	return []string{
		frameLine, "@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @", frameLine,
		fmt.Sprintf("Permissions 0%03o for '%s' are too open.", t.mode, t.path),
		"It is required that your private key files are NOT accessible by others.",
		"This private key will be ignored.",
		fmt.Sprintf("Load key \"%s\": bad permissions", t.path),
	}
}

// readPrivateFile gives a file's content. That of a private key of ours which others may read comes with an error: OpenSSH looks at
// nothing but the public half of it.
func readPrivateFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && int(stat.Uid) == os.Getuid() && info.Mode().Perm()&0o077 != 0 && bytes.Contains(data, []byte("PRIVATE KEY-----")) {
		return data, &tooOpen{path: path, mode: info.Mode().Perm()}
	}
	return data, nil
}

func readPublicKey(path string) ssh.PublicKey {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey(data)
	if err != nil {
		return nil
	}
	return public
}

// lockedSigner is an encrypted key whose public half is known: it is decrypted only if the server accepts the key.
type lockedSigner struct {
	public ssh.PublicKey
	unlock func() (ssh.Signer, error)
}

func (l *lockedSigner) PublicKey() ssh.PublicKey { return l.public }

func (l *lockedSigner) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return l.SignWithAlgorithm(rand, data, "")
}

func (l *lockedSigner) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	signer, err := l.unlock()
	if err != nil {
		return nil, err
	}
	if full, ok := signer.(ssh.AlgorithmSigner); ok && algorithm != "" {
		return full.SignWithAlgorithm(rand, data, algorithm)
	}
	return signer.Sign(rand, data)
}

// signerFor gives what signs with a key, or nil if it has no private half here. ssh complains about a private key that it can't use
// only if the server accepts the public one; when that is unknown, at once.
func (d *Dialer) signerFor(ctx context.Context, p *plan, id *identity) ssh.Signer {
	switch {
	case id.signer != nil:
		return id.signer
	case !id.locked && (id.public == nil || len(id.notes) == 0):
		p.notes.add(id.notes...)
		return nil
	}
	unlock := func() (ssh.Signer, error) {
		if p.notes.add(id.notes...); !id.locked {
			return nil, errUnusable
		}
		return d.keyring.unlock(ctx, p, id, d.options)
	}
	if id.public != nil {
		return &lockedSigner{public: id.public, unlock: unlock}
	}
	signer, err := unlock()
	if err != nil {
		return nil
	}
	return signer
}

var errUnusable = errors.New("the private key can't be used")
