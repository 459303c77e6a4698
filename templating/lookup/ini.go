package lookup

import (
	"errors"
	"strings"

	"github.com/goplay/goplay/templating/ini"
	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

func iniLookup(c *Call) ([]value.Value, error) {
	terms, err := c.textOnly("TypeError", "argument of type '%s' is not iterable")
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, t := range terms {
		one := c.copied()
		key, err := one.iniTerm(t, "file", "section", "default", "type", "re", "encoding", "case_sensitive", "interpolation", "allow_no_value", "allow_none")
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

// iniTerm reads `key option=value option=value`: a word that sets no option belongs to what stands before it.
func (c *Call) iniTerm(term string, known ...string) (string, error) {
	said := map[string]string{}
	at := ""
	for _, w := range strings.Fields(term) {
		k, v, ok := strings.Cut(w, "=")
		switch {
		case ok && contains(known, k):
			at = k
			said[at] = v
		case ok:
			return "", failf("'%s' is not a valid option.", strings.TrimSpace(said[""]+" "+k))
		case said[at] != "":
			said[at] += " " + w
		default:
			said[at] = w
		}
	}
	for k, v := range said {
		if k != "" {
			c.Opts.Set(k, value.String(v))
		}
	}
	return said[""], nil
}

// iniValues gives the value of a key, or those of all keys that a pattern matches.
func (c *Call) iniValues(key string) ([]value.Value, error) {
	f, section, err := c.readINI()
	if err != nil {
		return nil, err
	}
	if c.flag("re", false) {
		return matching(f, section, key)
	}
	o := f.Option(section, key)
	if o == nil {
		return c.iniDefault(), nil
	}
	if o.Empty {
		return nil, nil
	}
	text, err := f.Value(section, o)
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

func (c *Call) readINI() (*ini.File, string, error) {
	kind, err := c.choice("type", "ini", "ini", "properties")
	if err != nil {
		return nil, "", err
	}
	name, section := c.opt("file", "ansible.ini"), c.opt("section", "global")
	_, data, err := c.load(c.search, "files", name)
	if err != nil {
		return nil, "", err
	}
	text, err := decode(data, c.opt("encoding", "utf-8"))
	if err != nil {
		return nil, "", err
	}
	f := &ini.File{
		ExactCase: c.flag("case_sensitive", false), Interpolation: c.flag("interpolation", true),
		Bare: c.flag("allow_no_value", false) || c.flag("allow_none", false),
	}
	if kind == "properties" {
		section = "java_properties"
		text = "[" + section + "]\n" + text
	}
	err = f.Parse(text)
	if twice := (*ini.DuplicateError)(nil); errors.As(err, &twice) {
		return nil, "", failf("Duplicate option in '%s': %s", name, twice)
	}
	if err != nil {
		return nil, "", err
	}
	if !f.Has(section) {
		return nil, "", failf("No section '%s' in '%s'.", section, name)
	}
	return f, section, nil
}

// matching gives the values of the options that a pattern matches.
func matching(f *ini.File, section, pattern string) ([]value.Value, error) {
	re, err := regex.Compile(pattern, regex.Flags{})
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, o := range f.Options(section) {
		if m, err := re.MatchStart(o.Key); err != nil {
			return nil, err
		} else if m == nil {
			continue
		}
		text, err := f.Value(section, o)
		if err != nil {
			return nil, err
		}
		out = append(out, value.String(text))
	}
	return out, nil
}
