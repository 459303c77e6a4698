package yaml

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// analysis tells in which styles a text may be written.
type analysis struct{ multiline, flowPlain, blockPlain, single, literal bool }

func isBreak(r rune) bool { return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 }

func isBlankOrBreak(r rune) bool { return r == ' ' || r == '\t' || isBreak(r) }

// printable tells of the characters that libyaml writes as they are: none outside the basic plane.
func printable(r rune) bool {
	return r == '\n' || r >= 0x20 && r <= 0x7e || r >= 0xa0 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd && r != 0xfeff
}

type scan struct {
	block, flow, breaks, special                                                             bool
	leadSpace, leadBreak, trailSpace, trailBreak, breakSpace, spaceBreak, wasSpace, wasBreak bool
}

func analyze(text string) analysis {
	if text == "" {
		return analysis{blockPlain: true, single: true}
	}
	s := &scan{}
	if strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") {
		s.block, s.flow = true, true
	}
	runes := []rune(text)
	preceded := true
	for i, r := range runes {
		followed := i+1 == len(runes) || isBlankOrBreak(runes[i+1])
		s.indicators(i, r, preceded, followed)
		if isBreak(r) {
			s.breaks = true
		}
		if !printable(r) || r == utf8.RuneError {
			s.special = true
		}
		s.spaces(i == 0, i+1 == len(runes), r)
		preceded = isBlankOrBreak(r)
	}
	return s.result()
}

func (s *scan) indicators(i int, r rune, preceded, followed bool) {
	both := false
	switch {
	case i == 0 && strings.ContainsRune("#,[]{}&*!|>'\"%@`", r), i == 0 && r == '-' && followed:
		both = true
	case i == 0 && (r == '?' || r == ':'):
		s.flow = true
		both = followed
	case i > 0 && strings.ContainsRune(",?[]{}", r):
		s.flow = true
	case i > 0 && r == ':':
		s.flow = true
		s.block = s.block || followed
	case i > 0 && r == '#' && preceded:
		both = true
	}
	if both {
		s.flow, s.block = true, true
	}
}

func (s *scan) spaces(first, last bool, r rune) {
	switch {
	case r == ' ':
		s.leadSpace = s.leadSpace || first
		s.trailSpace = s.trailSpace || last
		s.breakSpace = s.breakSpace || s.wasBreak
		s.wasSpace, s.wasBreak = true, false
	case isBreak(r):
		s.leadBreak = s.leadBreak || first
		s.trailBreak = s.trailBreak || last
		s.spaceBreak = s.spaceBreak || s.wasSpace
		s.wasSpace, s.wasBreak = false, true
	default:
		s.wasSpace, s.wasBreak = false, false
	}
}

func (s *scan) result() analysis {
	a := analysis{multiline: s.breaks, flowPlain: true, blockPlain: true, single: true}
	a.literal = !s.spaceBreak && !s.special && !s.trailSpace
	if s.leadSpace || s.leadBreak || s.trailSpace || s.trailBreak || s.breaks {
		a.flowPlain, a.blockPlain = false, false
	}
	if s.breakSpace || s.spaceBreak || s.special {
		a.flowPlain, a.blockPlain, a.single = false, false, false
	}
	a.flowPlain = a.flowPlain && !s.flow
	a.blockPlain = a.blockPlain && !s.block
	return a
}

