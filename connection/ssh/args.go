package ssh

import (
	"fmt"
	"os"
	"strings"

	"github.com/goplay/goplay/internal/source"
)

// arguments are options of ssh's command line, in the form of -o.
type arguments struct {
	options []string
	config  string // -F
	beyond  string // an option that only the program ssh can obey
	notes   string // what ssh prints about them
}

// flags says what becomes of ssh's options: a keyword that they stand for, or nothing.
var flags = map[byte]struct {
	takesValue bool
	keyword    string // "Port" for -p 22, "AddressFamily inet" for -4
	beyond     bool   // only the program ssh can do it
	refused    string
}{
	'4': {keyword: "AddressFamily inet"}, '6': {keyword: "AddressFamily inet6"},
	'A': {keyword: "ForwardAgent yes"}, 'a': {keyword: "ForwardAgent no"},
	'B': {takesValue: true, keyword: "BindInterface"}, 'b': {takesValue: true, keyword: "BindAddress"},
	'c': {takesValue: true, keyword: "Ciphers"}, 'i': {takesValue: true, keyword: "IdentityFile"},
	'J': {takesValue: true, keyword: "ProxyJump"}, 'l': {takesValue: true, keyword: "User"},
	'm': {takesValue: true, keyword: "MACs"}, 'p': {takesValue: true, keyword: "Port"},
	'I': {takesValue: true, keyword: "PKCS11Provider"}, 'P': {takesValue: true, keyword: "Tag"},
	// No effect on commands.
	'C': {}, 'K': {}, 'k': {}, 'q': {}, 'v': {}, 'x': {}, 'X': {}, 'Y': {}, 'y': {}, 't': {}, 'T': {}, 'M': {}, 'g': {},
	'S': {takesValue: true, keyword: "ControlPath"}, 'e': {takesValue: true}, 'E': {takesValue: true},
	// Forwarding, beside commands.
	'D': {takesValue: true, beyond: true}, 'L': {takesValue: true, beyond: true}, 'R': {takesValue: true, beyond: true},
	'w': {takesValue: true, beyond: true},
	// What would do something else than run commands.
	'W': {takesValue: true, refused: "forwarding standard input"}, 'O': {takesValue: true, refused: "controlling another ssh"},
	'Q': {takesValue: true, refused: "a query"}, 'G': {refused: "a query"}, 'V': {refused: "a query"},
	'N': {refused: "running no command"}, 'f': {refused: "going to the background"}, 'n': {refused: "standard input from /dev/null"},
	's': {refused: "a subsystem"},
}

// add reads a string of options as a shell and ssh would.
func (a *arguments) add(text string) error {
	words, err := source.ShellWords(text)
	if err != nil {
		return fmt.Errorf("ssh options: %w", err)
	}
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if len(word) < 2 || word[0] != '-' || word == "--" {
			return fmt.Errorf("ssh options: %q is not an option", word)
		}
		if words, err = a.cluster(word[1:], words); err != nil {
			return err
		}
	}
	return nil
}

// cluster reads what follows a dash: letters without values, then perhaps one with a value, which may be the next word.
func (a *arguments) cluster(letters string, words []string) ([]string, error) {
	for i := 0; i < len(letters); i++ {
		c := letters[i]
		flag, known := flags[c]
		isOption := c == 'o' || c == 'F'
		if !known && !isOption {
			return nil, fmt.Errorf("unknown option -- %c", c)
		}
		if !flag.takesValue && !isOption {
			if err := a.take(c, ""); err != nil {
				return nil, err
			}
			continue
		}
		value := letters[i+1:]
		if value == "" {
			if len(words) == 0 {
				return nil, fmt.Errorf("option requires an argument -- %c", c)
			}
			value, words = words[0], words[1:]
		}
		return words, a.take(c, value)
	}
	return words, nil
}

func (a *arguments) take(c byte, value string) error {
	flag := flags[c]
	switch {
	case c == 'o':
		a.options = append(a.options, value)
	case c == 'F':
		a.config = value
	case flag.refused != "":
		return fmt.Errorf("ssh option -%c (%s) is not supported by goplay", c, flag.refused)
	case flag.beyond:
		a.beyond = "-" + string(c)
	case c == 'i':
		a.identity(value)
	case flag.keyword != "" && flag.takesValue:
		a.options = append(a.options, flag.keyword+" "+quote(value))
	case flag.keyword != "":
		a.options = append(a.options, flag.keyword)
	}
	return nil
}

func (a *arguments) identity(file string) {
	if _, err := os.Stat(file); err != nil {
		a.notes += "Warning: Identity file " + file + " not accessible: " + reason(err) + ".\n"
		return
	}
	a.options = append(a.options, "IdentityFile "+quote(file))
}

// quote writes a value so that ssh's parser reads it as one word.
func quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
