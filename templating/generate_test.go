package templating_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// generatorVars are the variables that generated templates use.
const generatorVars = `{"i": 42, "neg": -7, "zero": 0, "f": 2.5, "big": 123456789012345678901234567890, "s": "Hello World", "e": "",
"num": "17", "csv": "a,b,,c", "multi": "one\ntwo\n\nthree", "uni": "žluťoučký ßtraße ☃", "html": "<b>&\"'</b>", "t": true, "no": false,
"n": null, "l": [3, 1, 2], "ls": ["b", "a", "C", "a"], "le": [], "lm": [1, "a", null, true, 2.5], "nested": [[1, 2], [3, [4]]],
"d": {"b": 1, "a": {"x": [1, 2], "y": null}, "c": "text"}, "de": {}, "users": [{"name": "bob", "uid": 3, "g": ["a", "b"]},
{"name": "Al", "uid": 1, "g": [], "x": 1}, {"name": "eve", "uid": 2, "g": ["c"]}]}`

// generator writes templates from a seed: mostly ones that make sense, some that do not.
type generator struct {
	r       *rand.Rand
	ansible bool     // with Ansible's filters and tests
	locals  []string // names that statements around the place have set
	tags    tags
}

// tags are the delimiters of a generated template.
type tags struct{ blockStart, blockEnd, varStart, varEnd, commentStart, commentEnd string }

var usualTags = tags{"{%", "%}", "{{", "}}", "{#", "#}"}

func newGenerator(seed uint64, ansible bool) *generator {
	return &generator{r: rand.New(rand.NewPCG(seed, 1)), ansible: ansible, tags: usualTags}
}

func (g *generator) n(n int) int { return g.r.IntN(n) }

func (g *generator) chance(percent int) bool { return g.n(100) < percent }

func (g *generator) pick(from ...string) string { return from[g.n(len(from))] }

// plain gives what plain Jinja2 shall have, or what Ansible's language shall.
func (g *generator) plain(text, ansible string) string {
	if g.ansible {
		return ansible
	}
	return text
}

func (g *generator) sometimes(percent int, text func() string) string {
	if g.chance(percent) {
		return text()
	}
	return ""
}

func (g *generator) join(most int, sep string, item func() string) string {
	parts := make([]string, g.n(most+1))
	for i := range parts {
		parts[i] = item()
	}
	return strings.Join(parts, sep)
}

// any writes an expression of any type.
func (g *generator) any(depth int) string {
	if depth <= 0 {
		return g.atom()
	}
	if g.ansible && g.chance(25) {
		return g.ansibles(depth)
	}
	switch g.n(14) {
	case 0, 1, 2:
		return g.number(depth)
	case 3, 4, 5, 6:
		return g.text(depth)
	case 7, 8:
		return g.list(depth)
	case 9:
		return g.dict(depth)
	case 10:
		return g.boolean(depth)
	case 11:
		return g.undefined()
	case 12:
		return g.inlineIf(depth, g.any)
	default:
		return g.mixed(depth)
	}
}

func (g *generator) atom() string {
	switch g.n(8) {
	case 0:
		return g.integer()
	case 1:
		return g.float()
	case 2, 3:
		return g.literal()
	case 4:
		return g.pick("true", "false", "none", "True", "None", "n", "t", "no")
	case 5:
		return g.pick("l", "ls", "le", "lm", "nested", "d", "de", "users", "[1, 'a']", "{'k': 1}", "(1, 2)", "()", "(1,)", "[]", "{}")
	case 6:
		return g.undefined()
	default:
		return g.name("i", "neg", "f", "s", "num", "csv", "uni", "html", "e", "zero", "big")
	}
}

// name gives a variable: one of those given or one that a statement has set.
func (g *generator) name(from ...string) string {
	if len(g.locals) > 0 && g.chance(30) {
		return g.locals[g.n(len(g.locals))]
	}
	return g.pick(from...)
}

func (g *generator) integer() string {
	return g.pick("0", "1", "2", "3", "7", "10", "-1", "-3", "42", "255", "1000000", "0x1f", "0b101", "0o17", "1_000", "12345678901234567890", "-98765432109876543210")
}

func (g *generator) float() string {
	return g.pick("0.0", "1.0", "0.5", "-2.5", "1.5", "3.14159", "1e16", "1e15", "1e-5", "0.0001", "1e22", "1.5e300", "0.1", "2.675", "100.0", "-0.0", "1_0.5", "123456789.123456789")
}

func (g *generator) literal() string {
	return g.pick("''", "'a'", "'abc'", "'Hello World'", `"it's"`, `'say "hi"'`, "'x y  z'", "'42'", "' 3.7 '", "'-17'", "'0x1A'", "'ünï'", "'<b>&'",
		"'a,b,,c'", `'one\ntwo'`, `'tab\there'`, `'\\d+'`, `'\x41\u00e9'`, "'ABC'", "'abc' 'def'", "'%s'", "'{}'", "'True'", "'1.5e3'", "'/etc/nginx/nginx.conf'", "'the quick brown fox jumps over the lazy dog'")
}

