package ssh

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection/ssh/sshconfig"
)

// checkHostCertificate checks a certificate whose authority is known.
func (p *plan) checkHostCertificate(cert *ssh.Certificate) error {
	name := p.host
	if alias := p.settings.Get("hostkeyalias"); alias != "" {
		name = alias
	}
	if fault := certificateFault(cert, name, time.Now()); fault != "" {
		return p.notes.fail(fault, verificationFailed)
	}
	return nil
}

// certificateFault says what is wrong with a host certificate, or "".
func certificateFault(cert *ssh.Certificate, name string, now time.Time) string {
	if cert.CertType != ssh.HostCert {
		return "Certificate invalid: not a host certificate"
	}
	checker := ssh.CertChecker{Clock: func() time.Time { return now }}
	if unix := now.Unix(); unix < 0 || uint64(unix) < cert.ValidAfter {
		return "Certificate invalid: not yet valid"
	} else if cert.ValidBefore != ssh.CertTimeInfinity && uint64(unix) >= cert.ValidBefore {
		return "Certificate invalid: expired"
	}
	if len(cert.CriticalOptions) > 0 {
		return "Certificate for " + name + " contains unsupported critical options(s)"
	}
	principal := name
	if len(cert.ValidPrincipals) > 0 {
		i := slices.IndexFunc(cert.ValidPrincipals, func(pattern string) bool { return sshconfig.MatchPattern(name, pattern) })
		if i < 0 {
			return "Certificate invalid: name is not a listed principal"
		}
		principal = cert.ValidPrincipals[i]
	}
	if err := checker.CheckCert(principal, cert); err != nil {
		return "Certificate invalid: " + strings.TrimPrefix(err.Error(), "ssh: ")
	}
	return ""
}

// checkRevokedFile refuses keys that RevokedHostKeys lists, and all keys if the list can't be used, as OpenSSH does.
func (p *plan) checkRevokedFile(key ssh.PublicKey) error {
	for _, file := range p.paths("revokedhostkeys") {
		data, err := os.ReadFile(file)
		if err == nil && bytes.HasPrefix(data, []byte("SSHKRL\n")) {
			err = fmt.Errorf("binary revocation lists are not supported by goplay: list the public keys, one a line")
		}
		if err != nil {
			return p.notes.fail("Error checking host key "+typeName(key)+" "+p.fingerprint(key)+" in revoked keys file "+file+": "+reason(err), verificationFailed)
		}
		if lists(data, key) {
			return p.notes.fail(fmt.Sprintf("Host key %s %s revoked by file %s", typeName(key), p.fingerprint(key), file), verificationFailed)
		}
	}
	return nil
}

// lists reports whether a list of public keys has this one, or a certificate's key or authority.
func lists(data []byte, key ssh.PublicKey) bool {
	blobs := [][]byte{key.Marshal()}
	if cert, ok := key.(*ssh.Certificate); ok {
		blobs = append(blobs, cert.Key.Marshal(), cert.SignatureKey.Marshal())
	}
	for len(data) > 0 {
		listed, _, _, rest, err := ssh.ParseAuthorizedKey(data)
		if err != nil {
			return false
		}
		if slices.ContainsFunc(blobs, func(blob []byte) bool { return bytes.Equal(blob, listed.Marshal()) }) {
			return true
		}
		data = rest
	}
	return false
}
