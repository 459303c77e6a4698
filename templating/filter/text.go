package filter

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/method"
	"github.com/goplay/goplay/templating/value"
)

func textRows() []row {
	return []row{
		{name: "capitalize", run: onText(method.Capitalize)},
		{name: "center", params: "width=80", run: center},
		{name: "default", params: "default_value='', boolean=False", run: defaultFilter, undef: true, keeps: true},
		{name: "format", params: "*args, **kwargs", run: formatFilter},
		{name: "indent", params: "width=4, first=False, blank=False", run: indent},
		{name: "lower", run: onText(strings.ToLower)},
		{name: "pprint", run: pprint},
		{name: "replace", params: "old, new, count=None", run: replace},
		{name: "string", run: toString, keeps: true},
		{name: "title", run: onText(title)},
		{name: "trim", params: "chars=None", run: trim},
		{name: "truncate", params: "length=255, killwords=False, end='...', leeway=None", run: truncate, keeps: true},
		{name: "upper", run: onText(method.Upper)},
		{name: "wordcount", run: wordcount},
		{name: "wordwrap", params: "width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True", run: wordwrap},
	}
}

// onText makes a filter of a function on text. Markup stays Markup.
func onText(f func(string) string) run {
	return func(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
		t, err := text(s, in)
		if err != nil {
			return nil, err
		}
		return like(in, f(t)), nil
	}
}

// like gives text of the same kind as another value.
func like(v value.Value, t string) value.Value {
	if _, ok := v.(value.Markup); ok {
		return value.Markup(t)
	}
	return value.String(t)
}

func center(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	r, _, err := method.Call(like(in, t), "center", a, nil)
	return r, err
}

func defaultFilter(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if u, ok := in.(*value.Undefined); ok && !(u.Silent && s.Env.Ansible) {
		if u.Err != nil {
			return nil, u.Err
		}
		return a[0], nil
	}
	if a[1].Truth() && !in.Truth() {
		return a[0], nil
	}
	return in, nil
}

func formatFilter(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	pos, kw := a[0].(value.Tuple), a[1].(*value.Dict)
	if len(pos) > 0 && kw.Len() > 0 {
		return nil, value.Errorf("FilterArgumentError", "can't handle positional and keyword arguments at the same time")
	}
	var args value.Value = pos
	if kw.Len() > 0 {
		args = kw
	}
	return s.Percent(like(in, t), args)
}

func indent(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if err := s.Use(in); err != nil {
		return nil, err
	}
	t, ok := value.Text(in)
	if _, isList := in.(*value.List); isList {
		return nil, value.Errorf("AttributeError", "'list' object has no attribute 'splitlines'")
	}
	if !ok {
		return nil, value.TypeError("unsupported operand type(s) for +=: '%s' and 'str'", in.Type())
	}
	pad, isText := value.Text(a[0])
	if !isText {
		n, err := intArg(a[0])
		if err != nil {
			return nil, err
		}
		if err := eval.CheckText(max(n, 0)); err != nil {
			return nil, err
		}
		pad = strings.Repeat(" ", max(0, n))
	}
	lines := method.Lines(t+"\n", false)
	if err := eval.CheckText(len(t) + len(lines)*len(pad)); err != nil {
		return nil, err
	}
	for i, l := range lines {
		if i > 0 && (l != "" || a[2].Truth()) {
			lines[i] = pad + l
		}
	}
	r := strings.Join(lines, "\n")
	if a[1].Truth() {
		r = pad + r
	}
	return like(in, r), nil
}

// pprint breaks nothing in Ansible's language, whose containers Python's pprint does not know.
func pprint(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if s.Env.Ansible && eval.IsContainer(in) {
		return value.String(value.Repr(in)), nil
	}
	return value.String(PrettyRepr(in)), nil
}

func replace(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	from, err := text(s, a[0])
	if err != nil {
		return nil, err
	}
	to, err := text(s, a[1])
	if err != nil {
		return nil, err
	}
	n := -1
	if !isNone(a[2]) {
		if n, err = intArg(a[2]); err != nil {
			return nil, err
		}
	}
	if s.Autoescape {
		return replaceSafe(in, a, t, from, to, n)
	}
	r, err := method.Replace(t, from, to, n)
	return like(in, r), err
}