func (g *generator) undefined() string {
	return g.pick("nope", "nope", "nope.a", "nope.a.b", "nope['x']", "d.zz", "d['zz']", "l[9]", "s.zz", "d.a.q", "i.foo", "n.x", "(1 if false)", "users[7].name", "l['x']", "n.a", "d.b.c.d")
}

func (g *generator) inlineIf(depth int, then func(int) string) string {
	if g.chance(20) {
		return fmt.Sprintf("(%s if %s)", then(depth-1), g.boolean(depth-1))
	}
	return fmt.Sprintf("(%s if %s else %s)", then(depth-1), g.boolean(depth-1), then(depth-1))
}

// mixed writes what may make sense with any operands.
func (g *generator) mixed(depth int) string {
	a, b := g.any(depth-1), g.any(depth-1)
	switch g.n(9) {
	case 0:
		return a + " ~ " + b
	case 1:
		return fmt.Sprintf("(%s) %s (%s)", a, g.pick("+", "-", "*", "/", "//", "%"), b)
	case 2:
		return fmt.Sprintf("%s %s %s", a, g.pick("and", "or"), b)
	case 3:
		return fmt.Sprintf("(%s)[%s]", a, g.pick("-1", "1", "'a'", "9", "1:", ":2", "::-1", g.plain("0", "1"), g.plain("none", "'b'"), g.plain("b", "i"), "1.0", "true"))
	case 4:
		return fmt.Sprintf("(%s) | %s", a, g.pick("default('x')", "d(1)", "default(1, true)", "default('y', boolean=true)", "string", "length", "list", "first", "last", "int", "float", "upper", "join(',')", "sort", "e", "safe", "tojson", "pprint", "abs", "wordcount", "title", "unique | list", "count", "reverse | list", "sum", "min", "max"))
	case 5:
		return fmt.Sprintf("(%s).%s", a, g.pick("a", "b", "x", "name", "items()", "keys() | list", "upper()", "real", "imag", "get('a')", "index(1)", "count('a')", "copy()"))
	case 6:
		return fmt.Sprintf("[%s, %s]", a, b)
	case 7:
		return fmt.Sprintf("(%s) in (%s)", a, b)
	default:
		return fmt.Sprintf("(%s) %s (%s)", a, g.pick("==", "!=", "<", ">=", ">"), b)
	}
}

func (g *generator) number(depth int) string {
	if depth <= 0 {
		if g.chance(40) {
			return g.float()
		}
		if g.chance(40) {
			return g.name("i", "neg", "f", "zero", "big")
		}
		return g.integer()
	}
	d := depth - 1
	switch g.n(10) {
	case 0, 1, 2:
		return fmt.Sprintf("%s %s %s", g.number(d), g.pick("+", "-", "*", "/", "//", "%"), g.number(d))
	case 3:
		return fmt.Sprintf("(%s)", g.number(depth-1))
	case 4:
		if g.chance(30) { // a negative number to a fraction is complex, down to the last digits of the C library's sine
			return fmt.Sprintf("(%s ** %s)", g.pick("2", "10", "f", "0.3", "i", "1e10"), g.pick("0.5", "-0.5", "0.1", "1.5", "(1 / 3)"))
		}
		return fmt.Sprintf("%s ** %s", g.pick("2", "-2", "10", "f", "neg", "0.5", "i", "-1", "0"), g.pick("2", "0", "10", "-1", "-2", "3", "2 ** 2"))
	case 5:
		return g.pick("-", "+", "- -", "-(", "+(")[:1] + "(" + g.number(d) + ")"
	case 6:
		return fmt.Sprintf("(%s) | %s", g.number(d), g.pick("abs", "int", "float", "round", "round(1)", "round(2, 'floor')", "round(method='ceil')", "round(-1)", "string", "int(7)", "filesizeformat", "filesizeformat(true)"))
	case 7:
		return fmt.Sprintf("(%s) | %s", g.text(d), g.pick("length", "int", "float", "int(5)", "int(base=16)", "int(0, 8)", "float(1.5)", "wordcount", "count"))
	case 8:
		return fmt.Sprintf("(%s) | %s", g.numbers(d), g.pick("sum", "min", "max", "first", "last", "length", "sum(start=5)"))
	default:
		return fmt.Sprintf("(%s).%s", g.text(d), g.pick("find('o')", "count('a')", "rfind('o')", "index('a')", "rindex('a')", "find('a', 1)", "count('l', 1, -1)"))
	}
}

