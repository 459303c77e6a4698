package filter

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func htmlRows() []row {
	return []row{
		{name: "escape", run: escape},
		{name: "forceescape", run: forceescape},
		{name: "safe", run: safe},
		{name: "striptags", run: striptags},
		{name: "tojson", params: "indent=None", run: tojson},
		{name: "urlencode", run: urlencode},
		{name: "urlize", params: "trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None", run: urlize},
		{name: "xmlattr", params: "autospace=True", run: xmlattr},
	}
}

func escape(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	if m, ok := in.(value.Markup); ok {
		return m, nil
	}
	return forceescape(s, in, nil)
}

func forceescape(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, err := text(s, in)
	return value.Markup(value.EscapeHTML(t)), err
}

func safe(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, err := text(s, in)
	return value.Markup(t), err
}

var (
	htmlComment = regexp.MustCompile(`(?s)<!--.*?-->`)
	htmlTag     = regexp.MustCompile(`(?s)<.*?>`)
)

func striptags(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	t, err := text(s, in)
	t = htmlTag.ReplaceAllString(htmlComment.ReplaceAllString(t, ""), "")
	return value.String(html.UnescapeString(strings.Join(strings.Fields(t), " "))), err
}

var scriptEscaper = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`)

func tojson(_ *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	o := value.JSONOptions{SortKeys: true, EnsureASCII: true}
	if !isNone(a[0]) {
		n, err := intArg(a[0])
		if err != nil {
			return nil, err
		}
		o.Indent, o.Newlines = n, true
	}
	b, err := value.AppendJSON(nil, in, o)
	return value.Markup(scriptEscaper.Replace(string(b))), err
}

// quoteURL escapes all but letters, digits, _.-~ and the safe characters.
func quoteURL(t, safe string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(t) {
		c := t[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.-~", c) >= 0 || strings.IndexByte(safe, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + string(hexDigits[c>>4]) + string(hexDigits[c&15]))
	}
	return b.String()
}

func urlencode(s *eval.State, in value.Value, _ []value.Value) (value.Value, error) {
	_, isMapping := in.(value.Mapping)
	_, isList := in.(*value.List)
	_, isTuple := in.(value.Tuple)
	if !isMapping && !isList && !isTuple {
		t, err := text(s, in)
		return value.String(quoteURL(t, "/")), err
	}
	pairs, err := elements(s, in)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, p := range pairs {
		pair := []value.Value{p, nil}
		if m, ok := in.(value.Mapping); ok {
			pair[1], _, _ = value.LookupKey(m, p)
		} else if pair, err = elements(s, p); err != nil {
			return nil, value.TypeError("cannot unpack non-iterable %s object", p.Type())
		} else if len(pair) != 2 {
			return nil, value.ValueError("not enough values to unpack (expected 2, got %d)", len(pair))
		}
		parts = append(parts, queryPart(pair[0])+"="+queryPart(pair[1]))
	}
	return value.String(strings.Join(parts, "&")), nil
}

func queryPart(v value.Value) string {
	return strings.ReplaceAll(quoteURL(v.String(), " "), " ", "+")
}

var badAttribute = regexp.MustCompile(`[\s/>=]`)

func xmlattr(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	if err := s.Use(in); err != nil {
		return nil, err
	}
	m, ok := in.(value.Mapping)
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'items'", in.Type())
	}
	var parts []string
	for k, v := range m.All() {
		if _, undefined := v.(*value.Undefined); undefined || isNone(v) {
			continue
		}
		key, ok := value.Text(k)
		if !ok {
			return nil, value.TypeError("expected string or bytes-like object, got '%s'", k.Type())
		}
		if badAttribute.MatchString(key) {
			return nil, value.ValueError("Invalid character in attribute name: %s", value.Repr(k))
		}
		t := value.EscapeHTML(v.String())
		if _, safe := v.(value.Markup); safe {
			t = v.String()
		}
		parts = append(parts, value.EscapeHTML(key)+`="`+t+`"`)
	}
	r := strings.Join(parts, " ")
	if a[0].Truth() && r != "" {
		r = " " + r
	}
	if s.Autoescape {
		return value.Markup(r), nil
	}
	return value.String(r), nil
}

var (
	urlWord    = regexp.MustCompile(`(\s+)`)
	httpPrefix = regexp.MustCompile(`(?i)^(https?://|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59}|([\w%-]{2,63}\.)+[a-z]{2,63}|([\d]{1,3})(\.[\d]{1,3}){3}|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}\]))(:[\d]{1,5})?([/?#]\S*)?$`)
	bareDomain = regexp.MustCompile(`^([\w.%-]+\.)+(com|net|int|edu|gov|org|info|mil)(:[\d]{1,5})?([/?#]\S*)?$`)
	mailWord   = regexp.MustCompile(`^\S+@\w[\w.-]*\.\w+$`)
	leadPunct  = regexp.MustCompile(`^([(<]|&lt;)+`)
	tailPunct  = regexp.MustCompile(`([)>.,\n]|&gt;)+$`)
)

