package syntax

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	tokEOF kind = iota
	tokText
	tokVarBegin
	tokVarEnd
	tokBlockBegin
	tokBlockEnd
	tokName
	tokString
	tokInt
	tokFloat
	tokOp
)

type token struct {
	kind kind
	val  string
	pos  int
}

// describe names a token as Jinja2's messages do.
func (t token) describe() string {
	switch t.kind {
	case tokEOF:
		return "end of template"
	case tokText:
		return "template data / text"
	case tokVarBegin:
		return "begin of print statement"
	case tokVarEnd:
		return "end of print statement"
	case tokBlockBegin:
		return "begin of statement block"
	case tokBlockEnd:
		return "end of statement block"
	case tokString:
		return "string"
	case tokInt:
		return "integer"
	case tokFloat:
		return "float"
	default:
		return t.val
	}
}

type lexer struct {
	cfg          Config
	src          string
	pos          int
	toks         []token
	tags         []tag
	balance      []byte // closing brackets that are awaited
	lineStarting bool
	err          *Error
}

// tag is one kind of opening delimiter.
type tag struct {
	open string
	what tagKind
}

type tagKind uint8

const (
	tagComment tagKind = iota
	tagBlock
	tagVariable
	tagLineStatement
	tagLineComment
	tagBare // an expression without delimiters
)

func newLexer(src string, cfg Config) *lexer {
	cfg = cfg.withDefaults()
	lx := &lexer{cfg: cfg, src: prepare(src, cfg.KeepTrailingNewline), lineStarting: true}
	lx.tags = []tag{{cfg.VariableStart, tagVariable}, {cfg.CommentStart, tagComment}, {cfg.BlockStart, tagBlock}}
	if cfg.LineStatementPrefix != "" {
		lx.tags = append(lx.tags, tag{cfg.LineStatementPrefix, tagLineStatement})
	}
	if cfg.LineCommentPrefix != "" {
		lx.tags = append(lx.tags, tag{cfg.LineCommentPrefix, tagLineComment})
	}
	sort.SliceStable(lx.tags, func(i, j int) bool { return len(lx.tags[i].open) > len(lx.tags[j].open) })
	return lx
}

// prepare makes newlines uniform and drops the last one.
func prepare(src string, keepLast bool) string {
	if strings.IndexByte(src, '\r') >= 0 {
		src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	}
	if !keepLast {
		src = strings.TrimSuffix(src, "\n")
	}
	return src
}

func (lx *lexer) fail(pos int, format string, args ...any) {
	if lx.err == nil {
		line, col := Position(lx.src, pos)
		lx.err = &Error{Msg: fmt.Sprintf(format, args...), Line: line, Col: col}
	}
}

func (lx *lexer) add(k kind, val string, pos int) {
	lx.toks = append(lx.toks, token{k, val, pos})
}

// run splits the whole text.
func (lx *lexer) run() {
	for lx.pos < len(lx.src) && lx.err == nil {
		at, length, t, ok := lx.nextTag()
		if !ok {
			lx.text(lx.src[lx.pos:], lx.pos)
			lx.pos = len(lx.src)
			break
		}
		lx.enter(at, length, t)
	}
	lx.add(tokEOF, "", len(lx.src))
}

// nextTag finds the next opening delimiter: where it (with the blanks a line statement takes along) starts, and its length.
func (lx *lexer) nextTag() (at, length int, found tag, ok bool) {
	if len(lx.tags) == 3 && lx.cfg.BlockStart[0] == '{' && lx.cfg.VariableStart[0] == '{' && lx.cfg.CommentStart[0] == '{' {
		return lx.nextBrace()
	}
	for i := lx.pos; i < len(lx.src); i++ {
		for _, t := range lx.tags {
			if n := lx.matchTag(i, t); n > 0 {
				return i, n, t, true
			}
		}
	}
	return 0, 0, tag{}, false
}

func (lx *lexer) nextBrace() (at, length int, found tag, ok bool) {
	for i := lx.pos; ; i++ {
		n := strings.IndexByte(lx.src[i:], '{')
		if n < 0 {
			return 0, 0, tag{}, false
		}
		i += n
		for _, t := range lx.tags {
			if strings.HasPrefix(lx.src[i:], t.open) {
				return i, len(t.open), t, true
			}
		}
	}
}

