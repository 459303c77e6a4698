package source

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The parser tells no columns, and of some problems only the line where their context began. The place is found by asking the parser
// again: the problem stands where the text, cut off behind it, first has it.

// searchBudget bounds the bytes that a search may have parsed: well under a second's work.
const searchBudget = 8 << 20

// search asks the parser about parts of a text.
type search struct {
	data   []byte
	what   string
	budget int
}

// locate finds the place of a problem.
func locate(file string, data []byte, what string, line int) Pos {
	s := &search{data, what, searchBudget}
	at := -1
	switch what {
	case noKey, noDash, noDocument:
		at = s.first()
	case noBracket, noBrace:
		at = s.brokenFlow(line)
	case noNode:
		at = misplaced(data).at
	case noColon:
		at = s.lostColon()
	case endOfQuote:
		return inText(file, data, len(data))
	}
	switch {
	case at >= 0 && s.budget > 0 && wantsMore(what) && len(bytes.TrimRight(data[at:], " \t")) == 0:
		return endOfText(file, data)
	case at >= 0 && s.budget > 0:
		return inText(file, data, at)
	}
	text := lineAt(data, line)
	if line == 0 {
		line, text = 1, lineAt(data, 1)
	}
	return Pos{File: file, Line: line, Col: column(text, what)}
}

// wantsMore tells of problems that a text's end can be.
func wantsMore(what string) bool {
	return what == noBracket || what == noBrace || what == noNode || what == noColon
}

// endOfText is the place of the end of a text as the parser counts it: on a line of its own.
func endOfText(file string, data []byte) Pos {
	at := inText(file, data, len(data))
	if at.Col > 1 {
		at.Line, at.Col = at.Line+1, 1
	}
	return at
}

// column finds the character of a line that makes a problem; 0: it is not known.
func column(line, what string) int {
	at := -1
	switch what {
	case noMapping:
		at = badColon(line)
	case badStart:
		at = last(noStart.FindStringSubmatchIndex(line))
	case badEscape:
		at = last(noEscape.FindStringSubmatchIndex(line))
	case tabIndent:
		at = strings.Index(line, "\t")
	case badHeader:
		at = last(noHeader.FindStringSubmatchIndex(line))
	case badHex:
		at = last(noHex.FindStringSubmatchIndex(line))
	case noName:
		at = last(noAnchor.FindStringSubmatchIndex(line))
	case noEntry:
		at = last(lateDash.FindStringSubmatchIndex(line))
	case noMapKey:
		at = last(lateKey.FindStringSubmatchIndex(line))
	case badVersion:
		at = 0
	case badPercent:
		at = len(strings.TrimRight(firstField(line), " "))
	}
	if at < 0 {
		return 0
	}
	return utf8.RuneCountInString(line[:at]) + 1
}

var (
	noStart  = regexp.MustCompile(`(?:^|[:\-?,\[{] *)\s*([%@` + "`" + `])`)
	noEscape = regexp.MustCompile(`"(?:[^"\\]|\\[0abt\tnvfre "/\\N_LPxuU])*(\\)`)
	// What follows a block scalar's sign, the digits of an escaped character, and the sign of an anchor or alias.
	noHeader = regexp.MustCompile(`(?::|-|\?)\s+[|>][-+0-9]*[ \t]*([^\s#])`)
	noHex    = regexp.MustCompile(`"(?:[^"\\]|\\[^xuU]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*\\[xuU](.)`)
	noAnchor = regexp.MustCompile(`(?:^|[\s,\[{])[*&]($|[^0-9A-Za-z_-])`)
	keyColon = regexp.MustCompile(`:\s`)
	// Entries and keys of a block behind a key.
	lateDash = regexp.MustCompile(`(?:^|:\s+)(-)(?:\s|$)`)
	lateKey  = regexp.MustCompile(`:\s+(\?)(?:\s|$)`)
	// quotedText is a quoted text, or the quote alone where it does not end on the line.
	quotedText = regexp.MustCompile(`^"(?:[^"\\]|\\.)*"|^'(?:[^']|'')*'|^["']`)
)

// last gives where the last group of a match begins, or -1.
func last(m []int) int {
	if m == nil {
		return -1
	}
	return m[len(m)-2]
}