func (g *generator) numbers(depth int) string {
	if depth <= 0 || g.chance(40) {
		return g.pick("l", "[1, 2.5, -3]", "range(5)", "range(1, 10, 3)", "range(5, 0, -2)", "[i, neg]", "[]", "le", "[3, true, 2]")
	}
	return fmt.Sprintf("[%s]", g.join(4, ", ", func() string { return g.number(depth - 1) }))
}

func (g *generator) text(depth int) string {
	if depth <= 0 {
		if g.chance(50) {
			return g.name("s", "e", "num", "csv", "multi", "uni", "html")
		}
		return g.literal()
	}
	d := depth - 1
	switch g.n(12) {
	case 0:
		return g.text(d) + " ~ " + g.any(d)
	case 1:
		return g.text(d) + " + " + g.text(d)
	case 2:
		return fmt.Sprintf("(%s) * %s", g.text(d), g.pick("2", "0", "3", "-1", "true", "f", "n"))
	case 3, 4:
		return fmt.Sprintf("(%s) | %s", g.text(d), g.textFilter(d))
	case 5, 6:
		return fmt.Sprintf("(%s).%s", g.text(d), g.textMethod(d))
	case 7:
		return fmt.Sprintf("(%s)[%s]", g.text(0), g.slice())
	case 8:
		return g.percent(d)
	case 9:
		return g.format(d)
	case 10:
		return fmt.Sprintf("(%s) | join(%s)", g.list(d), g.pick("", "', '", "'-'", "i", "', ', attribute='name'", "d='|'"))
	default:
		return g.inlineIf(depth, g.text)
	}
}

func (g *generator) slice() string {
	bound := func() string {
		return g.pick("", "", "0", "1", "2", "-1", "-2", "5", "100", "-100", "i", "none", "true")
	}
	text := bound() + ":" + bound()
	if g.chance(50) {
		text += ":" + g.pick("", "1", "2", "-1", "-2", "0", "none", "3")
	}
	return text
}

func (g *generator) textFilter(depth int) string {
	return g.pick("upper", "lower", "capitalize", "title", "trim", "trim('Hd')", "string", "e", "escape", "safe", "safe | e", "forceescape", "striptags",
		"replace('l', 'L')", "replace('o', '0', 1)", "replace('', '-')", "truncate(5)", "truncate(9, true)", "truncate(9, false, '..')", "truncate(5, true, '', 0)", "truncate(length=3, leeway=2)",
		"indent", "indent(2)", "indent(2, true)", "indent('> ', true, true)", "indent(width=1, blank=true)", "wordwrap(5)", "wordwrap(8, false)", "wordwrap(6, wrapstring='|')", "wordwrap(4, break_on_hyphens=false)",
		"center(20)", "center(3)", "urlencode", "urlize", "urlize(10, true)", "tojson", "tojson(2)", "reverse | list | join", "first", "last", "list", "length", "default('x', true)",
		"format(1)", "format('a', 'b')", "pprint", "xmlattr", "wordcount | string", "list | join('.')", "attr('upper')()", "batch(3) | list", "slice(2) | list", "select('in', 'aeiou') | list",
		"upper | lower", "map('upper') | join", "batch(2, '*') | map('join') | list", "sort | join", "unique | join", "unique(true) | list", "filesizeformat", "round", "abs", "int", "float", "items | list",
		"sort(reverse="+g.boolean(depth)+") | list")
}

func (g *generator) textMethod(depth int) string {
	return g.pick("upper()", "lower()", "title()", "capitalize()", "swapcase()", "casefold()", "strip()", "strip('Ha')", "lstrip('H')", "rstrip('d')", "lstrip()", "rstrip(none)",
		"split()", "split(',')", "split('o', 1)", "split(none, 1)", "split(maxsplit=1)", "split(sep='l')", "rsplit(',', 1)", "rsplit(none, 1)", "splitlines()", "splitlines(true)", "splitlines(keepends=true)", "partition('o')", "rpartition('o')", "partition(',')",
		"replace('l', 'L')", "replace('a', '', 1)", "replace('', '-', 3)", "startswith('H')", "startswith(('a', 'H'))", "endswith('d')", "endswith('', 100)", "startswith('e', 1)", "find('l')", "find('l', -3)", "rfind('l', 0, 5)", "index('zz')",
		"count('l')", "count('')", "center(15)", "center(15, '*')", "ljust(8, '.')", "rjust(8, '.')", "zfill(8)", "zfill(0)", "expandtabs()", "expandtabs(4)", "expandtabs(0)",
		"isdigit()", "isalpha()", "isalnum()", "isupper()", "islower()", "istitle()", "isspace()", "isdecimal()", "isnumeric()", "isidentifier()", "isascii()", "isprintable()",
		"join(['a', 'b'])", "join('xyz')", "join([1])", "removeprefix('He')", "removesuffix('ld')", "encode('utf-8').decode()", "format()", "format(1)", "translate({97: 'b'})", "translate({97: none})", "zfill(-1)", "zfill('a')",
		"nope()", "split('')", "upper(1)", "join("+g.list(depth)+")", "count("+g.text(depth)+")", "replace("+g.text(0)+", "+g.text(0)+")", "split("+g.text(0)+")", "strip("+g.text(0)+")")
}