// replaceSafe replaces where output is escaped: what is not marked safe is escaped first.
func replaceSafe(in value.Value, a []value.Value, t, from, to string, n int) (value.Value, error) {
	_, inSafe := in.(value.Markup)
	_, oldSafe := a[0].(value.Markup)
	_, newSafe := a[1].(value.Markup)
	if !inSafe && (oldSafe || newSafe) {
		t = value.EscapeHTML(t)
		inSafe = true
	}
	if !inSafe {
		r, err := method.Replace(t, from, to, n)
		return value.String(r), err
	}
	if !newSafe {
		to = value.EscapeHTML(to)
	}
	if !oldSafe {
		from = value.EscapeHTML(from)
	}
	r, err := method.Replace(t, from, to, n)
	return value.Markup(r), err
}

func toString(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if _, ok := in.(value.Markup); ok {
		return in, nil
	}
	t, err := text(s, in)
	return value.String(t), err
}

var wordStart = regexp.MustCompile(`[-\s({\[<]+`)

// title is Jinja2's own: words begin behind white space, dashes and opening brackets.
func title(t string) string {
	var b strings.Builder
	last := 0
	for _, m := range wordStart.FindAllStringIndex(t, -1) {
		b.WriteString(titleWord(t[last:m[0]]))
		b.WriteString(t[m[0]:m[1]])
		last = m[1]
	}
	b.WriteString(titleWord(t[last:]))
	return b.String()
}

func titleWord(w string) string {
	_, n := utf8.DecodeRuneInString(w)
	return method.Upper(w[:n]) + strings.ToLower(w[n:])
}

func trim(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	if isNone(a[0]) {
		return like(in, strings.TrimSpace(t)), nil
	}
	chars, ok := value.Text(a[0])
	if !ok {
		return nil, value.TypeError("strip arg must be None or str")
	}
	return like(in, strings.Trim(t, chars)), nil
}

func truncate(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if err := s.Use(in); err != nil && s.Env.Ansible {
		return nil, err
	}
	t, isText := value.Text(in)
	if !isText {
		return truncateOther(s, in, a)
	}
	length, err := intArg(a[0])
	if err != nil {
		return nil, err
	}
	end, err := text(s, a[2])
	if err != nil {
		return nil, err
	}
	leeway := 5
	if !isNone(a[3]) {
		if leeway, err = intArg(a[3]); err != nil {
			return nil, err
		}
	}
	r := []rune(t)
	endLen := utf8.RuneCountInString(end)
	if length < endLen {
		return nil, value.Errorf("AssertionError", "expected length >= %d, got %d", endLen, length)
	}
	if leeway < 0 {
		return nil, value.Errorf("AssertionError", "expected leeway >= 0, got %d", leeway)
	}
	if len(r) <= length+leeway {
		return in, nil
	}
	short := string(r[:length-endLen])
	if !a[1].Truth() {
		if i := strings.LastIndexByte(short, ' '); i >= 0 {
			short = short[:i]
		}
	}
	return like(in, short+end), nil
}

// truncateOther serves what is no text: it is short enough, or cannot be cut.
func truncateOther(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	n, err := length(s, in, nil)
	if err != nil {
		return nil, err
	}
	if c, err := value.Order("<=", n, value.Int(260)); err != nil || !c {
		return nil, value.TypeError("can only concatenate %s (not \"str\") to %s", in.Type(), in.Type())
	}
	return in, nil
}

var word = regexp.MustCompile(`[\pL\pN_]+`)

func wordcount(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, err := text(s, in)
	return value.Int(len(word.FindAllString(t, -1))), err
}

func wordwrap(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if err := s.Use(in); err != nil {
		return nil, err
	}
	t, ok := value.Text(in)
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'splitlines'", in.Type())
	}
	width, err := intArg(a[0])
	if err != nil {
		return nil, err
	}
	if width <= 0 {
		return nil, value.ValueError("invalid width %d (must be > 0)", width)
	}
	sep := s.Env.Syntax.NewlineSequence
	if sep == "" {
		sep = "\n"
	}
	if !isNone(a[2]) {
		if sep, err = text(s, a[2]); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, line := range method.Lines(t, false) {
		out = append(out, strings.Join(Wrap(line, width, a[1].Truth(), a[3].Truth()), sep))
	}
	return value.String(strings.Join(out, sep)), nil
}