func firstField(line string) string {
	if f := strings.Fields(line); len(f) > 0 {
		return f[0]
	}
	return ""
}

// badColon finds the colon that may not be: the second one that ends a key, or the only one.
func badColon(line string) int {
	found := keyColons(line)
	switch len(found) {
	case 0:
		return -1
	case 1:
		return found[0]
	}
	return found[1]
}

// keyColons finds the colons of a line that end keys. Quotes matter only where a key or a value begins.
func keyColons(line string) []int {
	var found []int
	begins, flow := true, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ':
		case c == ':' && (i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t'):
			found = append(found, i)
			begins = true
		case begins && (c == '"' || c == '\''):
			i += len(quotedText.FindString(line[i:])) - 1
			begins = false
		case c == '[' || c == '{' || c == ',':
			flow = flow || begins && c != ','
			begins = begins || flow
		case (c == '-' || c == '?') && begins && strings.HasPrefix(line[i+1:], " "):
		default:
			begins = false
		}
	}
	return found
}

// has tells whether the text has the problem when it is cut off at an offset.
func (s *search) has(end int) bool {
	err := s.parse(s.data[:end])
	if err == nil {
		return false
	}
	got, _ := problem(err)
	return got == s.what
}

// parse gives the parser's error, or nil when the budget is used up.
func (s *search) parse(data []byte) error {
	if s.budget -= len(data); s.budget < 0 {
		return nil
	}
	return parseAll(data)
}

// parseAll gives the parser's error in any document of a text.
func parseAll(data []byte) (err error) {
	defer func() {
		if recover() != nil { // the parser panics on some malformed input
			err = errPanic
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(data))
	for err == nil {
		var n yaml.Node
		err = d.Decode(&n)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// first gives the offset of the first character with which the text has the problem: the line by halving, then the column.
func (s *search) first() int {
	ends := lineEnds(s.data)
	lo, hi := 0, len(ends)-1
	for lo < hi {
		mid := (lo + hi) / 2
		if s.has(ends[mid]) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	start := 0
	if lo > 0 {
		start = ends[lo-1]
	}
	for at := start; at < ends[lo]; at++ {
		if s.data[at] != ' ' && s.has(at+1) {
			if s.what == noDocument {
				return at
			}
			return keyStart(s.data, start, at)
		}
	}
	return start
}

// keyStart gives the start of the key that an offset is in, where the line has nothing before it.
func keyStart(data []byte, start, at int) int {
	before := data[start:at]
	if bytes.Contains(before, []byte(": ")) || bytes.Contains(before, []byte("- ")) {
		return at
	}
	return at - len(bytes.TrimLeft(before, " "))
}

// lineEnds gives the offsets behind the lines.
func lineEnds(data []byte) []int {
	var ends []int
	for i, c := range data {
		if c == '\n' {
			ends = append(ends, i+1)
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] < len(data) {
		ends = append(ends, len(data))
	}
	return ends
}

const flowLimit = 2000 // characters after the start of a broken flow collection that are searched

// brokenFlow gives the offset of the first character behind which a flow collection cannot be closed any more.
func (s *search) brokenFlow(line int) int {
	ends := lineEnds(s.data)
	start := 0
	if line > 1 && line-2 < len(ends) {
		start = ends[line-2]
	}
	if s.closes(len(s.data)) {
		return len(s.data)
	}
	good := start
	for at := start; at < min(len(s.data), start+flowLimit) && at-good < flowLimit/10; at++ {
		if s.closes(at) {
			good = at
		}
	}
	if good > start && s.data[good-1] == ':' {
		good-- // "key:}" closes, as a text with a colon
	}
	return good
}

var closers = []string{"}", "]", "}]", "]}", "}}", "]]", "}]}", "]}]", "}}}"}

func (s *search) closes(end int) bool {
	for _, c := range closers {
		if s.parse(append(bytes.Clone(s.data[:end]), c...)) == nil && s.budget > 0 {
			return true
		}
	}
	return false
}

// inText gives the place of an offset.
func inText(file string, data []byte, at int) Pos {
	if at < 0 {
		return Pos{File: file}
	}
	before := data[:min(at, len(data))]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return Pos{File: file, Line: bytes.Count(before, []byte("\n")) + 1, Col: utf8.RuneCount(before[begin:]) + 1}
}
