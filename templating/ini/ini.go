// Package ini reads files of sections and options as Python's configparser does.
package ini

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

// File is a file as configparser reads it. Its options are set before Parse.
type File struct {
	ExactCase     bool // names of options keep their case
	Interpolation bool // %(name)s stands for another option
	Bare          bool // options may lack a value

	sections map[string]*section
	order    []string
}

type section struct{ options []*Option }

// Option is a name with its value as written.
type Option struct {
	Key, Text string
	Empty     bool // without a value
}

// DefaultSection gives its options to all sections.
const DefaultSection = "DEFAULT"

// DuplicateError is an option that a section has twice.
type DuplicateError struct{ Msg string }

func (e *DuplicateError) Error() string { return e.Msg }

func failf(format string, args ...any) error { return value.Errorf("AnsibleError", format, args...) }

// Sections gives the sections' names in their order, without the default one.
func (f *File) Sections() []string {
	return slices.DeleteFunc(slices.Clone(f.order), func(name string) bool { return name == DefaultSection })
}

// Has tells whether a section stands in the file; the default one always does.
func (f *File) Has(name string) bool { return name == DefaultSection || f.sections[name] != nil }

func (f *File) canonical(key string) string {
	if f.ExactCase {
		return key
	}
	return strings.ToLower(key)
}

func (s *section) find(key string) *Option {
	if s == nil {
		return nil
	}
	for _, o := range s.options {
		if o.Key == key {
			return o
		}
	}
	return nil
}

// Option gives an option, of the default section too, or nil.
func (f *File) Option(section, key string) *Option {
	key = f.canonical(key)
	if o := f.sections[section].find(key); o != nil {
		return o
	}
	return f.sections[DefaultSection].find(key)
}

// Options gives a section's options: those of the default section first, as configparser has them.
func (f *File) Options(section string) []*Option {
	var out []*Option
	seen := map[string]bool{}
	for _, name := range []string{DefaultSection, section} {
		if s := f.sections[name]; s != nil {
			for _, o := range s.options {
				if !seen[o.Key] {
					seen[o.Key] = true
					out = append(out, f.Option(section, o.Key))
				}
			}
		}
	}
	return out
}

// parser is where the reading of a file stands.
type parser struct {
	*File
	in     *section
	name   string  // of the section
	last   *Option // what an indented line continues
	indent int     // of the last option
}

// Parse reads a text.
func (f *File) Parse(text string) error {
	f.sections = map[string]*section{}
	p := &parser{File: f}
	for i, line := range strings.SplitAfter(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if err := p.line(i+1, line); err != nil {
			return err
		}
	}
	for _, s := range f.sections {
		for _, o := range s.options {
			o.Text = strings.TrimRight(o.Text, " \t\n")
		}
	}
	return nil
}

func (p *parser) line(n int, line string) error {
	trimmed := strings.TrimSpace(line)
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	switch {
	case trimmed == "":
		if p.last != nil && !p.last.Empty {
			p.last.Text += "\n"
		}
		return nil
	case trimmed[0] == '#' || trimmed[0] == ';':
		return nil
	case p.last != nil && indent > p.indent:
		p.last.Text += "\n" + trimmed
		return nil
	}
	p.indent = indent
	if end := strings.LastIndexByte(trimmed, ']'); trimmed[0] == '[' && end > 0 {
		return p.section(n, trimmed[1:end])
	}
	if p.in == nil {
		return failf("File contains no section headers.\nfile: '<???>', line: %d\n%s", n, value.Repr(value.String(line)))
	}
	return p.option(n, line, trimmed)
}

func (p *parser) section(n int, name string) error {
	p.last = nil
	if _, ok := p.sections[name]; ok && name != DefaultSection {
		return failf("While reading from '<???>' [line %2d]: section '%s' already exists", n, name)
	}
	if p.sections[name] == nil {
		p.sections[name] = &section{}
		p.order = append(p.order, name)
	}
	p.in, p.name = p.sections[name], name
	return nil
}

func (p *parser) option(n int, line, trimmed string) error {
	i := strings.IndexAny(trimmed, "=:")
	if i < 0 && !p.Bare || i == 0 {
		return failf("Source contains parsing errors: '<???>'\n\t[line %2d]: %s", n, value.Repr(value.String(line)))
	}
	o := &Option{Key: p.canonical(trimmed), Empty: true}
	if i > 0 {
		o = &Option{Key: p.canonical(strings.TrimSpace(trimmed[:i])), Text: strings.TrimSpace(trimmed[i+1:])}
	}
	if p.in.find(o.Key) != nil {
		return &DuplicateError{fmt.Sprintf("While reading from '<???>' [line %2d]: option '%s' in section '%s' already exists", n, o.Key, p.name)}
	}
	p.in.options = append(p.in.options, o)
	p.last = o
	return nil
}

// maxInterpolation is how deep configparser follows values that refer to values.
const maxInterpolation = 10

// Value replaces %(name)s by the option of that name, and %% by %.
func (f *File) Value(section string, o *Option) (string, error) {
	if !f.Interpolation {
		return o.Text, nil
	}
	var b strings.Builder
	err := f.expand(&b, section, o, o.Text, 1)
	return b.String(), err
}

func (f *File) expand(b *strings.Builder, section string, o *Option, text string, depth int) error {
	if depth > maxInterpolation {
		return failf("Recursion limit exceeded in value substitution: option '%s' in section '%s' contains an interpolation key which cannot be substituted in %d steps. Raw value: %s",
			o.Key, section, maxInterpolation, value.Repr(value.String(o.Text)))
	}
	for {
		plain, rest, ok := strings.Cut(text, "%")
		b.WriteString(plain)
		if !ok {
			return nil
		}
		if strings.HasPrefix(rest, "%") {
			b.WriteByte('%')
			text = rest[1:]
			continue
		}
		name, after, err := reference(rest)
		if err != nil {
			return err
		}
		other := f.Option(section, name)
		if other == nil {
			return failf("Bad value substitution: option '%s' in section '%s' contains an interpolation key '%s' which is not a valid option name. Raw value: %s",
				o.Key, section, f.canonical(name), value.Repr(value.String(o.Text)))
		}
		if err := f.expand(b, section, o, other.Text, depth+1); err != nil {
			return err
		}
		text = after
	}
}

// reference reads the (name)s behind a percent sign.
func reference(text string) (name, rest string, err error) {
	if !strings.HasPrefix(text, "(") {
		return "", "", failf("%s", fmt.Sprintf("'%%' must be followed by '%%' or '(', found: %s", value.Repr(value.String("%"+text))))
	}
	name, rest, ok := strings.Cut(text[1:], ")s")
	if !ok || strings.Contains(name, ")") {
		return "", "", failf("bad interpolation variable reference %s", value.Repr(value.String("%"+text)))
	}
	return name, rest, nil
}
