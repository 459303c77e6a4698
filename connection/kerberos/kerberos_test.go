package kerberos_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/goplay/goplay/connection/kerberos"
	"github.com/goplay/goplay/internal/kdc"
)

// session logs in, and gives both sides.
func session(t *testing.T, o kerberos.Options, keys string) (client, server *kerberos.Session) {
	t.Helper()
	l, message, err := kerberos.Begin(o)
	if err != nil {
		t.Fatal(err)
	}
	user, answer, server, err := kerberos.Accept(keys, message)
	if err != nil || user != "ann" {
		t.Fatalf("the service knows %q: %v", user, err)
	}
	if client, err = l.Finish(answer); err != nil {
		t.Fatal(err)
	}
	return client, server
}

func TestLogin(t *testing.T) {
	c := kdc.Start(t)
	c.User("ann", "pw")
	keys, other := c.Keytab("HTTP/localhost"), c.Keytab("HTTP/other")
	hers := c.Keytab("ann")
	o := kerberos.Options{User: "ann@" + kdc.Realm, Password: "pw", Service: "HTTP", Host: "localhost"}
	with := func(change func(*kerberos.Options)) kerberos.Options { changed := o; change(&changed); return changed }

	for name, o := range map[string]kerberos.Options{
		"password": o, "without a realm": with(func(o *kerberos.Options) { o.User = "ann" }),
		"keytab": with(func(o *kerberos.Options) { o.Password, o.Keytab = "", hers }),
	} {
		client, server := session(t, o, keys)
		for _, text := range []string{"", "x", strings.Repeat("0123456789", 1000)} {
			for _, way := range [][2]*kerberos.Session{{client, server}, {server, client}} {
				sealed, signature := way[0].Seal([]byte(text))
				if len(sealed) != len(text) || text == "x" && bytes.Equal(sealed, []byte(text)) {
					t.Errorf("%s: a text of %d bytes has %d", name, len(text), len(sealed))
				}
				if got, err := way[1].Open(sealed, signature); string(got) != text || err != nil {
					t.Errorf("%s: %q, %v", name, got, err)
				}
			}
		}
		sealed, signature := client.Seal([]byte("again"))
		sealed[0] ^= 1
		if _, err := server.Open(sealed, signature); !errors.Is(err, kerberos.ErrSeal) {
			t.Errorf("%s: what was altered: %v", name, err)
		}
	}

	if _, _, err := kerberos.Begin(with(func(o *kerberos.Options) { o.Password = "" })); err == nil || !strings.Contains(err.Error(), "neither a password, nor a keytab, nor a file of tickets") {
		t.Errorf("without tickets: %v", err)
	}
	c.Tickets("ann", hers)
	session(t, with(func(o *kerberos.Options) { o.Password = "" }), keys)

	for name, change := range map[string]func(*kerberos.Options){
		"wrong password": func(o *kerberos.Options) { o.Password = "wrong" },
		"unknown user":   func(o *kerberos.Options) { o.User = "joe" },
	} {
		if _, _, err := kerberos.Begin(with(change)); !errors.Is(err, kerberos.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err := kerberos.Begin(with(func(o *kerberos.Options) { o.Host = "nowhere" }))
	if err == nil || errors.Is(err, kerberos.ErrRefused) || !strings.Contains(err.Error(), "cannot get a ticket for HTTP/nowhere") {
		t.Errorf("wrong name: %v", err)
	}
	l, message, err := kerberos.Begin(with(func(o *kerberos.Options) { o.Host = "other" }))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := kerberos.Accept(keys, message); err == nil {
		t.Error("a ticket for another service is taken")
	}
	_, foreign, err := kerberos.Begin(with(func(o *kerberos.Options) { o.Host = "other" }))
	if err != nil {
		t.Fatal(err)
	}
	_, answer, _, err := kerberos.Accept(other, foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Finish(answer); err == nil {
		t.Error("the answer to another login is taken")
	}
	t.Setenv("KRB5_CONFIG", "/nowhere")
	if _, _, err := kerberos.Begin(o); err == nil || !strings.Contains(err.Error(), "the configuration of Kerberos: ") {
		t.Errorf("without a configuration: %v", err)
	}
}
