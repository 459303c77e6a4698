package ntlm

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// The example of MS-NLMP, section 4.2.4: version 2 with extended session security and key exchange.
func TestExample(t *testing.T) {
	account := Account{Domain: "Domain", User: "User"}
	secret := responseKey(account, "Password")
	want(t, "ResponseKeyNT", secret, "0c868a403bfd7a93a3001ef22ef02e3f")

	information := target{{avDomainName, encode("Domain")}, {avComputerName, encode("Server")}}
	blob := bytes.Join([][]byte{{1, 1, 0, 0, 0, 0, 0, 0}, make([]byte, 8), bytes.Repeat([]byte{0xaa}, 8), make([]byte, 4), information.encode(), make([]byte, 4)}, nil)
	proof, _ := respond(secret, unhex(t, "0123456789abcdef"), blob)
	want(t, "NTProofStr", proof, "68cd0ab851e51c96aabc927bebef6a1c")
	exported := bytes.Repeat([]byte{0x55}, 16)
	want(t, "EncryptedSessionKey", once(mac(secret, proof), exported), "c5dad2544fc9799094ce1ce90bc9d03e")

	s := newSession(exported, true)
	want(t, "signing key", s.out.sign, "4788dc861b4782f35d43fd98fe1a2d39")
	sealed, signature := s.Seal(encode("Plaintext"))
	want(t, "sealed", sealed, "54e50165bf1936dc996020c1811b0f06fb5f")
	want(t, "signature", signature, "010000007fb38ec5c55d497600000000")
}

func want(t *testing.T, what string, got []byte, hexed string) {
	t.Helper()
	if hex.EncodeToString(got) != hexed {
		t.Errorf("%s is %x, want %s", what, got, hexed)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	data, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// login runs the three messages, the last one changed on its way.
func logIn(c *Client, a *Acceptor, change func([]byte) []byte) (client, server *Session, err error) {
	challenge, err := a.Challenge(c.Negotiate())
	if err != nil {
		return nil, nil, err
	}
	authenticate, client, err := c.Authenticate(challenge)
	if err != nil {
		return nil, nil, err
	}
	if change != nil {
		authenticate = change(authenticate)
	}
	_, server, err = a.Accept(authenticate)
	return client, server, err
}

func passwords(known map[Account]string) func(Account) (string, bool) {
	return func(a Account) (string, bool) {
		password, found := known[Account{Domain: a.Domain, User: strings.ToLower(a.User)}]
		return password, found
	}
}

func TestLogins(t *testing.T) {
	known := passwords(map[Account]string{{User: "ann"}: "Pässword", {Domain: "LAB", User: "bob"}: "b"})
	for name, row := range map[string]struct {
		client Client
		server Acceptor
		change func([]byte) []byte
		err    error
	}{
		"local":            {client: Client{Account: ParseAccount("ann"), Password: "Pässword"}},
		"upper case":       {client: Client{Account: ParseAccount("Ann"), Password: "Pässword"}},
		"domain":           {client: Client{Account: ParseAccount(`LAB\bob`), Password: "b"}},
		"service":          {client: Client{Account: ParseAccount("ann"), Password: "Pässword", Target: "HTTP/win1"}},
		"wrong password":   {client: Client{Account: ParseAccount("ann"), Password: "password"}, err: ErrLogin},
		"unknown":          {client: Client{Account: ParseAccount("eve"), Password: ""}, err: ErrLogin},
		"channel":          {client: Client{Account: ParseAccount("ann"), Password: "Pässword", Bindings: []byte("x")}, server: Acceptor{Bindings: []byte("x")}},
		"another channel":  {client: Client{Account: ParseAccount("ann"), Password: "Pässword", Bindings: []byte("y")}, server: Acceptor{Bindings: []byte("x")}, err: ErrLogin},
		"altered code":     {client: Client{Account: ParseAccount("ann"), Password: "Pässword"}, change: flip(micAt), err: ErrLogin},
		"altered version":  {client: Client{Account: ParseAccount("ann"), Password: "Pässword"}, change: flip(64), err: ErrLogin},
		"cut":              {client: Client{Account: ParseAccount("ann"), Password: "Pässword"}, change: func(m []byte) []byte { return m[:60] }, err: ErrMessage},
		"cut in a payload": {client: Client{Account: ParseAccount("ann"), Password: "Pässword"}, change: func(m []byte) []byte { return m[:100] }, err: ErrMessage},
		"no sealing":       {client: Client{Account: ParseAccount("ann"), Password: "Pässword"}, change: flip(60), err: ErrWeak},
	} {
		t.Run(name, func(t *testing.T) {
			row.server.Computer, row.server.Password = "WIN1", known
			_, session, err := logIn(&row.client, &row.server, row.change)
			if !errors.Is(err, row.err) || (session == nil) != (row.err != nil) {
				t.Errorf("error is %v, want %v; session %v", err, row.err, session != nil)
			}
		})
	}
}

// flip changes a byte.
func flip(at int) func([]byte) []byte {
	return func(m []byte) []byte { m[at] ^= 0x31; return m }
}

func TestWeakServer(t *testing.T) {
	c := &Client{Account: ParseAccount("ann")}
	a := &Acceptor{Computer: "WIN1"}
	challenge, err := a.Challenge(c.Negotiate())
	if err != nil {
		t.Fatal(err)
	}
	challenge[20] &^= flagSeal
	if _, _, err := c.Authenticate(challenge); !errors.Is(err, ErrWeak) {
		t.Errorf("error is %v, want %v", err, ErrWeak)
	}
}

func TestSealing(t *testing.T) {
	known := passwords(map[Account]string{{User: "ann"}: "p"})
	client, server, err := logIn(&Client{Account: ParseAccount("ann"), Password: "p"}, &Acceptor{Password: known}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"one", "", strings.Repeat("three", 1000)} {
		for _, way := range [][2]*Session{{client, server}, {server, client}} {
			plain, err := way[1].Open(way[0].Seal([]byte(text)))
			if err != nil || string(plain) != text {
				t.Errorf("message %d: %.10q, %v", i, plain, err)
			}
		}
	}
	first, signature := client.Seal([]byte("x"))
	second, secondSignature := client.Seal([]byte("x"))
	if bytes.Equal(first, second) && bytes.Equal(signature, secondSignature) {
		t.Error("two messages are sealed alike")
	}
	if _, err := server.Open(second, secondSignature); !errors.Is(err, ErrSeal) {
		t.Errorf("out of order: %v, want %v", err, ErrSeal)
	}
}

func FuzzMessages(f *testing.F) {
	c := &Client{Account: ParseAccount(`LAB\ann`), Password: "p", Bindings: []byte("b"), Target: "HTTP/x"}
	a := &Acceptor{Computer: "WIN1", Password: func(Account) (string, bool) { return "p", true }}
	challenge, err := a.Challenge(c.Negotiate())
	if err != nil {
		f.Fatal(err)
	}
	authenticate, _, err := c.Authenticate(challenge)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(c.negotiate)
	f.Add(challenge)
	f.Add(authenticate)
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _, _ = (&Client{negotiate: c.negotiate}).Authenticate(data)
		_, _, _ = a.Accept(data)
		_, _ = (&Acceptor{}).Challenge(data)
	})
}
