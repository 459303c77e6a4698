package ssh

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// methodOrder is OpenSSH's order of PreferredAuthentications, as far as the methods exist here.
var methodOrder = []string{"publickey", "keyboard-interactive", "password"}

// authenticator offers one way to log in after the other.
type authenticator struct {
	ctx       context.Context // of the handshake, which is the life of an authenticator
	handshake *handshake
	plan      *plan
	methods   []string
	keys      *keyQueue
	left      map[string]int // attempts with a password, by method
}

// denied says that no way to log in is left.
type denied struct{ methods []string }

func (d *denied) Error() string { return "Permission denied (" + strings.Join(d.methods, ",") + ")." }

func newAuthenticator(ctx context.Context, h *handshake) *authenticator {
	p := h.plan
	prompts := p.settings.Int("numberofpasswordprompts", 3)
	return &authenticator{
		ctx: ctx, handshake: h, plan: p, methods: p.methods(),
		left: map[string]int{"password": prompts, "keyboard-interactive": prompts},
	}
}

func (a *authenticator) close() {
	if a.keys != nil {
		a.keys.close()
	}
}

// methods are those that the user's configuration allows, in order.
func (p *plan) methods() []string {
	order := methodOrder
	if preferred := p.settings.Get("preferredauthentications"); preferred != "" {
		order = strings.Split(preferred, ",")
	}
	enabled := map[string]bool{
		"publickey":            !slices.Contains([]string{"no", "false"}, strings.ToLower(p.settings.Get("pubkeyauthentication"))),
		"keyboard-interactive": p.settings.Bool("kbdinteractiveauthentication", true),
		"password":             p.settings.Bool("passwordauthentication", true),
	}
	return slices.DeleteFunc(slices.Clone(order), func(method string) bool { return !enabled[method] })
}

// next gives the next attempt. It is called after each answer of the server.
func (a *authenticator) next(c *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	if err := a.ctx.Err(); err != nil {
		return nil, err
	}
	for _, name := range a.methods {
		if !slices.Contains(c.AllowedMethods, name) {
			continue
		}
		if method := a.offer(name); method != nil {
			return method, nil
		}
	}
	return nil, &denied{methods: c.AllowedMethods}
}

func (a *authenticator) offer(name string) ssh.AuthMethod {
	if name == "publickey" {
		return a.offerKey()
	}
	if a.handshake.distrust || a.left[name] == 0 || !a.hasPassword() {
		return nil
	}
	a.left[name]--
	if name == "password" {
		return ssh.PasswordCallback(a.password)
	}
	return ssh.KeyboardInteractive(a.answer)
}

func (a *authenticator) offerKey() ssh.AuthMethod {
	if a.keys == nil {
		a.keys = newKeyQueue(a.ctx, a.handshake.dialer, a.plan)
	}
	for signer := a.keys.next(); signer != nil; signer = a.keys.next() {
		if signer = a.plan.restrict(signer); signer != nil {
			return ssh.PublicKeys(signer)
		}
	}
	return nil
}

// hasPassword says whether there is a password, or somebody to ask for it.
func (a *authenticator) hasPassword() bool {
	return a.plan.target.Password != "" || a.plan.prompter(a.handshake.dialer.options) != nil
}

func (a *authenticator) password() (string, error) {
	if a.plan.target.Password != "" {
		return a.plan.target.Password, nil
	}
	return a.secret(fmt.Sprintf("%s@%s's password: ", a.plan.user, a.plan.host))
}

func (a *authenticator) secret(prompt string) (string, error) {
	prompter := a.plan.prompter(a.handshake.dialer.options)
	if prompter == nil {
		return "", errors.New("nobody can be asked for a password")
	}
	return prompter.Secret(a.ctx, prompt)
}

// answer answers the questions of keyboard-interactive: hidden ones with the password, if there is one.
func (a *authenticator) answer(_, instruction string, questions []string, echos []bool) ([]string, error) {
	answers := make([]string, len(questions))
	for i, question := range questions {
		answer, err := a.answerOne(strings.TrimLeft(instruction+"\n", "\n")+question, echos[i])
		if err != nil {
			return nil, err
		}
		answers[i] = answer
	}
	return answers, nil
}

func (a *authenticator) answerOne(question string, echo bool) (string, error) {
	if a.plan.target.Password != "" && !echo {
		return a.plan.target.Password, nil
	}
	prompt := fmt.Sprintf("(%s@%s) %s", a.plan.user, a.plan.host, question)
	if !echo {
		return a.secret(prompt)
	}
	prompter := a.plan.prompter(a.handshake.dialer.options)
	if prompter == nil {
		return "", errors.New("nobody can be asked")
	}
	return prompter.Line(a.ctx, prompt)
}

// restrict limits a key to the signature algorithms that the user allows, by default those without SHA-1. Nil: there are none.
func (p *plan) restrict(signer ssh.Signer) ssh.Signer {
	modern, old := ssh.SupportedAlgorithms().PublicKeyAuths, ssh.InsecureAlgorithms().PublicKeyAuths
	allowed, _ := chooseAlgorithms(p.settings.Get("pubkeyacceptedalgorithms"), withCertificates(modern), withCertificates(append(modern, old...)))
	_, certified := signer.PublicKey().(*ssh.Certificate)
	full, ok := signer.(ssh.AlgorithmSigner)
	if p.shortRSA(signer.PublicKey()) {
		return nil
	}
	if !ok {
		return signer
	}
	var usable []string
	for _, algorithm := range signatureAlgorithms(signer.PublicKey()) {
		name := algorithm
		if certified {
			name = certificateName(algorithm)
		}
		if slices.Contains(allowed, name) {
			usable = append(usable, algorithm)
		}
	}
	restricted, err := ssh.NewSignerWithAlgorithms(full, usable)
	if len(usable) == 0 || err != nil {
		return nil
	}
	return restricted
}

// certificateName is the name of an algorithm when the key is a certificate.
func certificateName(algorithm string) string {
	return strings.TrimSuffix(algorithm, "@openssh.com") + "-cert-v01@openssh.com"
}

func withCertificates(names []string) []string {
	all := slices.Clone(names)
	for _, name := range names {
		all = append(all, certificateName(name))
	}
	return all
}

// signatureAlgorithms are those that a key can sign with, best first.
func signatureAlgorithms(key ssh.PublicKey) []string {
	if cert, ok := key.(*ssh.Certificate); ok {
		return signatureAlgorithms(cert.Key)
	}
	if key.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	return []string{key.Type()}
}
