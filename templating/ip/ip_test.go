package ip_test

import (
	"net/netip"
	"testing"

	"github.com/goplay/goplay/templating/ip"
)

// What is read is printed so that it is read again as the same.
func FuzzParseNetwork(f *testing.F) {
	for _, s := range []string{"10.0.0.5/8", "10/8", "10.1.2.0/255.255.255.0", "10.0.0.0/0.0.0.255", "::1.2.3.4/96", "fe80::1/10", "::/0", " 1 .2.3.4/ 8", "1/", "1.2.3.4/-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := ip.ParseNetwork(s)
		if !ok {
			return
		}
		again, ok := ip.ParseNetwork(ip.TextOf(n))
		if !ok || again != n {
			t.Errorf("%q is %s, and that is %s", s, n, again)
		}
		if first, last, ok := ip.Usable(n); ok && last.Less(first) {
			t.Errorf("%s has the usable addresses %s to %s", n, first, last)
		}
		if m := ip.Merge([]netip.Prefix{n, n}); len(m) != 1 || m[0] != n.Masked() {
			t.Errorf("%s twice is %s", n, m)
		}
	})
}

func FuzzParseEUI(f *testing.F) {
	for _, s := range []string{"00:11:22:33:44:55", "0011.2233.4455", "001122334455", "5", "1-2-3-4-5-6", "001122:334455", "00:11:22:33:44:55:66:77"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, ok := ip.ParseEUI(s)
		if !ok || e.Long {
			return
		}
		for _, text := range []string{e.Format(6, ":", false, true), e.Format(6, ":", false, false), e.Format(3, ".", true, true), e.Format(1, "", true, true)} {
			if again, ok := ip.ParseEUI(text); !ok || again != e {
				t.Errorf("%q is %x, printed %q, and that is %x", s, e.N, text, again.N)
			}
		}
	})
}