// percent writes a % b with text on the left.
func (g *generator) percent(depth int) string {
	if g.chance(20) {
		return fmt.Sprintf("'%%(a)%s|%%(b)s' %% {'a': %s, 'b': %s}", g.conversion(), g.any(depth), g.any(depth))
	}
	n := 1 + g.n(2)
	var text string
	var args []string
	for range n {
		text += g.pick("", "x", " ", "%%", "é") + "%" + g.conversion()
		args = append(args, g.pick(g.number(depth), g.number(depth), g.any(depth)))
	}
	if n == 1 && g.chance(50) {
		return fmt.Sprintf("'%s' %% (%s)", text, args[0])
	}
	return fmt.Sprintf("'%s' %% (%s,)", text, strings.Join(args, ", "))
}

func (g *generator) conversion() string {
	return g.pick("", "", "0", "-", "+", " ", "#", "05", "-8", "+08", "#0") + g.pick("", "", "3", "10", "") + g.pick("", "", ".2", ".0", ".10", ".") +
		g.pick("s", "d", "i", "f", "r", "x", "X", "o", "e", "g", "G", "c", "u", "E", "a", "F", "s", "d", "q")
}

// format writes a call of str.format.
func (g *generator) format(depth int) string {
	spec := g.pick("", "", ":>8", ":<8", ":^9", ":*^9", ":05", ":05d", ":.2f", ":,", ":_", ":+d", ":x", ":#x", ":b", ":#o", ":e", ":g", ":.3g", ":%", ":.1%", ":s", ":.3", ":>10.2f", ":c", ":n", ": d", "!r", "!s", "!r:>10", "!a", ":,.2f", ":=+8d", ":<08", ":{w}", ":q", ":010.3e", ":-^+10")
	field := g.pick("", "0", "a", "0", "", "0[0]", "a[b]", "0.x", "2", "a.real", "0.__class__")
	text := g.pick("", "x", "{{}}", "é ") + "{" + field + spec + "}"
	if g.chance(30) {
		text += "-{}"
	}
	return fmt.Sprintf("'%s'.format(%s, %s, a=%s, w=7)", strings.ReplaceAll(text, "{{}}", "{ {}}"[:0]), g.pick(g.number(depth), g.text(depth), g.any(depth)), g.any(depth), g.any(0))
}

func (g *generator) list(depth int) string {
	if depth <= 0 {
		return g.name("l", "ls", "le", "lm", "nested", "users", "[1, 2, 3]", "['a', 'b']", "(1, 2)", "range(4)", "'abc'")
	}
	d := depth - 1
	switch g.n(12) {
	case 0:
		return fmt.Sprintf("[%s]", g.join(4, ", ", func() string { return g.any(d) }))
	case 1:
		return fmt.Sprintf("(%s,)", g.any(d))
	case 2:
		return fmt.Sprintf("(%s) + (%s)", g.list(d), g.list(d))
	case 3:
		return fmt.Sprintf("(%s) * %s", g.list(d), g.pick("2", "0", "1", "true"))
	case 4:
		return fmt.Sprintf("(%s)[%s]", g.list(0), g.slice())
	case 5, 6, 7:
		return fmt.Sprintf("(%s) | %s", g.list(d), g.listFilter(d))
	case 8:
		return fmt.Sprintf("users | %s", g.pick("map(attribute='name') | list", "map(attribute='x', default='none') | list", "selectattr('uid', 'gt', 1) | list", "rejectattr('x', 'defined') | map(attribute='name') | list", "selectattr('g') | list",
			"groupby('uid') | list", "groupby('uid')", "groupby('x', default=0) | map('first') | list", "sort(attribute='name') | list", "sort(attribute='name', case_sensitive=true)", "sort(reverse=true, attribute='uid')", "sort(attribute='uid,name')", "sum(attribute='uid')",
			"map('length') | list", "map(attribute='g.0') | list", "max(attribute='uid')", "min(attribute='name')", "unique(attribute='uid') | list", "selectattr('name', 'equalto', 'bob') | list", "map(attribute='nope') | list", "rejectattr('name', 'in', ['bob']) | list", "sort", "selectattr('name', 'nope') | list", "map('nope') | list", "join(', ', attribute='name')"))
	case 9:
		return fmt.Sprintf("(%s) | dictsort%s", g.dict(d), g.pick("", "(true)", "(by='value')", "(reverse=true)", "(false, 'key', true)"))
	case 10:
		return fmt.Sprintf("(%s).%s", g.dict(d), g.pick("items() | list", "keys() | list", "values() | list", "items()", "keys()", "values()", "keys() | sort"))
	default:
		return fmt.Sprintf("(%s).split(%s)", g.text(d), g.pick("", "','", "'o'"))
	}
}

