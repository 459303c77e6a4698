package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/goplay/goplay/internal/source"
)

// usageError is a wrong use of the command line: exit code 2.
type usageError struct {
	msg  string
	hint string
}

func (e *usageError) Error() string { return e.msg }

func usage(format string, args ...any) *usageError {
	return &usageError{msg: fmt.Sprintf(format, args...)}
}

// commandLine is a command line read by the rules of Python's argparse, which ansible-playbook uses: options before, between and behind
// playbooks, values joined or apart, short options joined, long names shortened as far as they stay clear.
type commandLine struct {
	options       optionTable
	action        string   // of a command that has several
	flags         []string // "--limit=x", "--check": each option by its first long name
	words         []string // playbooks, or a command's arguments
	help, version bool     // asked for, and nothing behind counts
	given         map[string]*option
	unknown       []string
}

// token is an argument that starts an option, or a word.
type token struct {
	raw      string
	option   *option // nil: a word, or an option that is unknown
	name     string  // as given, in full
	explicit string  // "=value", or what is joined to a short option
	joined   bool    // explicit counts
	isOption bool
}

// normalise reads the command line of a run.
func normalise(args []string) (*commandLine, error) {
	c, err := read(args, options)
	switch {
	case err != nil || c.help || c.version:
		return c, err
	case len(c.words) == 0:
		return c, &usageError{"the following arguments are required: playbook", c.hint()}
	}
	return c, c.unrecognised()
}

// read reads a command line that may have the options of a table.
func read(args []string, table optionTable) (*commandLine, error) {
	tokens, err := classify(args, table)
	if err != nil {
		return nil, err
	}
	c := &commandLine{options: table, given: map[string]*option{}}
	for i := 0; i < len(tokens); i++ {
		used, err := c.take(tokens[i:])
		if err != nil || c.help || c.version {
			return c, err
		}
		i += used
	}
	return c, nil
}

// unrecognised is the error about options that are unknown, or nil.
func (c *commandLine) unrecognised() error {
	if len(c.unknown) == 0 {
		return nil
	}
	return &usageError{"unrecognized arguments: " + strings.Join(c.unknown, " "), c.hint()}
}

// classify tells options from words. An unclear name is an error before all others.
func classify(args []string, table optionTable) ([]token, error) {
	tokens := make([]token, 0, len(args))
	for i, a := range args {
		if a == "--" {
			tokens = append(tokens, token{raw: a, isOption: true, name: "--"})
			for _, rest := range args[i+1:] {
				tokens = append(tokens, token{raw: rest})
			}
			break
		}
		t, err := classifyOne(a, table)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
	}
	return tokens, nil
}

func classifyOne(arg string, table optionTable) (token, error) {
	word := token{raw: arg}
	if len(arg) < 2 || arg[0] != '-' {
		return word, nil
	}
	if o := table.find(arg); o != nil {
		return token{raw: arg, option: o, name: arg, isOption: true}, nil
	}
	if name, value, found := strings.Cut(arg, "="); found {
		if o := table.find(name); o != nil {
			return token{arg, o, name, value, true, true}, nil
		}
	}
	matches := table.candidates(arg)
	switch {
	case len(matches) == 1:
		return matches[0], nil
	case len(matches) > 1:
		return word, ambiguous(arg, matches)
	case isNegativeNumber(arg) || strings.Contains(arg, " "):
		return word, nil
	}
	return token{raw: arg, isOption: true}, nil
}

// candidates gives the options that an argument can mean: a shortened long name, or a short one with something joined.
func (table optionTable) candidates(arg string) []token {
	var out []token
	name, value, joined := arg, "", false
	if strings.HasPrefix(arg, "--") {
		name, value, joined = strings.Cut(arg, "=")
	}
	for i := range table {
		for _, n := range table[i].names {
			switch {
			case !strings.HasPrefix(arg, "--") && n == arg[:2]:
				out = append(out, token{arg, &table[i], n, arg[2:], true, true})
			case strings.HasPrefix(n, name):
				out = append(out, token{arg, &table[i], n, value, joined, true})
			}
		}
	}
	return out
}

func ambiguous(arg string, matches []token) error {
	names := make([]string, len(matches))
	for i, m := range matches {
		names[i] = m.name
	}
	shown, _, _ := strings.Cut(arg, "=")
	return usage("ambiguous option: %s could match %s", shown, strings.Join(names, ", "))
}

