package lookup

import (
	"fmt"
	"strings"

	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

func ini(c *Call) ([]value.Value, error) {
	terms, err := c.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, t := range terms {
		one := c.copied()
		key, err := one.keyValues(t, "file", "section", "default", "type", "re", "encoding", "case_sensitive", "interpolation", "allow_no_value", "allow_none")
		if err != nil {
			return nil, err
		}
		found, err := one.iniValues(key)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// iniValues gives the value of a key, or those of all keys that a pattern matches.
func (c *Call) iniValues(key string) ([]value.Value, error) {
	f, section, err := c.readINI()
	if err != nil {
		return nil, err
	}
	if c.flag("re", false) {
		return f.matching(section, key)
	}
	o := f.option(section, key)
	if o == nil {
		return c.iniDefault(), nil
	}
	if o.empty {
		return nil, nil
	}
	text, err := f.interpolate(section, o)
	return []value.Value{value.String(text)}, err
}

func (c *Call) iniDefault() []value.Value {
	d, ok := c.Opts.Lookup("default")
	if !ok {
		return []value.Value{value.String("")}
	}
	if elems, isList := elements(d); isList {
		return elems
	}
	return []value.Value{d}
}

func (c *Call) readINI() (*iniFile, string, error) {
	kind, err := c.choice("type", "ini", "ini", "properties")
	if err != nil {
		return nil, "", err
	}
	name, section := c.opt("file", "ansible.ini"), c.opt("section", "global")
	_, data, err := c.load("files", name)
	if err != nil {
		return nil, "", err
	}
	text, err := decode(data, c.opt("encoding", "utf-8"))
	if err != nil {
		return nil, "", err
	}
	f := &iniFile{
		name: name, sections: map[string]*iniSection{}, exactCase: c.flag("case_sensitive", false),
		interpolation: c.flag("interpolation", true), bare: c.flag("allow_no_value", false) || c.flag("allow_none", false),
	}
	if kind == "properties" {
		section = "java_properties"
		text = "[" + section + "]\n" + text
	}
	if err := f.parse(text); err != nil {
		return nil, "", err
	}
	if _, ok := f.sections[section]; !ok && section != defaultSection {
		return nil, "", failf("No section '%s' in '%s'.", section, name)
	}
	return f, section, nil
}

// iniFile is a file as Python's configparser reads it.
type iniFile struct {
	name                           string
	exactCase, interpolation, bare bool
	sections                       map[string]*iniSection
}

type iniSection struct{ options []*iniOption }

type iniOption struct {
	key, text string
	empty     bool // without a value
}

// defaultSection gives its options to all sections.
const defaultSection = "DEFAULT"

func (f *iniFile) canonical(key string) string {
	if f.exactCase {
		return key
	}
	return strings.ToLower(key)
}

func (s *iniSection) find(key string) *iniOption {
	if s == nil {
		return nil
	}
	for _, o := range s.options {
		if o.key == key {
			return o
		}
	}
	return nil
}

func (f *iniFile) option(section, key string) *iniOption {
	key = f.canonical(key)
	if o := f.sections[section].find(key); o != nil {
		return o
	}
	return f.sections[defaultSection].find(key)
}

// options gives a section's options: those of the default section first, as configparser has them.
func (f *iniFile) options(section string) []*iniOption {
	var out []*iniOption
	seen := map[string]bool{}
	for _, name := range []string{defaultSection, section} {
		if s := f.sections[name]; s != nil {
			for _, o := range s.options {
				if !seen[o.key] {
					seen[o.key] = true
					out = append(out, f.option(section, o.key))
				}
			}
		}
	}
	return out
}

func (f *iniFile) matching(section, pattern string) ([]value.Value, error) {
	re, err := regex.Compile(pattern, regex.Flags{})
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, o := range f.options(section) {
		if m, err := re.MatchStart(o.key); err != nil {
			return nil, err
		} else if m == nil {
			continue
		}
		text, err := f.interpolate(section, o)
		if err != nil {
			return nil, err
		}
		out = append(out, value.String(text))
	}
	return out, nil
}

// iniParser is where the reading of a file stands.
type iniParser struct {
	*iniFile
	in     *iniSection
	name   string     // of the section
	last   *iniOption // what an indented line continues
	indent int        // of the last option
}

func (f *iniFile) parse(text string) error {
	p := &iniParser{iniFile: f}
	for i, line := range strings.Split(text, "\n") {
		if err := p.line(i+1, strings.TrimSuffix(line, "\r")); err != nil {
			return err
		}
	}
	for _, s := range f.sections {
		for _, o := range s.options {
			o.text = strings.TrimRight(o.text, " \t\n")
		}
	}
	return nil
}

func (p *iniParser) line(n int, line string) error {
	trimmed := strings.TrimSpace(line)
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	switch {
	case trimmed == "":
		if p.last != nil && !p.last.empty {
			p.last.text += "\n"
		}
		return nil
	case trimmed[0] == '#' || trimmed[0] == ';':
		return nil
	case p.last != nil && indent > p.indent:
		p.last.text += "\n" + trimmed
		return nil
	}
	p.indent = indent
	if end := strings.LastIndexByte(trimmed, ']'); trimmed[0] == '[' && end > 0 {
		return p.section(n, trimmed[1:end])
	}
	if p.in == nil {
		return failf("File contains no section headers.\nfile: '<???>', line: %d\n%s", n, value.Repr(value.String(line+"\n")))
	}
	return p.option(n, line, trimmed)
}

func (p *iniParser) section(n int, name string) error {
	p.last = nil
	if _, ok := p.sections[name]; ok && name != defaultSection {
		return failf("While reading from '<???>' [line %2d]: section '%s' already exists", n, name)
	}
	if p.sections[name] == nil {
		p.sections[name] = &iniSection{}
	}
	p.in, p.name = p.sections[name], name
	return nil
}

func (p *iniParser) option(n int, line, trimmed string) error {
	i := strings.IndexAny(trimmed, "=:")
	if i < 0 && !p.bare || i == 0 {
		return failf("Source contains parsing errors: '<???>'\n\t[line %2d]: %s", n, value.Repr(value.String(line+"\n")))
	}
	o := &iniOption{key: p.canonical(trimmed), empty: true}
	if i > 0 {
		o = &iniOption{key: p.canonical(strings.TrimSpace(trimmed[:i])), text: strings.TrimSpace(trimmed[i+1:])}
	}
	if p.in.find(o.key) != nil {
		return failf("Duplicate option in '%s': While reading from '<???>' [line %2d]: option '%s' in section '%s' already exists", p.iniFile.name, n, o.key, p.name)
	}
	p.in.options = append(p.in.options, o)
	p.last = o
	return nil
}

// maxInterpolation is how deep configparser follows values that refer to values.
const maxInterpolation = 10

// interpolate replaces %(name)s by the option of that name, and %% by %.
func (f *iniFile) interpolate(section string, o *iniOption) (string, error) {
	if !f.interpolation {
		return o.text, nil
	}
	var b strings.Builder
	err := f.expand(&b, section, o, o.text, 1)
	return b.String(), err
}

func (f *iniFile) expand(b *strings.Builder, section string, o *iniOption, text string, depth int) error {
	if depth > maxInterpolation {
		return failf("Recursion limit exceeded in value substitution: option '%s' in section '%s' contains an interpolation key which cannot be substituted in %d steps. Raw value: %s",
			o.key, section, maxInterpolation, value.Repr(value.String(o.text)))
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
		other := f.option(section, name)
		if other == nil {
			return failf("Bad value substitution: option '%s' in section '%s' contains an interpolation key '%s' which is not a valid option name. Raw value: %s",
				o.key, section, f.canonical(name), value.Repr(value.String(o.text)))
		}
		if err := f.expand(b, section, o, other.text, depth+1); err != nil {
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
