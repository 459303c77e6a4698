package ssh

import (
	"bytes"
	"crypto/rsa"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// checkHostCertificate checks a certificate whose authority is known, and notes what is wrong with it.
func (p *plan) checkHostCertificate(cert *ssh.Certificate) bool {
	name := p.host
	if alias := p.settings.Get("hostkeyalias"); alias != "" {
		name = alias
	}
	fault := certificateFault(cert, name, time.Now())
	if allowed := p.authorityAlgorithms(); fault == "" && !slices.Contains(allowed, cert.Signature.Format) {
		fault = "Certificate invalid: signature algorithm " + cert.Signature.Format + " is not allowed"
	}
	if fault != "" {
		p.notes.add(fault)
	}
	return fault == ""
}

// authorityAlgorithms are the signatures of certificates that count, by default those without SHA-1.
func (p *plan) authorityAlgorithms() []string {
	modern, old := ssh.SupportedAlgorithms().PublicKeyAuths, ssh.InsecureAlgorithms().PublicKeyAuths
	allowed, _ := chooseAlgorithms(p.settings.Get("casignaturealgorithms"), modern, slices.Concat(modern, old))
	return allowed
}

// shortRSA reports whether a key is an RSA key of fewer bits than RequiredRSASize.
func (p *plan) shortRSA(key ssh.PublicKey) bool {
	if cert, ok := key.(*ssh.Certificate); ok {
		key = cert.Key
	}
	crypto, ok := key.(ssh.CryptoPublicKey)
	if !ok {
		return false
	}
	public, ok := crypto.CryptoPublicKey().(*rsa.PublicKey)
	return ok && public.N.BitLen() < p.settings.Int("requiredrsasize", 1024)
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
	if len(cert.ValidPrincipals) > 0 && !slices.Contains(cert.ValidPrincipals, name) {
		return "Certificate invalid: name is not a listed principal"
	}
	if err := checker.CheckCert(name, cert); err != nil {
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