func (g *generator) listFilter(depth int) string {
	return g.pick("list", "sort", "sort(true)", "sort | list", "reverse | list", "unique | list", "first", "last", "length", "join", "join(',')", "map('string') | list", "map('upper') | list", "map('int') | list", "map('default', 0) | list", "map('abs') | list",
		"select | list", "reject | list", "select('odd') | list", "reject('none') | list", "select('string') | list", "select('defined') | list", "select('in', [1, 2]) | list", "select('number') | list", "select('equalto', 1) | list", "select('gt', 1) | list",
		"batch(2) | list", "batch(2, 'x') | list", "slice(2) | list", "slice(3, 'y') | list", "sum", "sum(start=1)", "min", "max", "tojson", "tojson(indent=2)", "pprint", "string", "list | string | length", "map('first') | list", "map('length') | list", "map('join', '-') | list", "map('replace', 'a', 'b') | list",
		"items | list", "batch(0) | list", "slice(0) | list", "map('nope') | list", g.plain("map()", "map('string')")+" | list", "select('nope') | list", "groupby(0) | length", "map(attribute=0) | list", "default([])", "xmlattr", "urlencode", "count", "wordcount", "map('format', 1) | list", "map(attribute='upper') | list | length", "sort(reverse=true)", "map('round', "+g.number(0)+") | list", "select('eq', "+g.any(depth)+") | list")
}

func (g *generator) dict(depth int) string {
	if depth <= 0 {
		return g.name("d", "de", "d.a", "users[0]", "{'a': 1}", "dict(a=1, b=2)", "dict([('x', 1)])", "{}")
	}
	pair := func() string {
		return g.pick("'a'", "'b'", "'c'", "1", "none", "true", "'1'", "(1, 2)", "1.0", "i", "s", "'k'") + ": " + g.any(depth-1)
	}
	switch g.n(5) {
	case 0, 1:
		return "{" + g.join(4, ", ", pair) + "}"
	case 2:
		return fmt.Sprintf("dict(%s, z=%s)", g.dict(depth-1), g.any(depth-1))
	case 3:
		return fmt.Sprintf("(%s) | %s", g.dict(depth-1), g.pick("list", "length", "items | list", "tojson", "pprint", "xmlattr", "urlencode", "string", "dictsort", "first", "join", "sort", "map('upper') | list", "default({})", "tojson(indent=1)", "xmlattr(false)", "max", "reverse | list"))
	default:
		return fmt.Sprintf("(%s).%s", g.dict(depth-1), g.pick("get('a')", "get('zz')", "get('zz', 1)", "get(1)", "get([])", "get()", "items() | list", "keys() | list", "values() | list", "copy()", "pop('a')", "pop('zz', 5)", "pop('zz')", "setdefault('q', 1)", "update({'q': 2})", "a", "b", "clear()", "popitem()", "nope", "update(z=1)", "items().nope"))
	}
}

func (g *generator) boolean(depth int) string {
	if depth <= 0 {
		return g.name("t", "no", "true", "false", "1 == 1", "l", "le", "n", "i > 40", "'a' in ls", "nope is defined")
	}
	d := depth - 1
	switch g.n(10) {
	case 0:
		return fmt.Sprintf("%s %s %s", g.number(d), g.comparison(), g.number(d))
	case 1:
		return fmt.Sprintf("%s %s %s %s %s", g.number(d), g.comparison(), g.number(d), g.comparison(), g.number(d))
	case 2:
		return fmt.Sprintf("%s %s %s", g.text(d), g.comparison(), g.text(d))
	case 3:
		return fmt.Sprintf("%s %s %s", g.any(d), g.pick("in", "not in"), g.pick(g.list(d), g.dict(d), g.text(d)))
	case 4:
		return "not " + g.boolean(d)
	case 5:
		return fmt.Sprintf("(%s %s %s)", g.boolean(d), g.pick("and", "or"), g.boolean(d))
	case 6, 7:
		return fmt.Sprintf("(%s) is %s%s", g.any(d), g.pick("", "", "not "), g.test(d))
	case 8:
		return fmt.Sprintf("%s == %s", g.any(d), g.any(d))
	default:
		return fmt.Sprintf("%s %s %s", g.list(d), g.comparison(), g.list(d))
	}
}

func (g *generator) comparison() string { return g.pick("==", "!=", "<", "<=", ">", ">=") }

