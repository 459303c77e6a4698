package ssh

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"github.com/goplay/goplay/connection/ssh/knownhosts"
	"github.com/goplay/goplay/connection/ssh/sshconfig"
)

// hostKeyPreference is OpenSSH's order of host key algorithms, as far as they can be checked here.
var hostKeyPreference = []string{
	ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01, ssh.CertAlgoECDSA521v01,
	ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01,
	ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256,
}

type algorithms struct{ kex, ciphers, macs, hostKeys []string }

// algorithms are the ones that the user allows, as far as they exist here. Old ones are only used when they are named.
func (p *plan) algorithms(known knownhosts.Entries) (a algorithms, err error) {
	modern, old := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	choose := func(keyword, what string, preferred, others []string) []string {
		chosen, ok := chooseAlgorithms(p.settings.Get(keyword), preferred, slices.Concat(preferred, others))
		if !ok && err == nil {
			err = p.notes.fail("ssh configuration: none of the " + what + " of " + keyword + " " + strconv.Quote(p.settings.Get(keyword)) +
				" is supported by goplay")
		}
		return chosen
	}
	a.kex = choose("kexalgorithms", "key exchange methods", modern.KeyExchanges, old.KeyExchanges)
	a.ciphers = choose("ciphers", "ciphers", modern.Ciphers, old.Ciphers)
	a.macs = choose("macs", "MACs", modern.MACs, old.MACs)
	a.hostKeys = choose("hostkeyalgorithms", "host key algorithms", hostKeyPreference, old.HostKeys)
	if !settled(p.settings.Get("hostkeyalgorithms")) {
		a.hostKeys = knownFirst(a.hostKeys, known)
	}
	return a, err
}

// settled says that a list is the user's own and not a change to the default one.
func settled(list string) bool { return list != "" && strings.IndexByte("+-", list[0]) < 0 }

// chooseAlgorithms reads a list as in ssh_config(5): with + it is added to the preferred ones, with - taken from them, with ^ put first.
func chooseAlgorithms(list string, preferred, all []string) (chosen []string, ok bool) {
	if list == "" {
		return preferred, true
	}
	patterns := strings.Split(strings.TrimLeft(list, "+-^"), ",")
	named := expandAlgorithms(patterns, all)
	switch list[0] {
	case '+':
		chosen = slices.Concat(preferred, named)
	case '-':
		chosen = slices.DeleteFunc(slices.Clone(preferred), func(name string) bool { return slices.Contains(named, name) })
	case '^':
		chosen = slices.Concat(named, preferred)
	default:
		chosen = named
	}
	return unique(chosen), len(chosen) > 0
}

// expandAlgorithms gives what patterns stand for, in the order of the patterns.
func expandAlgorithms(patterns, all []string) []string {
	var names []string
	for _, pattern := range patterns {
		for _, name := range all {
			if sshconfig.MatchPattern(name, pattern) {
				names = append(names, name)
			}
		}
	}
	return names
}

func unique(names []string) []string {
	var once []string
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}

// knownFirst puts the algorithms in front for which the host's key is known, so that the server shows that one.
func knownFirst(names []string, known knownhosts.Entries) []string {
	first := func(name string) bool {
		if keyType, isCert := certifiedType(name); isCert {
			return known.KnowsAuthority() && keyType != ""
		}
		return known.KnowsType(keyTypeOf(name))
	}
	var front, rest []string
	for _, name := range names {
		if first(name) {
			front = append(front, name)
		} else {
			rest = append(rest, name)
		}
	}
	return append(front, rest...)
}

func certifiedType(algorithm string) (string, bool) {
	return strings.CutSuffix(algorithm, "-cert-v01@openssh.com")
}

func keyTypeOf(algorithm string) string {
	if algorithm == ssh.KeyAlgoRSASHA256 || algorithm == ssh.KeyAlgoRSASHA512 {
		return ssh.KeyAlgoRSA
	}
	return algorithm
}

// rekeyBytes is the first value of RekeyLimit, or 0 for the default.
func (p *plan) rekeyBytes() uint64 {
	text := strings.ToUpper(p.settings.Get("rekeylimit"))
	units := map[string]uint64{"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
	factor := uint64(1)
	if text != "" && units[text[len(text)-1:]] != 0 {
		factor, text = units[text[len(text)-1:]], text[:len(text)-1]
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0
	}
	return n * factor
}
