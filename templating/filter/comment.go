package filter

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func textRowsOfAnsible() []row {
	return []row{
		{name: "comment", params: "style='plain', **kw", run: comment},
	}
}

type commentStyle struct{ decoration, beginning, end string }

var commentStyles = map[string]commentStyle{
	"plain": {decoration: "# "}, "erlang": {decoration: "% "}, "c": {decoration: "// "},
	"cblock": {" * ", "/*", " */"}, "xml": {" - ", "<!--", "-->"},
}

func comment(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	style, ok := commentStyles[a[0].String()]
	if !ok {
		return nil, value.Errorf("AnsibleError", "Invalid style %s.", value.Repr(a[0]))
	}
	kw := a[1].(*value.Dict)
	opt := func(name, standard string) string {
		if v, ok := kw.Lookup(name); ok {
			return v.String()
		}
		return standard
	}
	count := func(name string) int {
		if n, ok := kw.Get(name).(value.Int); ok {
			return max(0, min(int(n), 1<<16))
		}
		return 1
	}
	newline := opt("newline", "\n")
	decoration := opt("decoration", style.decoration)
	beginning, end := opt("beginning", style.beginning), opt("end", style.end)
	prefix, postfix := opt("prefix", strings.TrimRight(decoration, " ")), opt("postfix", strings.TrimRight(decoration, " "))
	if beginning != "" {
		beginning += newline
	}
	before, after := "", ""
	if prefix != "" {
		before = strings.Repeat(prefix+newline, count("prefix_count"))
	}
	body := decoration + strings.ReplaceAll(t, newline, newline+decoration)
	body = strings.ReplaceAll(body, newline+decoration+newline, newline+strings.TrimRight(decoration, " ")+newline)
	if n := count("postfix_count"); n > 0 {
		after = newline + strings.Join(slices.Repeat([]string{postfix}, n), newline)
	}
	if end != "" {
		end = newline + end
	}
	return value.String(beginning + before + body + after + end), nil
}