func (g *generator) test(depth int) string {
	return g.pick("defined", "undefined", "none", "number", "string", "mapping", "sequence", "iterable", "boolean", "integer", "float", "true", "false", "callable", "lower", "upper", "odd", "even", "escaped",
		"divisibleby 2", "divisibleby(3)", "sameas none", "sameas(true)", "in [1, 'a']", "in(l)", "eq 1", "ne(1)", "gt 1", "lt(2)", "ge(1)", "le 1", "equalto 'a'", "greaterthan(1)", "lessthan 3", "nope", "== 1", "!= none", "divisibleby 0",
		"eq "+g.number(0), g.pick(g.plain("filter", "none"), g.plain("test", "none")), "in "+g.list(0), "sameas("+g.any(depth)+")")
}

// template writes statements.
func (g *generator) template(depth int) string {
	var b strings.Builder
	for range 1 + g.n(4) {
		b.WriteString(g.statement(depth))
	}
	return b.String()
}

func (g *generator) words() string {
	return g.pick("", "x", " ", "\n", "text ", "  \n  ", "\n\n", "a\r\nb", "\t", "é", "{ %", "} }", "line\n")
}

func (g *generator) print(depth int) string {
	return g.tags.varStart + g.pick(" ", " ", "- ", "+ ", "") + "(" + g.any(depth) + ")" + g.pick(" ", " ", " -", " +", "") + g.tags.varEnd
}

func (g *generator) tag(format string, args ...any) string {
	return g.tags.blockStart + g.pick(" ", " ", " ", "- ", "+ ", "") + fmt.Sprintf(format, args...) + g.pick(" ", " ", " ", " -", " +", "") + g.tags.blockEnd
}

// inner writes the statements inside a tag; what they set, and the names given, are known there only.
func (g *generator) inner(depth int, names ...string) string {
	saved := g.locals
	g.locals = append(append([]string(nil), saved...), names...)
	text := g.words() + g.template(depth-1) + g.words()
	g.locals = saved
	return text
}

func (g *generator) local() string { return g.pick("v1", "v2", "v3", "i", "s", "l") }

func (g *generator) statement(depth int) string {
	if depth <= 0 || g.chance(30) {
		return g.words() + g.print(2) + g.words()
	}
	switch g.n(18) {
	case 0, 1, 2:
		return g.forLoop(depth)
	case 3, 4:
		return g.ifStatement(depth)
	case 5, 6:
		return g.set(depth)
	case 7:
		name := g.local()
		text := g.tag("set %s%s", name, g.sometimes(30, func() string { return " | " + g.pick("upper", "trim", "length", "trim | upper") })) + g.inner(depth) + g.tag("endset")
		g.locals = append(g.locals, name)
		return text
	case 8:
		return g.macro(depth)
	case 9:
		return g.tag("filter %s", g.pick("upper", "trim", "indent(2)", "replace('a', 'b')", "escape", "upper | trim", "nope")) + g.inner(depth) + g.tag("endfilter")
	case 10:
		a, b := g.local(), g.local()
		return g.tag("with %s = %s, %s = %s", a, g.any(1), b, g.any(1)) + g.inner(depth, a, b) + g.tag("endwith")
	case 11:
		return g.tag("autoescape %s", g.pick("true", "false", "t", "no")) + g.inner(depth) + g.tag("endautoescape")
	case 12:
		return g.tag("raw") + g.pick("{{ x }}", "{% if %}", " text ", "\n") + g.tag("endraw")
	case 13:
		return g.tags.commentStart + g.pick("", "-") + " comment " + g.pick("{{ x }}", "\n", "") + g.pick("", "-") + g.tags.commentEnd
	case 14:
		if g.ansible { // no template of a playbook has the extension
			return g.tag("set _ = %s", g.pick("l.append(9)", "d.update({'q': 1})", "ls.sort()", "lm.pop()", "l.insert(0, 5)"))
		}
		return g.tag("do %s", g.pick("l.append(9)", "d.update({'q': 1})", "nope", "ls.sort()", "lm.pop()", "l.extend([7])", "l.insert(0, 5)", "l.remove(3)", "ls.reverse()", "d.pop('b')"))
	case 15:
		return g.pick("", "", g.tag("block b%d%s", g.n(1000000), g.pick("", "", " scoped"))+g.inner(depth)+g.tag("endblock"))
	case 16:
		return g.namespace(depth)
	default:
		return g.include()
	}
}

func (g *generator) forLoop(depth int) string {
	target, names := "x", []string{"x", "loop.index", "loop.first", "loop.last", "loop.length", "loop.revindex0", "loop.previtem", "loop.nextitem", "loop.cycle('a', 'b')", "loop.changed(x)", "loop.depth"}
	iterable := g.list(1)
	switch g.n(6) {
	case 0:
		target, names, iterable = "k, v", []string{"k", "v", "loop.index0"}, g.dict(1)+g.pick(".items()", "| dictsort", "| items")
	case 1:
		return g.recursive()
	case 2:
		target = g.local()
		names = []string{target, "loop.index"}
	}
	jump := g.sometimes(15, func() string {
		return g.tag("if %s", g.boolean(1)) + g.plain(g.tag("%s", g.pick("break", "continue")), "x") + g.tag("endif")
	})
	return g.tag("for %s in %s%s", target, iterable, g.sometimes(20, func() string { return " if " + g.boolean(1) })) + jump + g.inner(depth, names...) +
		g.sometimes(30, func() string { return g.tag("else") + g.inner(depth) }) + g.tag("endfor")
}

