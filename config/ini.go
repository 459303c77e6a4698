package config

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/goplay/goplay/internal/source"
)

// iniFile is a parsed ansible.cfg: sections with their case, keys in lower case.
type iniFile map[string]map[string]option

// headerKey is no key: under it stands the line of a section's header.
const headerKey = ""

type option struct {
	text string
	line int
}

// get finds a key in its section, or in [DEFAULT], which every section inherits from.
func (f iniFile) get(section, key string) (option, bool) {
	keys, ok := f[section]
	if !ok {
		return option{}, false
	}
	if o, ok := keys[key]; ok {
		return o, true
	}
	o, ok := f["DEFAULT"][key]
	return o, ok
}

// iniParser reads the dialect of Python's configparser: '=' or ':' between key and value, deeper indented lines continue a value,
// '#' and ';' start comments, ';' after a blank starts one inside of a line too, and nothing is interpolated.
type iniParser struct {
	name    string
	out     iniFile
	section string
	key     string
	lines   []string // of the value that is being read
	start   int      // its first line
	indent  int
	bad     []string // lines that are no option, as the message shows them
	badLine int
}

func parseIni(name, text string) (*iniFile, error) {
	p := &iniParser{name: name, out: iniFile{}}
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if err := p.line(i+1, line); err != nil {
			return nil, err
		}
	}
	p.flush()
	if p.bad != nil {
		return nil, p.fail(p.badLine, "Source contains parsing errors: '<string>'"+strings.Join(p.bad, ""))
	}
	return &p.out, nil
}

func (p *iniParser) line(n int, line string) error {
	text, comment := stripComment(line)
	if text == "" {
		if !comment && p.key != "" {
			p.lines = append(p.lines, "")
		}
		return nil
	}
	indent := len(line) - len(strings.TrimLeftFunc(line, unicode.IsSpace))
	if p.key != "" && indent > p.indent {
		p.lines = append(p.lines, text)
		return nil
	}
	p.indent = indent
	if name, ok := header(text); ok {
		return p.open(n, name)
	}
	if p.section == "" {
		return p.fail(n, fmt.Sprintf("File contains no section headers.\nfile: '<string>', line: %d\n%s", n, pyRepr(line+"\n")))
	}
	return p.option(n, line, text)
}

func header(text string) (string, bool) {
	end := strings.LastIndexByte(text, ']')
	if text[0] != '[' || end < 2 {
		return "", false
	}
	return text[1:end], true
}

func (p *iniParser) open(n int, name string) error {
	p.flush()
	if _, dup := p.out[name]; dup && name != "DEFAULT" {
		return p.fail(n, fmt.Sprintf("While reading from '<string>' [line %2d]: section '%s' already exists", n, name))
	}
	if p.out[name] == nil {
		p.out[name] = map[string]option{headerKey: {line: n}}
	}
	p.section = name
	return nil
}

func (p *iniParser) option(n int, line, text string) error {
	p.flush()
	at := strings.IndexAny(text, "=:")
	if at < 1 {
		if p.bad == nil {
			p.badLine = n
		}
		p.bad = append(p.bad, fmt.Sprintf("\n\t[line %2d]: %s", n, pyRepr(line+"\n")))
		return nil
	}
	key := strings.ToLower(strings.TrimSpace(text[:at]))
	if _, dup := p.out[p.section][key]; dup {
		return p.fail(n, fmt.Sprintf("While reading from '<string>' [line %2d]: option '%s' in section '%s' already exists", n, key, p.section))
	}
	p.key, p.start, p.lines = key, n, []string{strings.TrimSpace(text[at+1:])}
	p.out[p.section][key] = option{}
	return nil
}

// flush stores the value that has been read.
func (p *iniParser) flush() {
	if p.key != "" {
		text := strings.TrimRightFunc(strings.Join(p.lines, "\n"), unicode.IsSpace)
		p.out[p.section][p.key] = option{text, p.start}
	}
	p.key = ""
}

// stripComment gives the line's text without comments and outer blanks, and whether there was a comment.
func stripComment(line string) (text string, comment bool) {
	trimmed := strings.TrimSpace(line)
	if strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";") {
		return "", true
	}
	for i := 1; i < len(line); i++ {
		if line[i] == ';' && (line[i-1] == ' ' || line[i-1] == '\t') {
			return strings.TrimSpace(line[:i]), true
		}
	}
	return trimmed, false
}

func (p *iniParser) fail(line int, msg string) error {
	return source.New(source.Pos{File: p.name, Line: line}, fmt.Sprintf("Error reading config file (%s): %s", p.name, msg))
}
