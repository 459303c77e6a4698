package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source"
)

const (
	originDefault = "default"
	originCLI     = "cli"
	// originRequired is that of an option without which a plugin does not work, and which nobody has set.
	originRequired = "REQUIRED"
)

// raw is a setting's text and where it was found.
type raw struct {
	text    string
	origin  string
	dir     string // folder that relative paths start from
	fromIni bool
	pos     source.Pos
}

// resolve finds and converts a setting's value. ansibleHome is what {{ANSIBLE_HOME}} in a default stands for.
func (c *Config) resolve(s *Setting, ansibleHome string) (entry, error) {
	r, ok := c.find(s)
	switch {
	case !ok && s.Required:
		return entry{origin: originRequired}, nil
	case !ok:
		return entry{origin: originDefault}, nil
	}
	if r.origin == originDefault {
		r.text = strings.ReplaceAll(r.text, "{{ANSIBLE_HOME}}", ansibleHome)
	}
	v, err := c.convert(s, r)
	if err != nil {
		return entry{}, err
	}
	return entry{v, r.origin}, checkChoices(s, v, r)
}

// find gives the text of the source that wins.
func (c *Config) find(s *Setting) (raw, bool) {
	if text, ok := c.src.CLI[s.Name]; ok {
		return raw{text: text, origin: originCLI, dir: c.src.Dir}, true
	}
	if r, ok := c.findEnv(s); ok {
		return r, true
	}
	if r, ok := c.findIni(s); ok {
		return r, true
	}
	return raw{text: s.Default, origin: originDefault, dir: c.src.Dir}, s.Default != unset
}

func (c *Config) findEnv(s *Setting) (raw, bool) {
	names := strings.Fields(s.Env)
	for _, name := range slices.Backward(names) {
		text, ok := c.src.Env(name)
		if numeric := s.Type == Int || s.Type == Float; !ok || numeric && text == "" {
			continue
		}
		return raw{text: text, origin: "env: " + name, dir: c.src.Dir}, true
	}
	return raw{}, false
}

func (c *Config) findIni(s *Setting) (raw, bool) {
	if c.ini == nil {
		return raw{}, false
	}
	keys := strings.Fields(s.Ini)
	for _, k := range slices.Backward(keys) {
		section, key := splitKey(k)
		if o, ok := c.ini.get(section, key); ok {
			pos := source.Pos{File: c.file, Line: o.line}
			return raw{text: o.text, origin: c.file, dir: dirOf(c.file), fromIni: true, pos: pos}, true
		}
	}
	return raw{}, false
}

// splitKey parts "section.key". A section may have dots.
func splitKey(name string) (section, key string) {
	at := strings.LastIndexByte(name, '.')
	return name[:at], name[at+1:]
}

func (c *Config) convert(s *Setting, r raw) (any, error) {
	switch s.Type {
	case Bool:
		return ParseBool(r.text), nil
	case Int:
		return parseInt(s, r)
	case Float:
		f, err := strconv.ParseFloat(strings.TrimSpace(r.text), 64)
		if err != nil {
			return nil, invalid(s, r)
		}
		return f, nil
	case List:
		return c.list(r, ",", false), nil
	case PathList:
		return c.list(r, ",", true), nil
	case PathSpec:
		return c.list(r, ":", true), nil
	case Dict:
		return map[string]string{}, nil
	case Path, TmpPath:
		return c.path(r.text, r.dir), nil
	default:
		return unquoteIni(r), nil
	}
}

// ParseBool reads text as Ansible reads a yes-or-no setting: what is not known to mean yes means no.
func ParseBool(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "y", "yes", "on", "1", "true", "t", "1.0":
		return true
	}
	return false
}

// parseInt reads Python's decimal integers, and floats without a fraction.
func parseInt(s *Setting, r raw) (any, error) {
	text := strings.TrimSpace(r.text)
	if i, err := strconv.Atoi(strings.ReplaceAll(text, "_", "")); err == nil && plainUnderscores(text) {
		return i, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return nil, invalid(s, r)
	}
	return int(f), nil
}

// plainUnderscores tells whether underscores stand singly between digits only.
func plainUnderscores(text string) bool {
	return !strings.HasPrefix(text, "_") && !strings.HasSuffix(text, "_") && !strings.Contains(text, "__")
}

func (c *Config) list(r raw, sep string, paths bool) []string {
	parts := strings.Split(unquoteIni(r), sep)
	for i, p := range parts {
		parts[i] = Unquote(strings.TrimSpace(p))
		if paths {
			parts[i] = c.path(parts[i], r.dir)
		}
	}
	if r.origin == originDefault && r.text == "" {
		return []string{}
	}
	return parts
}

func unquoteIni(r raw) string {
	if r.fromIni {
		return Unquote(r.text)
	}
	return r.text
}

// Unquote removes one pair of equal quotes around text.
func Unquote(text string) string {
	n := len(text)
	if n > 1 && text[0] == text[n-1] && (text[0] == '"' || text[0] == '\'') && text[n-2] != '\\' {
		return text[1 : n-1]
	}
	return text
}

func invalid(s *Setting, r raw) error {
	msg := fmt.Sprintf("Config '%s' from '%s' has an invalid value: Invalid value provided for '%s': %s",
		label(s), r.origin, s.Type, pyRepr(r.text))
	return source.New(r.pos, msg)
}

func checkChoices(s *Setting, v any, r raw) error {
	if s.Choices == "" || v == nil {
		return nil
	}
	choices := strings.Fields(s.Choices)
	given, isList := v.([]string)
	if !isList {
		given = []string{fmt.Sprint(v)}
	}
	for _, g := range given {
		if !slices.Contains(choices, g) {
			msg := fmt.Sprintf("Invalid value %s for config '%s'. Valid values are: %s",
				shown(given, isList), label(s), strings.Join(choices, ", "))
			return &source.Error{Pos: r.pos, Msg: msg}
		}
	}
	return nil
}

func shown(given []string, isList bool) string {
	if !isList {
		return pyRepr(given[0])
	}
	reprs := make([]string, len(given))
	for i, g := range given {
		reprs[i] = pyRepr(g)
	}
	return "[" + strings.Join(reprs, ", ") + "]"
}

// label is a setting's name in messages: a plugin's option goes by its own name.
func label(s *Setting) string {
	return s.Name[strings.LastIndexByte(s.Name, '.')+1:]
}

// pyRepr quotes text as Python's repr does.
func pyRepr(text string) string {
	quote := "'"
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		quote = `"`
	}
	esc := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`, quote, `\`+quote)
	return quote + esc.Replace(text) + quote
}