func (g *generator) recursive() string {
	return g.tag("for x in %s recursive", g.pick("nested", "[[1, [2]], [3]]", "users", "l")) + g.pick("[", "{{ loop.depth }}", "{{ loop.index0 }}:") +
		g.pick("{{ loop(x) if x is iterable and x is not string and x is not mapping else x }}", "{{ loop(x.g) if x is mapping }}", "{{ x }}", "{% if x is sequence and x is not string %}{{ loop(x) | upper }}{% endif %}") + "]" + g.tag("endfor")
}

func (g *generator) ifStatement(depth int) string {
	return g.tag("if %s", g.boolean(1)) + g.inner(depth) + g.sometimes(30, func() string { return g.tag("elif %s", g.boolean(1)) + g.inner(depth) }) +
		g.sometimes(40, func() string { return g.tag("else") + g.inner(depth) }) + g.tag("endif")
}

func (g *generator) set(int) string {
	a, b := g.local(), g.local()
	defer func() { g.locals = append(g.locals, a) }()
	if a != b && g.chance(20) {
		return g.tag("set %s, %s = %s", a, b, g.pick("1, 2", "[3, 4]", "'xy'", "l", "d", "(i, s)", "none"))
	}
	return g.tag("set %s = %s", a, g.any(2))
}

func (g *generator) namespace(depth int) string {
	return g.tag("set ns = namespace(a=%s)", g.any(1)) + g.tag("for x in l") + g.tag("set ns.a = %s", g.pick("x", "ns.a ~ x", "loop.index", g.any(1))) + g.inner(depth, "ns.a", "x") + g.tag("endfor") + "{{ ns.a }}"
}

func (g *generator) macro(depth int) string {
	name := "m" + strconv.Itoa(g.n(3))
	params := g.pick("", "a", "a, b", "a, b=2", "a=1, b=a", "s='x'", "a, b=none")
	text := g.tag("macro %s(%s)", name, params) + g.inner(depth, "a", "b", "varargs", "kwargs", "s") + g.sometimes(20, func() string { return "{{ caller() }}" }) + g.tag("endmacro")
	args := g.pick("", "1", "1, 2", "b=3", "a='q'", "1, 2, 3", "zz=1", "*[1, 2]", "**{'a': 1}", "i, *l")
	if g.chance(30) {
		return text + g.tag("call%s %s(%s)", g.pick("", "(q)"), name, args) + g.inner(depth-1, "q") + g.tag("endcall")
	}
	return text + g.tags.varStart + " " + name + "(" + args + ")" + g.pick("", " | upper", "", " | length") + " " + g.tags.varEnd
}

// include writes a use of one of generatorTemplates.
func (g *generator) include() string {
	if g.ansible {
		return ""
	}
	return g.pick("{% include 'part' %}", "{% include ['nope', 'part'] %}", "{% include 'nope' ignore missing %}", "{% include 'nope' %}", "{% import 'lib' as lib %}{{ lib.hello('x') }}{{ lib.v }}",
		"{% import 'lib' as lib with context %}{{ lib.hello(1) }}{{ lib.show() }}", "{% from 'lib' import hello, v as w %}{{ hello(s) }}{{ w }}", "{% from 'lib' import show with context %}{{ show() }}", "{% from 'lib' import show %}{{ show() }}", "{% from 'lib' import nope %}{{ nope }}",
		"{% from 'lib' import nope as q %}{{ q is defined }}", "{% include nope %}", "{% include [] %}", "{% set s = 'inner' %}{% include 'part' %}", "{% for i in [1] %}{% include 'part' %}{% endfor %}", "{{ self }}"[:0])
}

// generatorTemplates are what include writes about.
var generatorTemplates = map[string]string{
	"part":  "<part {{ i }} {{ s }} {{ v1 }}>",
	"lib":   "{% macro hello(n) %}hello {{ n }}{% endmacro %}{% macro show() %}{{ i }}{{ s }}{% endmacro %}{% set v = 5 %}{% set _hidden = 1 %}",
	"base":  "<{% block head %}base {{ i }}{% endblock %}|{% for x in l %}{% block row scoped %}{{ x }}{% endblock %}{% endfor %}|{% block foot required %}{% endblock %}>",
	"base2": "{% extends 'base' %}{% set v1 = 'two' %}{% block foot %}foot2 {{ self.head() }}{% endblock %}",
}

