package collection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/crypt"
	"github.com/goplay/goplay/templating/ip"
	"github.com/goplay/goplay/templating/value"
)

func netcommonRows() []row {
	return []row{
		{name: "vlan_parser", params: "first_line_len=48, other_line_len=44", run: vlanParser},
		{name: "vlan_expander", run: vlanExpander},
		{name: "hash_salt", run: hashSalt},
		{name: "comp_type5", params: "encrypted_password, return_original=False", run: compareType5},
		{name: "type5_pw", params: "salt=None", run: type5Password},
	}
}

// vlanParser writes VLANs as switches list them: ranges, in lines of a length.
func vlanParser(c *call) (value.Value, error) {
	ids, err := vlanIDs(c)
	if err != nil {
		return nil, err
	}
	first, ok := value.BigOf(c.args[1])
	other, ok2 := value.BigOf(c.args[2])
	if !ok || !ok2 {
		return nil, value.TypeError("'>' not supported between instances of 'int' and '%s'", c.args[1].Type())
	}
	return lines(ranges(ids), int(first.Int64()), int(other.Int64())), nil
}

// vlanIDs gives the ids sorted, each once.
func vlanIDs(c *call) ([]int, error) {
	elems, err := c.Elements(c.args[0])
	if err != nil {
		return nil, err
	}
	ids := make([]int, len(elems))
	for i, e := range elems {
		n, ok := value.BigOf(e)
		if !ok {
			return nil, value.TypeError("'<' not supported between instances of '%s' and 'int'", e.Type())
		}
		if ids[i] = int(n.Int64()); !n.IsInt64() || ids[i] < 1 || ids[i] > 4094 {
			return nil, failf("Valid VLAN range is 1-4094")
		}
	}
	if len(ids) == 0 {
		return nil, value.Errorf("IndexError", "list index out of range")
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// ranges writes runs of ids: "5", "5,6", "5-7".
func ranges(ids []int) []string {
	var out []string
	for len(ids) > 0 {
		n := 1
		for n < len(ids) && ids[n] == ids[0]+n {
			n++
		}
		switch n {
		case 1:
			out = append(out, fmt.Sprint(ids[0]))
		case 2:
			out = append(out, fmt.Sprintf("%d,%d", ids[0], ids[1]))
		default:
			out = append(out, fmt.Sprintf("%d-%d", ids[0], ids[n-1]))
		}
		ids = ids[n:]
	}
	return out
}

// lines fills lines with parts. A part that is longer than a line has one for itself.
func lines(parts []string, first, other int) value.Value {
	out := &value.List{}
	line, limit := parts[0], first
	for _, p := range parts[1:] {
		if len(line)+1+len(p) > limit {
			out.Append(value.String(line))
			line, limit = p, other
			continue
		}
		line += "," + p
	}
	out.Append(value.String(line))
	return out
}

// maxVLANs bounds what vlan_expander makes of a range that is a mistake.
const maxVLANs = 1 << 20

// vlanExpander gives the numbers of ranges, sorted.
func vlanExpander(c *call) (value.Value, error) {
	t, ok := value.Text(c.args[0])
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'split'", c.args[0].Type())
	}
	var ids []int
	for part := range strings.SplitSeq(t, ",") {
		first, last, err := vlanRange(part)
		if err != nil {
			return nil, err
		}
		if last-first >= maxVLANs-len(ids) {
			return nil, failf("%s has more than %d numbers", t, maxVLANs)
		}
		for n := first; n <= last; n++ {
			ids = append(ids, n)
		}
	}
	slices.Sort(ids)
	return value.FromGo(ids), nil
}

func vlanRange(part string) (first, last int, err error) {
	ends := strings.Split(part, "-")
	if len(ends) > 2 {
		return 0, 0, value.ValueError("too many values to unpack (expected 2)")
	}
	for i, end := range ends {
		n, ok := ip.ParseInt(end)
		if !ok || n.BitLen() > 62 {
			return 0, 0, value.ValueError("invalid literal for int() with base 10: %s", value.Repr(value.String(end)))
		}
		if last = int(n.Int64()); i == 0 {
			first = last
		}
	}
	return first, last, nil
}

func hashSalt(c *call) (value.Value, error) {
	t, ok := value.Text(c.args[0])
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'split'", c.args[0].Type())
	}
	return saltOf(t)
}

// saltOf gives the salt of a hash of crypt(3): $scheme$salt$hash.
func saltOf(hash string) (value.Value, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 4 {
		return nil, failf("Could not parse salt out password correctly from %s", hash)
	}
	return value.String(parts[2]), nil
}

// compareType5 tells whether a password has a hash; or gives the hash, where that is asked for and so.
func compareType5(c *call) (value.Value, error) {
	salt, err := saltOf(c.text(1))
	if err != nil {
		return nil, err
	}
	hash, err := type5(c.args[0], salt)
	switch {
	case err != nil:
		return nil, err
	case hash != c.text(1):
		return value.Bool(false), nil
	case c.args[2].Truth():
		return c.args[1], nil
	}
	return value.Bool(true), nil
}

func type5Password(c *call) (value.Value, error) {
	hash, err := type5(c.args[0], c.args[1])
	return value.String(hash), err
}

// saltLetters are those of a salt, as the message about others lists them.
const saltLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./"

// type5 makes the hash of a password that Cisco's devices call type 5, md5_crypt, with four random letters of salt where none is given.
func type5(password, salt value.Value) (string, error) {
	p, ok := value.Text(password)
	if !ok {
		return "", failf("type5_pw password input should be a string, but was given a input of %s", password.Type())
	}
	s, ok := value.Text(salt)
	switch {
	case !ok && !isNone(salt):
		return "", failf("type5_pw salt input should be a string, but was given a input of %s", salt.Type())
	case strings.Trim(s, saltLetters) != "":
		return "", failf("type5_pw salt used inproper characters, must be one of %s", saltLetters)
	case len(s) > 8:
		return "", failf("Could not hash the secret: salt too large (md5_crypt requires <= 8 chars)")
	}
	return crypt.Hash("md5_crypt", p, crypt.Options{Salt: s, Size: 4})
}
