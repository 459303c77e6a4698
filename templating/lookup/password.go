package lookup

import (
	"crypto/rand"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// charSets are the names that the option chars knows.
var charSets = map[string]string{
	"ascii_letters": letters, "ascii_lowercase": letters[:26], "ascii_uppercase": letters[26:], "digits": "0123456789",
	"hexdigits": "0123456789abcdefABCDEF", "octdigits": "01234567", "punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
	"whitespace": " \t\n\r\v\f",
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func password(c *Call) ([]value.Value, error) {
	terms, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, t := range terms {
		path := c.keyValues(t, "length", "encrypt", "chars", "ident", "seed")
		text, err := c.passwordFile(path)
		if err != nil {
			return nil, err
		}
		if c.has("encrypt") && c.opt("encrypt", "") != "" {
			v, err := c.State.Filter("password_hash", value.String(text), []value.Value{value.String(c.opt("encrypt", ""))}, nil)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
			continue
		}
		out = append(out, value.String(text))
	}
	return out, nil
}

// passwordFile gives the password that a file keeps; a new one is written first.
func (c *Call) passwordFile(name string) (string, error) {
	if name == "/dev/null" {
		return c.generate()
	}
	path := expandHome(name)
	if !filepath.IsAbs(path) {
		base := c.Host.Cwd()
		if paths := c.Host.SearchPaths(); len(paths) > 0 {
			base = paths[len(paths)-1]
		}
		path = filepath.Join(base, path)
	}
	data, err := os.ReadFile(path)
	if err == nil {
		text, _, _ := strings.Cut(strings.TrimRight(string(data), "\n"), " salt=")
		return text, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", failf("Unable to access the file '%s': %s", name, cause(err))
	}
	text, err := c.generate()
	if err != nil {
		return "", err
	}
	return text, writePrivate(path, text+"\n")
}

func writePrivate(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return failf("cannot create the path for the password lookup: %s", cause(err))
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return failf("cannot write the password file: %s", cause(err))
	}
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return failf("cannot write the password file: %s", cause(err))
	}
	return f.Close()
}

func (c *Call) generate() (string, error) {
	n, err := strconv.Atoi(c.opt("length", "20"))
	if err != nil || n < 0 || n > 1<<20 {
		return "", failf("invalid length for the password lookup: %s", c.opt("length", ""))
	}
	chars := c.alphabet()
	if chars == "" {
		return "", failf("the password lookup needs characters to choose from")
	}
	out := make([]byte, n)
	for i := range out {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(chars))))
		if err != nil {
			return "", err
		}
		out[i] = chars[k.Int64()]
	}
	return string(out), nil
}

// alphabet gives the characters of a password: names of sets, or characters themselves.
func (c *Call) alphabet() string {
	v, ok := c.Opts.Lookup("chars")
	if !ok {
		return letters + charSets["digits"] + ".,:-_"
	}
	elems, isList := elements(v)
	if !isList {
		text := v.String()
		comma := strings.Contains(text, ",,")
		elems = nil
		for _, p := range strings.Split(strings.ReplaceAll(text, ",,", ","), ",") {
			if p != "" {
				elems = append(elems, value.String(p))
			}
		}
		if comma {
			elems = append(elems, value.String(","))
		}
	}
	var b strings.Builder
	for _, e := range elems {
		if set, ok := charSets[e.String()]; ok {
			b.WriteString(set)
		} else {
			b.WriteString(e.String())
		}
	}
	return b.String()
}