// other matches plain text that YAML 1.1 reads as something else than a string.
var other = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF`,
	`[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?`,
	`[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)`,
	`[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+`,
	`<<|=|~|null|Null|NULL|[!&*]|`,
	`[0-9]{4}-[0-9]{2}-[0-9]{2}`,
	`[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?`,
}, "|") + `)$`)

func resolvesOtherwise(text string) bool {
	if text != "" && (text[0] >= 'a' && text[0] <= 'z' || text[0] >= 'A' && text[0] <= 'Z') && len(text) > 5 {
		return false
	}
	return other.MatchString(text)
}

func (e *emitter) plain(text string, split bool) {
	if text == "" {
		return
	}
	e.open = false
	if !e.whitespace {
		e.put(" ")
	}
	spaces := false
	for i, r := range text {
		if r == ' ' {
			if split && !spaces && e.column > e.o.Width && !strings.HasPrefix(text[i+1:], " ") {
				e.writeIndent()
			} else {
				e.put(" ")
			}
			spaces = true
			continue
		}
		e.put(string(r))
		e.indention = false
		spaces = false
	}
	e.whitespace, e.indention = false, false
}

func (e *emitter) single(text string, split bool) {
	e.indicator("'", true, false, false)
	spaces, breaks := false, false
	for i, r := range text {
		switch {
		case r == ' ':
			if split && !spaces && e.column > e.o.Width && i != 0 && i != len(text)-1 && !strings.HasPrefix(text[i+1:], " ") {
				e.writeIndent()
			} else {
				if breaks {
					e.writeIndent()
				}
				e.put(" ")
			}
			spaces, breaks = true, false
		case isBreak(r):
			if !breaks && r == '\n' {
				e.lineBreak()
			}
			e.lineBreak()
			breaks = true
		default:
			if breaks {
				e.writeIndent()
			}
			if r == '\'' {
				e.put("'")
			}
			e.put(string(r))
			e.indention = false
			spaces, breaks = false, false
		}
	}
	if breaks {
		e.writeIndent()
	}
	e.indicator("'", false, false, false)
	e.whitespace, e.indention = false, false
}

// literal writes lines as a block.
func (e *emitter) literal(text string) {
	e.block("|", text)
	breaks := true
	for _, r := range text {
		if isBreak(r) {
			e.lineBreak()
			breaks = true
			continue
		}
		if breaks {
			e.writeIndent()
		}
		e.put(string(r))
		e.indention, breaks = false, false
	}
}

// folded writes lines as a block in which long ones are broken at spaces.
func (e *emitter) folded(text string) {
	e.block(">", text)
	breaks, blank := true, true // the line before begins with a blank: it is not folded
	for i, r := range text {
		rest := text[i+utf8.RuneLen(r):]
		switch {
		case isBreak(r):
			if next := strings.TrimLeftFunc(rest, isBreak); !breaks && !blank && next != "" && !strings.HasPrefix(next, " ") && !strings.HasPrefix(next, "\t") {
				e.lineBreak()
			}
			e.lineBreak()
			breaks = true
			continue
		case breaks:
			e.writeIndent()
			blank = r == ' ' || r == '\t'
			e.put(string(r))
		case r == ' ' && !strings.HasPrefix(rest, " ") && e.column > e.o.Width:
			e.writeIndent()
		default:
			e.put(string(r))
		}
		e.indention, breaks = false, false
	}
}

// block begins a block of text.
func (e *emitter) block(style, text string) {
	hints := e.blockHints(text)
	e.indicator(style+hints, true, false, false)
	e.lineBreak()
	e.open = strings.HasSuffix(hints, "+")
}

// blockHints tell of a block what cannot be seen from its lines: how far they are indented, and how many line ends it has.
func (e *emitter) blockHints(text string) string {
	hints := ""
	if text[0] == ' ' || text[0] == '\n' {
		hints = strconv.Itoa(e.o.Indent)
	}
	switch trimmed := strings.TrimSuffix(text, "\n"); {
	case trimmed == text:
		hints += "-"
	case trimmed == "" || strings.HasSuffix(trimmed, "\n"):
		hints += "+"
	}
	return hints
}

// escapes are the characters that have short escapes.
var escapes = map[rune]string{
	0: `\0`, '\a': `\a`, '\b': `\b`, '\t': `\t`, '\n': `\n`, '\v': `\v`, '\f': `\f`, '\r': `\r`, 0x1b: `\e`, '"': `\"`, '\\': `\\`,
	0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`,
}

func (e *emitter) double(text string, split bool) {
	e.indicator(`"`, true, false, false)
	spaces := false
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			e.put(fmt.Sprintf(`\udc%02X`, text[i]))
			continue
		}
		if !printable(r) || r == '"' || r == '\\' || r == '\n' || isBreak(r) {
			e.put(escape(r))
			spaces = false
			continue
		}
		if r != ' ' {
			e.put(string(r))
			spaces = false
			continue
		}
		if split && !spaces && e.column > e.o.Width && i != 0 && i != len(text)-1 {
			e.writeIndent()
			if strings.HasPrefix(text[i+1:], " ") {
				e.put(`\`)
			}
		} else {
			e.put(" ")
		}
		spaces = true
	}
	e.indicator(`"`, false, false, false)
	e.whitespace, e.indention = false, false
}

func escape(r rune) string {
	if s, ok := escapes[r]; ok {
		return s
	}
	switch {
	case r <= 0xff:
		return fmt.Sprintf(`\x%02X`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04X`, r)
	}
	return fmt.Sprintf(`\U%08X`, r)
}