func urlize(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	if _, ok := in.(value.Markup); !ok {
		t = value.EscapeHTML(t)
	}
	attrs := linkAttributes(a)
	limit := -1
	if !isNone(a[0]) {
		if limit, err = intArg(a[0]); err != nil {
			return nil, err
		}
	}
	last := 0
	var b strings.Builder
	for _, m := range append(urlWord.FindAllStringIndex(t, -1), []int{len(t), len(t)}) {
		b.WriteString(linkWord(t[last:m[0]], limit, attrs, a[4]))
		b.WriteString(t[m[0]:m[1]])
		last = m[1]
	}
	if s.Autoescape {
		return value.Markup(b.String()), nil
	}
	return value.String(b.String()), nil
}

func linkAttributes(a []value.Value) string {
	rels := map[string]bool{"noopener": true}
	if !isNone(a[3]) {
		for _, r := range strings.Fields(a[3].String()) {
			rels[r] = true
		}
	}
	if a[1].Truth() {
		rels["nofollow"] = true
	}
	attrs := ` rel="` + strings.Join(sortedKeys(rels), " ") + `"`
	if !isNone(a[2]) && a[2].String() != "" {
		attrs += ` target="` + value.EscapeHTML(a[2].String()) + `"`
	}
	return attrs
}

func linkWord(w string, limit int, attrs string, schemes value.Value) string {
	head := leadPunct.FindString(w)
	middle := w[len(head):]
	tail := tailPunct.FindString(middle)
	middle = middle[:len(middle)-len(tail)]
	middle, tail = balance(middle, tail)
	return head + link(middle, limit, attrs, schemes) + tail
}

// balance gives closing brackets back to a link that opens them.
func balance(middle, tail string) (string, string) {
	for _, pair := range [][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}} {
		open := strings.Count(middle, pair[0])
		closed := strings.Count(middle, pair[1])
		for ; closed < open; closed++ {
			i := strings.Index(tail, pair[1])
			if i < 0 {
				break
			}
			middle += tail[:i+len(pair[1])]
			tail = tail[i+len(pair[1]):]
		}
	}
	return middle, tail
}

func link(w string, limit int, attrs string, schemes value.Value) string {
	short := func(t string) string {
		if limit >= 0 && utf8.RuneCountInString(t) > limit {
			return string([]rune(t)[:limit]) + "..."
		}
		return t
	}
	switch {
	case httpPrefix.MatchString(w):
		href := w
		if !strings.HasPrefix(w, "http://") && !strings.HasPrefix(w, "https://") {
			href = "https://" + w
		}
		return `<a href="` + href + `"` + attrs + `>` + short(w) + `</a>`
	case bareDomain.MatchString(w):
		return `<a href="https://` + w + `"` + attrs + `>` + short(w) + `</a>`
	case strings.HasPrefix(w, "mailto:") && mailWord.MatchString(w[7:]):
		return `<a href="` + w + `">` + w[7:] + `</a>`
	case strings.Contains(w, "@") && !strings.HasPrefix(w, "www.") && !strings.Contains(w, ":") && !strings.HasPrefix(w, "@") && mailWord.MatchString(w):
		return `<a href="mailto:` + w + `">` + w + `</a>`
	}
	if l, ok := schemes.(value.Iterable); ok {
		for e := range l.Elements() {
			if p := e.String(); strings.HasPrefix(w, p) && w != p {
				return `<a href="` + w + `"` + attrs + `>` + w + `</a>`
			}
		}
	}
	return w
}