func (lx *lexer) matchTag(i int, t tag) int {
	rest := lx.src[i:]
	switch t.what {
	case tagLineStatement:
		if i > 0 && lx.src[i-1] != '\n' {
			return 0
		}
		blanks := len(rest) - len(strings.TrimLeft(rest, " \t\v"))
		if strings.HasPrefix(rest[blanks:], t.open) {
			return blanks + len(t.open)
		}
		return 0
	case tagLineComment:
		if i > 0 && lx.src[i-1] != '\n' && isBlank(lx.src[i-1]) {
			return 0
		}
		blanks := len(rest) - len(strings.TrimLeft(rest, " \t\v\f"))
		if strings.HasPrefix(rest[blanks:], t.open) {
			return blanks + len(t.open)
		}
		return 0
	default:
		if strings.HasPrefix(rest, t.open) {
			return len(t.open)
		}
		return 0
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\n' }

// enter emits the text before a tag, stripped as the tag asks, and reads the tag.
func (lx *lexer) enter(at, length int, t tag) {
	text, textPos := lx.src[lx.pos:at], lx.pos
	lx.pos = at + length
	sign := lx.sign()
	lx.text(lx.stripBefore(text, sign, t.what), textPos)
	switch t.what {
	case tagComment:
		lx.comment(at)
	case tagVariable:
		lx.add(tokVarBegin, t.open, at)
		lx.code(t.what)
	case tagBlock:
		if lx.raw(at) {
			return
		}
		lx.add(tokBlockBegin, t.open, at)
		lx.code(t.what)
	case tagLineStatement:
		lx.add(tokBlockBegin, t.open, at)
		lx.code(t.what)
	case tagLineComment:
		if n := strings.IndexByte(lx.src[lx.pos:], '\n'); n >= 0 {
			lx.pos += n
		} else {
			lx.pos = len(lx.src)
		}
		lx.lineStarting = false
	}
}

// sign reads the - or + behind an opening delimiter.
func (lx *lexer) sign() byte {
	if lx.pos < len(lx.src) && (lx.src[lx.pos] == '-' || lx.src[lx.pos] == '+') {
		lx.pos++
		return lx.src[lx.pos-1]
	}
	return 0
}

func (lx *lexer) stripBefore(text string, sign byte, what tagKind) string {
	if sign == '-' {
		return strings.TrimRightFunc(text, unicode.IsSpace)
	}
	if sign == '+' || !lx.cfg.LstripBlocks || what == tagVariable {
		return text
	}
	line := strings.LastIndexByte(text, '\n') + 1
	if (line > 0 || lx.lineStarting) && strings.TrimSpace(text[line:]) == "" {
		return text[:line]
	}
	return text
}

func (lx *lexer) text(s string, pos int) {
	if s == "" {
		return
	}
	if lx.cfg.NewlineSequence != "\n" {
		s = strings.ReplaceAll(s, "\n", lx.cfg.NewlineSequence)
	}
	lx.add(tokText, s, pos)
}

func (lx *lexer) comment(at int) {
	n := strings.Index(lx.src[lx.pos:], lx.cfg.CommentEnd)
	if n < 0 {
		lx.fail(at, "Missing end of comment tag")
		return
	}
	sign := byte(0)
	if n > 0 {
		sign = lx.src[lx.pos+n-1]
	}
	lx.closeBlock(lx.pos+n+len(lx.cfg.CommentEnd), sign)
}

// closeBlock goes on behind a closing delimiter, taking along the white space that its sign and trim_blocks say.
func (lx *lexer) closeBlock(end int, sign byte) {
	lx.pos = end
	switch {
	case sign == '-':
		lx.skipSpace()
	case sign != '+' && lx.cfg.TrimBlocks && strings.HasPrefix(lx.src[end:], "\n"):
		lx.pos++
	}
	lx.lineStarting = lx.pos > 0 && lx.src[lx.pos-1] == '\n'
}

func (lx *lexer) skipSpace() {
	rest := lx.src[lx.pos:]
	lx.pos += len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
}

// raw reads a raw block, if one begins behind the delimiter just read.
func (lx *lexer) raw(at int) bool {
	body, ok := lx.keywordTag(lx.pos, "raw", false)
	if !ok {
		return false
	}
	for i := body; ; {
		n := strings.Index(lx.src[i:], lx.cfg.BlockStart)
		if n < 0 {
			lx.fail(at, "Missing end of raw directive")
			return true
		}
		i += n
		lx.pos = i + len(lx.cfg.BlockStart)
		sign := lx.sign()
		end, ok := lx.keywordTag(lx.pos, "endraw", true)
		if !ok {
			i += len(lx.cfg.BlockStart)
			continue
		}
		lx.lineStarting = lx.src[body-1] == '\n'
		lx.text(lx.stripBefore(lx.src[body:i], sign, tagBlock), body)
		lx.pos = end
		lx.lineStarting = lx.src[end-1] == '\n'
		return true
	}
}

// keywordTag matches `word %}` at a place and gives where the tag ends.
func (lx *lexer) keywordTag(at int, word string, trim bool) (end int, ok bool) {
	rest := strings.TrimLeftFunc(lx.src[at:], unicode.IsSpace)
	if !strings.HasPrefix(rest, word) {
		return 0, false
	}
	rest = strings.TrimLeftFunc(rest[len(word):], unicode.IsSpace)
	sign := byte(0)
	if strings.HasPrefix(rest, "-") || trim && strings.HasPrefix(rest, "+") {
		sign = rest[0]
		rest = rest[1:]
	}
	if !strings.HasPrefix(rest, lx.cfg.BlockEnd) {
		return 0, false
	}
	rest = rest[len(lx.cfg.BlockEnd):]
	switch {
	case sign == '-':
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
	case sign == 0 && trim && lx.cfg.TrimBlocks:
		rest = strings.TrimPrefix(rest, "\n")
	}
	return len(lx.src) - len(rest), true
}

// code reads the inside of a tag up to its end.
func (lx *lexer) code(what tagKind) {
	lx.balance = lx.balance[:0]
	for lx.err == nil {
		if len(lx.balance) == 0 && lx.tagEnd(what) {
			return
		}
		lx.skipBlanks()
		if lx.pos >= len(lx.src) {
			if what == tagLineStatement {
				lx.add(tokBlockEnd, "", lx.pos)
			}
			return
		}
		if len(lx.balance) == 0 && lx.tagEnd(what) {
			return
		}
		lx.token(what == tagVariable || what == tagBare)
	}
}

func (lx *lexer) skipBlanks() {
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		if c < utf8.RuneSelf {
			if !isBlank(c) {
				return
			}
			lx.pos++
			continue
		}
		r, n := utf8.DecodeRuneInString(lx.src[lx.pos:])
		if !unicode.IsSpace(r) {
			return
		}
		lx.pos += n
	}
}

// tagEnd takes the closing delimiter, if it is here.
func (lx *lexer) tagEnd(what tagKind) bool {
	rest := lx.src[lx.pos:]
	switch what {
	case tagLineStatement:
		return lx.lineStatementEnd(rest)
	case tagVariable:
		return lx.variableEnd(rest)
	case tagBare:
		return false
	}
	sign := byte(0)
	if rest != "" && (rest[0] == '-' || rest[0] == '+') && strings.HasPrefix(rest[1:], lx.cfg.BlockEnd) {
		sign = rest[0]
		rest = rest[1:]
	}
	if !strings.HasPrefix(rest, lx.cfg.BlockEnd) {
		return false
	}
	lx.add(tokBlockEnd, lx.cfg.BlockEnd, lx.pos)
	lx.closeBlock(len(lx.src)-len(rest)+len(lx.cfg.BlockEnd), sign)
	return true
}

// lineStatementEnd takes the line's end, and the blank lines behind it.
func (lx *lexer) lineStatementEnd(rest string) bool {
	blanks := rest[:len(rest)-len(strings.TrimLeft(rest, " \t\v\f\n"))]
	end := strings.LastIndexByte(blanks, '\n') + 1
	if len(blanks) == len(rest) {
		end = len(rest)
	} else if end == 0 {
		return false
	}
	lx.add(tokBlockEnd, "", lx.pos)
	lx.pos += end
	lx.lineStarting = true
	return true
}

func (lx *lexer) variableEnd(rest string) bool {
	strip := strings.HasPrefix(rest, "-") && strings.HasPrefix(rest[1:], lx.cfg.VariableEnd)
	if strip {
		rest = rest[1:]
	}
	if !strings.HasPrefix(rest, lx.cfg.VariableEnd) {
		return false
	}
	lx.add(tokVarEnd, lx.cfg.VariableEnd, lx.pos)
	lx.pos = len(lx.src) - len(rest) + len(lx.cfg.VariableEnd)
	if strip {
		lx.skipSpace()
	}
	lx.lineStarting = lx.src[lx.pos-1] == '\n'
	return true
}
