package filter

import (
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

func regexRows() []row {
	return []row{
		{name: "regex_escape", params: "re_type='python'", run: regexEscape},
		{name: "regex_findall", params: "regex, multiline=False, ignorecase=False", run: regexFindall},
		{name: "regex_replace", params: "pattern='', replacement='', ignorecase=False, multiline=False, count=0, mandatory_count=0", run: regexReplace},
		{name: "regex_search", params: "regex, *args, **kwargs", run: regexSearch},
	}
}

func regexEscape(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	switch kind := a[0].String(); kind {
	case "python":
		return value.String(regex.Escape(t)), nil
	case "posix_basic":
		var b strings.Builder
		for _, r := range t {
			if strings.ContainsRune(`[]\.^$*`, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		return value.String(b.String()), nil
	case "posix_extended":
		return nil, value.Errorf("AnsibleFilterError", "Regex type (%s) not yet implemented", kind)
	default:
		return nil, value.Errorf("AnsibleFilterError", "Invalid regex type (%s)", kind)
	}
}

func compile(s *eval.State, pattern, ignorecase, multiline value.Value) (*regex.Regexp, error) {
	p, err := text(s, pattern)
	if err != nil {
		return nil, err
	}
	return s.Env.Regexps.Compile(p, regex.Flags{IgnoreCase: ignorecase.Truth(), Multiline: multiline.Truth()})
}

func regexFindall(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	re, err := compile(s, a[0], a[2], a[1])
	if err != nil {
		return nil, err
	}
	matches, err := re.All(t, 0)
	if err != nil {
		return nil, err
	}
	out := list(make([]value.Value, 0, len(matches)))
	for _, m := range matches {
		out.Append(found(re, m))
	}
	return out, nil
}

// found is what findall gives of a match: the match, its one group, or a tuple of its groups.
func found(re *regex.Regexp, m *regex.Match) value.Value {
	group := func(i int) value.Value {
		g, _ := m.Group(i)
		return value.String(g)
	}
	switch n := re.Groups(); n {
	case 0, 1:
		return group(n)
	default:
		t := make(value.Tuple, n)
		for i := range t {
			t[i] = group(i + 1)
		}
		return t
	}
}

func regexReplace(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	re, err := compile(s, a[0], a[2], a[3])
	if err != nil {
		return nil, err
	}
	to, err := text(s, a[1])
	if err != nil {
		return nil, err
	}
	count, err := intArg(a[4])
	if err != nil {
		return nil, err
	}
	r, n, err := re.Sub(to, t, count)
	if err != nil {
		return nil, err
	}
	if want, err := intArg(a[5]); err != nil {
		return nil, err
	} else if want > 0 && want != n {
		return nil, value.Errorf("AnsibleFilterError", "'%s' should match %d times, but matches %d times in '%s'", a[0], want, n, t)
	}
	return value.String(r), nil
}

func regexSearch(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	flags := map[string]value.Value{"ignorecase": value.Bool(false), "multiline": value.Bool(false)}
	for k, v := range a[2].(*value.Dict).Strings() {
		if _, ok := flags[k]; ok {
			flags[k] = v
		}
	}
	re, err := compile(s, a[0], flags["ignorecase"], flags["multiline"])
	if err != nil {
		return nil, err
	}
	groups, err := groupArgs(s, re, a[1].(value.Tuple))
	if err != nil {
		return nil, err
	}
	m, err := re.Search(t)
	if err != nil || m == nil {
		return value.None, err
	}
	if len(groups) == 0 {
		g, _ := m.Group(0)
		return value.String(g), nil
	}
	out := list(nil)
	for _, i := range groups {
		if g, ok := m.Group(i); ok {
			out.Append(value.String(g))
		} else {
			out.Append(value.None)
		}
	}
	return out, nil
}

// groupArgs reads `\1` and `\g<name>`.
func groupArgs(s *eval.State, re *regex.Regexp, args value.Tuple) ([]int, error) {
	var groups []int
	for _, a := range args {
		t, err := text(s, a)
		if err != nil {
			return nil, err
		}
		n := -1
		switch {
		case strings.HasPrefix(t, `\g<`) && strings.HasSuffix(t, ">"):
			name := t[3 : len(t)-1]
			if n = re.GroupIndex(name); n < 0 {
				if i, ok := value.ParseInt(name, 10); ok {
					n, _ = intArg(i)
				}
			}
		case strings.HasPrefix(t, `\`):
			if i, ok := value.ParseInt(t[1:], 10); ok {
				n, _ = intArg(i)
			}
		default:
			return nil, value.Errorf("AnsibleFilterError", "Unknown argument")
		}
		if n < 0 && !strings.HasPrefix(t, `\g<`) || strings.HasPrefix(t, `\g<`) && !strings.HasSuffix(t, ">") {
			return nil, value.Errorf("AttributeError", "'NoneType' object has no attribute 'group'")
		}
		if n < 0 || n > re.Groups() {
			return nil, value.Errorf("IndexError", "no such group")
		}
		groups = append(groups, n)
	}
	return groups, nil
}
