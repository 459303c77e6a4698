package lookup

import (
	"crypto/rand"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/crypt"
	"github.com/goplay/goplay/templating/mersenne"
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
		one := c.copied()
		path, err := one.passwordTerm(t)
		if err != nil {
			return nil, err
		}
		v, err := one.password(path)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// passwordTerm reads a path with options behind it. The path may have spaces in it.
func (c *Call) passwordTerm(term string) (string, error) {
	words := strings.Split(term, " ")
	path := words[0]
	for i, w := range words[1:] {
		k, v, ok := strings.Cut(w, "=")
		switch {
		case !ok && i == len(strings.Split(path, " "))-1:
			path += " " + w
		case !ok || !contains([]string{"length", "encrypt", "chars", "ident", "seed"}, k):
			return "", failf("Unrecognized parameter(s) given to password lookup: %s", k)
		case k == "chars":
			c.Opts.Set(k, charsOf(v))
		default:
			c.Opts.Set(k, value.String(v))
		}
	}
	return path, nil
}

// charsOf reads chars as they stand in a term: separated by commas, two of which stand for a comma itself.
func charsOf(text string) value.Value {
	l := &value.List{}
	if strings.Contains(text, ",,") {
		l.Append(value.String(","))
	}
	for _, p := range strings.Split(text, ",") {
		if p != "" {
			l.Append(value.String(p))
		}
	}
	return l
}

// kept is what a password file holds.
type kept struct{ password, salt, ident string }

func (k kept) String() string {
	s := k.password
	if k.salt != "" {
		s += " salt=" + k.salt
	}
	if k.ident != "" {
		s += " ident=" + k.ident
	}
	return s + "\n"
}

func parseKept(text string) kept {
	k := kept{password: strings.TrimRight(text, "\n")}
	i := strings.LastIndex(k.password, " salt=")
	if i < 0 {
		return k
	}
	k.password, k.salt = k.password[:i], k.password[i+len(" salt="):]
	k.salt, k.ident, _ = strings.Cut(k.salt, " ident=")
	return k
}

// password gives the password that a file keeps; a new one, and the salt that it is hashed with, is written down first.
func (c *Call) password(name string) (value.Value, error) {
	path := c.passwordPath(name)
	k, exists, err := readKept(path)
	if err != nil {
		return nil, err
	}
	before := k
	if !exists {
		if k.password, err = c.generate(); err != nil {
			return nil, err
		}
	}
	scheme := c.opt("encrypt", "")
	if scheme != "" && k.salt == "" {
		if k.salt, err = crypt.Salt(scheme); err != nil {
			return nil, err
		}
	}
	if ident := c.opt("ident", ""); scheme == "bcrypt" && k.ident == "" {
		k.ident = ident
	}
	out := k.password
	if scheme != "" {
		if out, err = crypt.Hash(scheme, k.password, crypt.Options{Salt: k.salt, Ident: k.ident}); err != nil {
			return nil, err
		}
	}
	if path != os.DevNull && (!exists || k != before) {
		err = writePrivate(path, k.String())
	}
	return value.String(out), err
}

func (c *Call) passwordPath(name string) string {
	path := expandHome(name)
	if filepath.IsAbs(path) {
		return path
	}
	base := c.Host.Cwd()
	if paths := c.Host.SearchPaths(); len(paths) > 0 {
		base = paths[len(paths)-1]
	}
	return filepath.Join(base, path)
}

func readKept(path string) (kept, bool, error) {
	if path == os.DevNull {
		return kept{}, false, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return kept{}, false, nil
	}
	if err != nil {
		return kept{}, false, failf("Unable to access the file '%s': %s", path, cause(err))
	}
	return parseKept(string(data)), true, nil
}

// writePrivate writes a file that only the user can read, in one step.
func writePrivate(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return failf("cannot create the path for the password lookup: %s", cause(err))
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".password-*") // its mode is 0600
	if err != nil {
		return failf("cannot write the password file: %s", cause(err))
	}
	_, err = f.WriteString(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return failf("cannot write the password file: %s", cause(err))
	}
	return nil
}

func (c *Call) generate() (string, error) {
	n, err := c.length()
	if err != nil {
		return "", err
	}
	chars := c.alphabet()
	if chars == "" {
		return "", value.Errorf("IndexError", "Cannot choose from an empty sequence")
	}
	pick, err := c.picker()
	if err != nil {
		return "", err
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = chars[pick(len(chars))]
	}
	return string(out), nil
}

// maxPassword bounds a password's length.
const maxPassword = 1 << 20

func (c *Call) length() (int, error) {
	text := c.opt("length", "20")
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0, failf("Config 'length' for 'password' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'integer': %s", value.Repr(value.String(text)))
	}
	if n > maxPassword {
		return 0, failf("a password of %d characters is too long", n)
	}
	return max(n, 0), nil
}

// picker gives random numbers below n: Python's for a seed, so that passwords made with one stay what they are, else the system's.
func (c *Call) picker() (func(n int) int, error) {
	if seed, ok := c.Opts.Lookup("seed"); ok && seed != value.Value(value.None) {
		return mersenne.New(value.String(seed.String())).Below, nil
	}
	if _, err := rand.Int(rand.Reader, big.NewInt(2)); err != nil {
		return nil, err
	}
	return func(n int) int {
		k, _ := rand.Int(rand.Reader, big.NewInt(int64(n))) // it has just worked, and ends the program where it does not
		return int(k.Int64())
	}, nil
}

// alphabet gives the characters of a password: names of sets, or characters themselves.
func (c *Call) alphabet() string {
	v, ok := c.Opts.Lookup("chars")
	if !ok {
		return letters + charSets["digits"] + ".,:-_"
	}
	elems, isList := elements(v)
	if !isList {
		for _, p := range strings.Split(v.String(), ",") {
			elems = append(elems, value.String(p))
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
