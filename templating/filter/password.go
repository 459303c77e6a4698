package filter

import (
	"github.com/goplay/goplay/templating/crypt"
	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func passwordHash(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	password, err := text(s, in)
	if err != nil {
		return nil, err
	}
	o := crypt.Options{}
	if !isNone(a[1]) {
		o.Salt = a[1].String()
	}
	for _, p := range []struct {
		v    value.Value
		into *int
	}{{a[2], &o.Size}, {a[3], &o.Rounds}} {
		if isNone(p.v) {
			continue
		}
		if t, ok := value.Text(p.v); ok {
			if n, valid := value.ParseInt(t, 10); valid {
				p.v = n
			}
		}
		n, err := intArg(p.v)
		if err != nil {
			return nil, err
		}
		*p.into = n
	}
	if !isNone(a[4]) {
		o.Ident = a[4].String()
	}
	h, err := crypt.Hash(a[0].String(), password, o)
	return value.String(h), err
}