// child writes a template that extends another.
func (g *generator) child() string {
	block := func(name string) string {
		return g.sometimes(60, func() string {
			return g.tag("block %s", name) + g.inner(1) + g.pick("", "{{ super() }}", "{{ super.super() }}", "{{ v1 }}", "{{ x }}") + g.tag("endblock%s", g.pick("", " "+name))
		})
	}
	return g.sometimes(30, func() string { return g.set(1) }) + g.tag("extends %s", g.pick("'base'", "'base2'", "'base2'", "'nope'", "nope")) + g.words() + g.sometimes(30, func() string { return g.set(1) }) +
		block("head") + block("row") + block("foot")
}

// ansibles writes a use of what only Ansible's language has.
func (g *generator) ansibles(depth int) string {
	d := depth - 1
	switch g.n(9) {
	case 0:
		return g.pick("tmpl", "words", "lt", "chain", "dt.a", "dt.b", "und", "dt.u", "om", "lo", "lt[0]", "dt", "lt | length", "und | default('u')", "dt.u | default(1)", "omit", "dt['a'][0]")
	case 1:
		return fmt.Sprintf("(%s) | %s", g.text(0), g.pick("bool", "b64encode", "b64encode | b64decode", "quote", "basename", "dirname", "splitext", "win_basename", "regex_replace('l+', 'L')", "regex_replace('(.)o', '\\\\1x')", "regex_search('[a-z]+')",
			"regex_search('(l)(o)', '\\\\1', '\\\\2')", "regex_findall('[a-z]o')", "regex_escape", "hash('sha1')", "md5", "checksum", "sha1", "to_json", "from_json", "from_yaml", "to_yaml", "to_nice_json", "comment", "comment('xml')", "split", "split(',')", "urlsplit", "urlsplit('path')", "to_uuid", "type_debug", "human_to_bytes", "expanduser", "ternary('a', 'b')", "mandatory", "path_join", "password_hash('sha256', 'salt')[:4]", "urldecode", "strftime", "splitext | list", "from_yaml_all | list", "normpath"))
	case 2:
		return fmt.Sprintf("(%s) | %s", g.list(d), g.pick("flatten", "flatten(levels=1)", "zip([1, 2]) | list", "zip_longest([1], fillvalue='x') | list", "product([1, 2]) | list", "to_json", "to_yaml", "to_nice_yaml", "to_nice_json", "min", "max", "intersect([1, 'a'])",
			"difference([1])", "unique", "shuffle(seed=1)", "type_debug", "ternary(1, 2)", "join", "bool", "subelements('g', skip_missing=true)", "items2dict", "extract([1, 2, 3, 4])", "quote", "mandatory", "rekey_on_member('name')", "list | unique | length"))
	case 3:
		return fmt.Sprintf("(%s) | %s", g.dict(d), g.pick("combine({'a': 2})", "combine({'a': {'z': 1}}, recursive=true)", "combine({'a': [1]}, list_merge='append')", "dict2items", "dict2items(key_name='k', value_name='v')", "dict2items | items2dict", "to_json", "to_yaml", "to_nice_yaml", "to_nice_json(sort_keys=false)", "to_json(indent=2)", "type_debug", "list | length", "combine", "combine(de, d)", "items2dict", "bool"))
	case 4:
		return fmt.Sprintf("(%s) is %s", g.text(0), g.pick("match('H')", "search('l+')", "regex('W')", "match('h', ignorecase=true)", "version('1.0', '>')", "version('2', 'lt', strict=true)", "contains('l')", "truthy", "falsy", "truthy(convert_bool=true)", "in ls", "url", "abs", "file", "vault_encrypted", "uri", "search('^w', multiline=true)"))
	case 5:
		return fmt.Sprintf("(%s) is %s", g.pick("l", "ls", "le", "[1, 2, 3]", "lm"), g.pick("subset([1, 2, 3])", "superset([1])", "contains(1)", "all", "any", "truthy", "falsy", "issubset(l)", "issuperset(le)"))
	case 6:
		return fmt.Sprintf("(%s) | %s", g.number(d), g.pick("log", "log(10)", "pow(2)", "root", "root(3)", "human_readable", "human_readable(true)", "bool", "to_json", "to_yaml", "ternary('y', 'n', 'none')", "type_debug", "random(seed=3)", "string | bool", "quote", "hash", "b64encode"))
	case 7:
		return g.pick("query('list', l)", "lookup('list', l)", "lookup('vars', 's')", "lookup('vars', 'nope', default='x')", "lookup('dict', de)", "query('sequence', 'count=3')", "q('items', nested)", "query('subelements', users, 'g')")
	default:
		return fmt.Sprintf("(%s) | %s", g.any(d), g.pick("to_json", "to_yaml", "bool", "type_debug", "ternary('a', 'b')", "default(omit)", "default('d')", "mandatory", "to_nice_yaml", "string", "from_json", "combine({})", "flatten", "b64encode", "regex_replace('a', 'b')", "int", "dict2items", "length"))
	}
}
