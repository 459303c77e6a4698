package ntlm

import (
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"strings"
	"time"
)

// Acceptor is the server's side of one login. goplay itself has no use for it; what it is tested against has.
type Acceptor struct {
	// Computer is the name that the challenge tells.
	Computer string
	// Password looks an account up.
	Password func(Account) (password string, found bool)
	// Bindings are the channel's. nil: those of the client are not looked at, as are those of a client that tells none.
	Bindings []byte

	negotiate, challenge []byte
}

// ErrLogin says that the account is unknown or its password another one, or that the login was made for another channel.
var ErrLogin = errors.New("the login is refused")

// Challenge answers a client's first message.
func (a *Acceptor) Challenge(negotiate []byte) ([]byte, error) {
	const size = 56
	const told = flagRequestTarget | flagTargetServer | flagTargetInfo | flagVersion // asked for or not, as Windows does
	m, err := parse(negotiate, 1, 16)
	if err != nil {
		return nil, err
	}
	var nonce [8]byte
	_, _ = rand.Read(nonce[:]) // never fails
	w := newWriter(2, size)
	w.field(encode(a.Computer))
	w.number(agreed(m.number(12)) | told)
	w.bytes(nonce[:])
	w.bytes(make([]byte, 8))
	w.field(a.target().encode())
	w.bytes(version[:])
	a.negotiate, a.challenge = negotiate, w.message()
	return a.challenge, nil
}

// agreed is what an acceptor takes up of a client's offer. Of two character sets it is Unicode.
func agreed(offered uint32) uint32 {
	flags := offered & (required | flagUnicode | flagOEM | flagNTLM | flagAlwaysSign | flag56)
	if flags&flagUnicode != 0 {
		flags &^= flagOEM
	}
	return flags
}

func (a *Acceptor) target() target {
	name, domain := encode(a.Computer), encode(strings.ToLower(a.Computer))
	return target{
		{avDomainName, name},
		{avComputerName, name},
		{avDNSDomainName, domain},
		{avDNSComputerName, domain},
		{avTimestamp, fileTime(time.Now())},
	}
}

// Accept judges a client's second message. The error is [ErrMessage], [ErrWeak] or [ErrLogin].
func (a *Acceptor) Accept(authenticate []byte) (Account, *Session, error) {
	if a.challenge == nil {
		return Account{}, nil, ErrMessage
	}
	l, err := parseLogin(authenticate)
	if err != nil {
		return Account{}, nil, err
	}
	if l.flags&required != required {
		return Account{}, nil, ErrWeak
	}
	password, found := a.Password(l.account)
	secret := responseKey(l.account, password)
	proof, _ := respond(secret, message(a.challenge)[24:32], l.response[16:])
	if !found || !hmac.Equal(proof, l.response[:16]) {
		return l.account, nil, ErrLogin
	}
	key := once(mac(secret, proof), l.key)
	if !a.untouched(l, authenticate, key) {
		return l.account, nil, ErrLogin
	}
	return l.account, newSession(key, false), nil
}

// untouched checks the integrity code and the channel, as far as the client tells them.
func (a *Acceptor) untouched(l login, authenticate, key []byte) bool {
	if l.target.flags()&hasMIC != 0 && !a.whole(authenticate, key) {
		return false
	}
	told := l.target.get(avChannelBindings)
	return a.Bindings == nil || told == nil || hmac.Equal(told, bindingsHash(a.Bindings))
}

// whole checks the integrity code of an authenticate message.
func (a *Acceptor) whole(authenticate, key []byte) bool {
	if len(authenticate) < headSize {
		return false
	}
	blank := append([]byte(nil), authenticate...)
	clear(blank[micAt:headSize])
	return hmac.Equal(mac(key, a.negotiate, a.challenge, blank), authenticate[micAt:headSize])
}

// login is what an authenticate message says.
type login struct {
	account  Account
	response []byte // NTProofStr and the client's challenge
	target   target // as the client gives it back
	key      []byte // encrypted, 16 bytes
	flags    uint32
}

// least is the length of a response of version 2 without a target's information.
const least = 16 + 28

func parseLogin(data []byte) (login, error) {
	m, err := parse(data, 3, 64)
	if err != nil {
		return login{}, err
	}
	var fields [6][]byte
	for i := range fields {
		if fields[i], err = m.field(12 + i*fieldSize); err != nil {
			return login{}, err
		}
	}
	response, key := fields[1], fields[5]
	if len(response) < least || len(key) != 16 {
		return login{}, ErrWeak
	}
	t, err := parseTarget(response[least:])
	flags := m.number(60)
	account := Account{Domain: decode(fields[2], flags), User: decode(fields[3], flags)}
	return login{account: account, response: response, target: t, key: key, flags: flags}, err
}
