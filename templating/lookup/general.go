package lookup

import (
	"crypto/rand"
	"encoding/base64"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

// general are the lookups of the collection community.general. Those that redirected names are found by their short names too.
func general() map[string]Plugin {
	return map[string]Plugin{
		"cartesian": cartesian, "filetree": filetree, "flattened": flattened, "merge_variables": mergeVariables, "random_string": randomString,
	}
}

var redirected = []string{"cartesian", "filetree", "flattened"}

func addGeneral(table map[string]Plugin) {
	for name, p := range general() {
		table["community.general."+name] = p
		if slices.Contains(redirected, name) {
			table[name] = p
		}
	}
}

func cartesian(c *Call) ([]value.Value, error) {
	if len(c.Terms) == 0 {
		return nil, failf("with_cartesian requires at least one element in each list")
	}
	return product(c.Terms, false)
}

// flattened unpacks lists at any depth. The texts None and null end the list that they stand in.
func flattened(c *Call) ([]value.Value, error) {
	var out []value.Value
	var unpack func(terms []value.Value)
	unpack = func(terms []value.Value) {
		for _, t := range terms {
			if text, ok := value.Text(t); ok && (text == "None" || text == "null") {
				return
			}
			if inner, ok := elements(t); ok {
				unpack(inner)
			} else {
				out = append(out, t)
			}
		}
	}
	unpack(c.Terms)
	return out, nil
}

// inCollection gives the call as messages about options name it.
func (c *Call) inCollection(plugin string) *Call {
	one := *c
	one.Name = "ansible_collections.community.general.plugins.lookup." + plugin
	return &one
}

// The alphabets of random strings, as Python's module string has them.
const (
	upperCase   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowerCase   = "abcdefghijklmnopqrstuvwxyz"
	numerals    = "0123456789"
	punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
)

// alphabet is a kind of characters: the option that allows it, the option that wants some of it.
type alphabet struct{ allow, least, chars string }

func randomString(c *Call) ([]value.Value, error) {
	c = c.inCollection("random_string")
	kinds := []alphabet{
		{"numbers", "min_numeric", numerals},
		{"lower", "min_lower", lowerCase},
		{"upper", "min_upper", upperCase},
		{"special", "min_special", c.opt("override_special", punctuation)},
	}
	length, err := c.integer("length", 8)
	if err != nil {
		return nil, err
	}
	var all string
	var out []rune
	for _, k := range kinds {
		chars := c.similarDropped(k.chars)
		if c.flag(k.allow, true) {
			all += chars
		}
		n, err := c.integer(k.least, 0)
		if err != nil {
			return nil, err
		}
		if out, err = appendRandom(out, chars, n); err != nil {
			return nil, err
		}
	}
	if only := c.opt("override_all", ""); only != "" {
		all, out = only, nil
	}
	if all == "" {
		return nil, failf("Available characters cannot be None, please change constraints")
	}
	if out, err = appendRandom(out, all, length-len(out)); err != nil {
		return nil, err
	}
	return []value.Value{c.shuffled(out)}, nil
}

// integer gives an option that is any integer.
func (c *Call) integer(name string, standard int) (int, error) {
	v, ok := c.Opts.Lookup(name)
	if !ok || v == value.Value(value.None) {
		return standard, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(v.String()))
	if err != nil {
		return 0, failf("Config '%s' for '%s' lookup plugin from 'Direct' has an invalid value: Invalid value provided for 'int': %s", name, c.Name, value.Repr(v))
	}
	if n > maxItems {
		return 0, failf("%s must not be more than %d: %d", name, maxItems, n)
	}
	return n, nil
}

// similarDropped takes the characters that look alike out, where that is wanted.
func (c *Call) similarDropped(chars string) string {
	if !c.flag("ignore_similar_chars", false) {
		return chars
	}
	similar := c.opt("similar_chars", "il1LoO0")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(similar, r) {
			return -1
		}
		return r
	}, chars)
}

func appendRandom(out []rune, chars string, n int) ([]rune, error) {
	from := []rune(chars)
	if len(from) == 0 && n > 0 {
		return nil, failf("Available characters cannot be None, please change constraints")
	}
	for range n {
		i, err := below(len(from))
		if err != nil {
			return nil, err
		}
		out = append(out, from[i])
	}
	return out, nil
}

// below gives a number in [0, n) that nobody can guess.
func below(n int) (int, error) {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0, err
	}
	return int(i.Int64()), nil
}

func (c *Call) shuffled(out []rune) value.Value {
	for i := len(out) - 1; i > 0; i-- {
		j, err := below(i + 1)
		if err != nil {
			panic(err) // crypto/rand's reader never fails
		}
		out[i], out[j] = out[j], out[i]
	}
	if c.flag("base64", false) {
		return value.String(base64.StdEncoding.EncodeToString([]byte(string(out))))
	}
	return value.String(out)
}

// mergeVariables merges all variables whose names fit, for each term.
func mergeVariables(c *Call) ([]value.Value, error) {
	c = c.inCollection("merge_variables")
	how, err := c.choice("pattern_type", "regex", "prefix", "suffix", "regex")
	if err != nil {
		return nil, err
	}
	override, err := c.choice("override", "error", "error", "warn", "ignore")
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, t := range c.Terms {
		pattern, ok := value.Text(t)
		if !ok {
			return nil, failf("Non-string type '%s' passed, only 'str' types are allowed!", describe(t))
		}
		fits, err := nameTest(pattern, how)
		if err != nil {
			return nil, err
		}
		m := &merging{override: override, warn: c.Host.Warn}
		if v, ok := c.Opts.Lookup("initial_value"); ok && v != value.Value(value.None) {
			if err := m.add("initial value", v); err != nil {
				return nil, err
			}
		}
		if err := c.mergeFrom(m, fits); err != nil {
			return nil, err
		}
		out = append(out, m.value())
	}
	return out, nil
}

func nameTest(pattern, how string) (func(name string) (bool, error), error) {
	switch how {
	case "prefix":
		return func(name string) (bool, error) { return strings.HasPrefix(name, pattern), nil }, nil
	case "suffix":
		return func(name string) (bool, error) { return strings.HasSuffix(name, pattern), nil }, nil
	}
	re, err := regex.Compile(pattern, regex.Flags{})
	if err != nil {
		return nil, err
	}
	return func(name string) (bool, error) {
		m, err := re.Search(name)
		return m != nil, err
	}, nil
}