func isNegativeNumber(arg string) bool {
	whole, fraction, point := strings.Cut(arg[1:], ".")
	return allDigits(whole) && (point && allDigits(fraction) && fraction != "" || !point && whole != "")
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// take reads the first token and tells how many more it used.
func (c *commandLine) take(tokens []token) (used int, err error) {
	t := tokens[0]
	switch {
	case t.name == "--":
		return 0, nil
	case !t.isOption:
		c.words = append(c.words, t.raw)
		return 0, nil
	case t.option == nil:
		c.unknown = append(c.unknown, t.raw)
		return 0, nil
	}
	for t.joined && !t.option.takesValue() {
		if t, err = c.takeJoined(t); err != nil || c.help || c.version {
			return 0, err
		}
	}
	if !t.option.takesValue() {
		return 0, c.use(t.option, "")
	}
	if t.joined {
		return 0, c.use(t.option, t.explicit)
	}
	return c.takeNext(t.option, tokens)
}

// takeJoined uses a flag to which more is joined, and gives that: "-bK" is -b and -K.
func (c *commandLine) takeJoined(t token) (token, error) {
	short := !strings.HasPrefix(t.name, "--") && strings.HasPrefix(t.raw, t.name) && !strings.HasPrefix(t.raw, t.name+"=")
	if !short || t.explicit == "" {
		return t, usage("argument %s: ignored explicit argument %s", t.option, pyQuote(t.explicit))
	}
	next := c.options.find("-" + t.explicit[:1])
	if next == nil {
		return t, usage("argument %s: ignored explicit argument %s", t.option, pyQuote(t.explicit))
	}
	if err := c.use(t.option, ""); err != nil {
		return t, err
	}
	name := "-" + t.explicit[:1]
	rest := t.explicit[1:]
	return token{raw: name + rest, option: next, name: name, explicit: rest, joined: rest != "", isOption: true}, nil
}

func (c *commandLine) takeNext(o *option, tokens []token) (used int, err error) {
	used = 1
	if len(tokens) > 1 && tokens[1].name == "--" {
		used++
	}
	if len(tokens) <= used || tokens[used].isOption {
		return 0, usage("argument %s: expected one argument", o)
	}
	return used, c.use(o, tokens[used].raw)
}

// use notes an option with its value.
func (c *commandLine) use(o *option, value string) error {
	if o.excludes != "" {
		if other := c.given[o.excludes]; other != nil && other != o {
			return usage("argument %s: not allowed with argument %s", o, other)
		}
		c.given[o.excludes] = o
	}
	switch o.kind {
	case helpFlag:
		c.help = true
	case versionFlag:
		c.version = true
	case number:
		n, ok := pyInt(value)
		if !ok {
			return usage("argument %s: invalid tag_value value: %s", o, pyQuote(value))
		}
		c.flags = append(c.flags, "--"+o.long()+"="+n)
	case flag, count:
		c.flags = append(c.flags, "--"+o.long())
	default:
		c.flags = append(c.flags, "--"+o.long()+"="+value)
	}
	return nil
}

// String gives all names, as messages show them.
func (o *option) String() string { return strings.Join(o.names, "/") }

// pyInt reads a number as Python's int does.
func pyInt(s string) (string, bool) {
	s = strings.TrimFunc(s, unicode.IsSpace)
	if !regexp.MustCompile(`^[+-]?\d+(_\d+)*$`).MatchString(s) {
		return "", false
	}
	return strings.TrimPrefix(strings.ReplaceAll(s, "_", ""), "+"), true
}

func pyQuote(s string) string {
	q := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = `"`
	}
	return q + strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, q, `\`+q).Replace(s) + q
}

// hint names the option that is nearest to the first unknown one.
func (c *commandLine) hint() string {
	for _, u := range c.unknown {
		name, _, _ := strings.Cut(u, "=")
		if best := c.options.nearest(name); best != "" {
			return fmt.Sprintf("%s is unknown, did you mean %s?", name, best)
		}
	}
	return ""
}

// nearest gives the long option with the fewest letters changed, if they are few.
func (table optionTable) nearest(name string) string {
	best, least := "", max(2, len(name)/4)+1
	for i := range table {
		for _, n := range table[i].names {
			if d := source.Distance(name, n); len(n) > 2 && len(name) > 2 && d < least {
				best, least = n, d
			}
		}
	}
	return best
}

// has tells whether a flag was given, by its first long name.
func (c *commandLine) has(name string) bool { return c.count(name) > 0 }

// count tells how often a flag was given, by its first long name.
func (c *commandLine) count(name string) int {
	n := 0
	for _, f := range c.flags {
		if f == name {
			n++
		}
	}
	return n
}

// values gives every value of an option, by its first long name.
func (c *commandLine) values(name string) []string {
	var out []string
	for _, f := range c.flags {
		if n, v, found := strings.Cut(f, "="); found && n == name {
			out = append(out, v)
		}
	}
	return out
}

// value gives an option's last value, or "".
func (c *commandLine) value(name string) string {
	if v := c.values(name); len(v) > 0 {
		return v[len(v)-1]
	}
	return ""
}
