package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// maxDepth bounds nesting, so that hostile text cannot exhaust the stack.
const maxDepth = 400

type parser struct {
	toks   []token
	i      int
	src    string
	depth  int
	ends   [][]string // the end tags awaited by the open blocks
	opens  []string   // the open blocks
	blocks map[string]*Block
}

// failure carries an *Error up through the parser.
type failure struct{ err *Error }

// Parse reads a template.
func Parse(text string, cfg Config) (*Template, error) {
	lx := newLexer(text, cfg)
	lx.run()
	p := &parser{toks: lx.toks, src: lx.src, blocks: map[string]*Block{}}
	var body []Stmt
	err := p.catch(func() { body = p.statements(nil) })
	if err = firstError(lx.err, err); err != nil {
		return nil, err
	}
	return &Template{Body: body, Blocks: p.blocks, Source: lx.src}, nil
}

// ParseExpr reads a bare expression. Its error for text behind the expression is "chunk after expression".
func ParseExpr(text string, cfg Config) (Expr, error) {
	lx := newLexer(text, cfg)
	lx.src = text
	lx.code(tagBare)
	lx.add(tokEOF, "", len(text))
	p := &parser{toks: lx.toks, src: text}
	var x Expr
	err := p.catch(func() {
		x = p.condExpr()
		if p.cur().kind != tokEOF {
			p.failAt(p.cur().pos, "chunk after expression")
		}
	})
	if err = firstError(lx.err, err); err != nil {
		return nil, err
	}
	return x, nil
}

// firstError prefers the mistake that stands first in the text: the lexer reads all before the parser starts.
func firstError(lex *Error, parse error) error {
	if lex == nil {
		return parse
	}
	if p, ok := parse.(*Error); ok && (p.Line < lex.Line || p.Line == lex.Line && p.Col < lex.Col) {
		return p
	}
	return lex
}

func (p *parser) catch(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			err = r.err
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

func (p *parser) failAt(pos int, format string, args ...any) {
	line, col := Position(p.src, pos)
	panic(failure{&Error{Msg: fmt.Sprintf(format, args...), Line: line, Col: col}})
}

func (p *parser) cur() token { return p.toks[p.i] }

func (p *parser) look() token {
	return p.toks[min(p.i+1, len(p.toks)-1)]
}

func (p *parser) next() token {
	t := p.toks[p.i]
	if p.i < len(p.toks)-1 {
		p.i++
	}
	return t
}

func (p *parser) isOp(op string) bool {
	t := p.toks[p.i]
	return t.kind == tokOp && t.val == op
}

func (p *parser) isName(name string) bool {
	t := p.toks[p.i]
	return t.kind == tokName && t.val == name
}

func (p *parser) skipOp(op string) bool {
	if p.isOp(op) {
		p.next()
		return true
	}
	return false
}

func (p *parser) skipName(name string) bool {
	if p.isName(name) {
		p.next()
		return true
	}
	return false
}

func (p *parser) expectOp(op string) token {
	if !p.isOp(op) {
		p.failExpected(op)
	}
	return p.next()
}

func (p *parser) expectName(name string) {
	if !p.isName(name) {
		p.failExpected(name)
	}
	p.next()
}

func (p *parser) expectKind(k kind) token {
	if p.cur().kind != k {
		p.failExpected(token{kind: k, val: kindNames[k]}.describe())
	}
	return p.next()
}

var kindNames = map[kind]string{tokName: "name"}

func (p *parser) failExpected(want string) {
	t := p.cur()
	if t.kind == tokEOF {
		p.failAt(t.pos, "unexpected end of template, expected '%s'.", want)
	}
	p.failAt(t.pos, "expected token '%s', got '%s'", want, t.describe())
}

func (p *parser) enter() {
	p.depth++
	if p.depth > maxDepth {
		p.failAt(p.cur().pos, "maximum recursion depth exceeded")
	}
}

func (p *parser) leave() { p.depth-- }

// statements reads up to one of the end tags, which stays the current token (behind its begin).
func (p *parser) statements(ends []string) []Stmt {
	p.enter()
	defer p.leave()
	if ends != nil {
		p.ends = append(p.ends, ends)
		defer func() { p.ends = p.ends[:len(p.ends)-1] }()
	}
	var body []Stmt
	for {
		t := p.cur()
		switch t.kind {
		case tokEOF:
			if ends != nil {
				p.failEOF(ends)
			}
			return body
		case tokText:
			p.next()
			body = append(body, &Text{stmtNode{At(t.pos)}, t.val})
		case tokVarBegin:
			p.next()
			x := p.tuple(tupleOptions{cond: true})
			p.expectKind(tokVarEnd)
			body = append(body, &Output{stmtNode{At(x.Pos())}, x})
		case tokBlockBegin:
			p.next()
			if p.cur().kind == tokName && slices.Contains(ends, p.cur().val) {
				return body
			}
			body = p.statement(body)
			p.expectKind(tokBlockEnd)
		default:
			p.failAt(t.pos, "unexpected '%s'", t.describe())
		}
	}
}

// body reads a block's inside: from the end of its tag to one of the end tags. With drop the end tag is taken too.
func (p *parser) body(drop bool, ends ...string) []Stmt {
	p.skipOp(":")
	p.expectKind(tokBlockEnd)
	body := p.statements(ends)
	if drop {
		p.next()
	}
	return body
}

func (p *parser) failEOF(ends []string) {
	p.failAt(p.cur().pos, "Unexpected end of template. %s", p.nesting(ends))
}

func (p *parser) failUnknownTag(t token) { p.failAt(t.pos, "%s", p.unknownTag(t.val)) }

// withoutExtension says that there is no tag of a name, for the tag that is being read.
func (p *parser) withoutExtension(name string) string {
	opens := p.opens
	defer func() { p.opens = opens }()
	p.opens = opens[:len(opens)-1]
	return p.unknownTag(name)
}

// unknownTag says that there is no tag of a name.
func (p *parser) unknownTag(name string) string {
	var looking []string
	for _, e := range p.ends {
		looking = append(looking, e...)
	}
	msg := fmt.Sprintf("Encountered unknown tag '%s'.", name)
	if len(p.ends) > 0 {
		last := p.ends[len(p.ends)-1]
		if slices.Contains(looking, name) {
			msg += " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for " +
				quotedChoice(last) + "."
		} else {
			msg += " Jinja was looking for the following tags: " + quotedChoice(last) + "."
		}
		msg += p.innermost()
	}
	return msg
}

func (p *parser) nesting(ends []string) string {
	return "Jinja was looking for the following tags: " + quotedChoice(ends) + "." + p.innermost()
}

func (p *parser) innermost() string {
	if len(p.opens) == 0 {
		return ""
	}
	return fmt.Sprintf(" The innermost block that needs to be closed is '%s'.", p.opens[len(p.opens)-1])
}

func quotedChoice(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "'" + n + "'"
	}
	return strings.Join(quoted, " or ")
}
