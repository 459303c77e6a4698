package powershell

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

func equal(a, b any, exact bool) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case string:
		if exact {
			return a == Text(b)
		}
		return strings.EqualFold(a, Text(b)) && b != nil
	case bool:
		return a == truth(b)
	case *Hash, *Array, *Script:
		return a == b
	case *Object:
		if a == b {
			return true
		}
		o, ok := b.(*Object)
		if ok && a.inner != nil {
			return a.inner == o.inner
		}
		return !ok && b != nil && strings.EqualFold(Text(a), Text(b))
	}
	x, okX := number(a)
	y, okY := number(b)
	return okX && okY && b != nil && x == y || strings.EqualFold(Text(a), Text(b)) && b != nil
}

// compare does the operators that compare, match and replace.
func (r *runspace) compare(s *scope, op string, left, right any) (any, error) {
	switch op {
	case "-eq", "-ceq", "-ne", "-cne", "-lt", "-le", "-gt", "-ge", "-like", "-notlike":
		if a, ok := left.(*Array); ok {
			var kept []any
			for _, e := range a.Items {
				if holds(op, e, right) {
					kept = append(kept, e)
				}
			}
			return &Array{kept}, nil
		}
		return holds(op, left, right), nil
	case "-contains", "-notcontains":
		return has(left, right) == (op == "-contains"), nil
	case "-in", "-notin":
		return has(right, left) == (op == "-in"), nil
	case "-is", "-isnot":
		t, ok := right.(*Type)
		if !ok {
			return nil, fmt.Errorf("powershell: %s is no type", Text(right))
		}
		return isA(left, t.Name) == (op == "-is"), nil
	case "-join":
		return joined(left, Text(right)), nil
	case "-band", "-bor", "-bxor":
		return bits(op, left, right), nil
	case "..":
		return through(left, right), nil
	case "-match", "-notmatch", "-cmatch":
		return r.match(s, op, Text(left), Text(right))
	case "-replace", "-creplace", "-split":
		return rewrite(op, left, right)
	}
	return nil, fmt.Errorf("powershell: the operator %s is not known", op)
}

func holds(op string, a, b any) bool {
	switch op {
	case "-eq", "-ceq":
		return equal(a, b, op == "-ceq")
	case "-ne", "-cne":
		return !equal(a, b, op == "-cne")
	case "-like", "-notlike":
		return wildcard(Text(b)).MatchString(Text(a)) == (op == "-like")
	}
	var order int
	if text, ok := a.(string); ok {
		order = strings.Compare(strings.ToLower(text), strings.ToLower(Text(b)))
	} else {
		x, _ := number(a)
		y, _ := number(b)
		switch {
		case x < y:
			order = -1
		case x > y:
			order = 1
		}
	}
	return map[string]bool{"-lt": order < 0, "-le": order <= 0, "-gt": order > 0, "-ge": order >= 0}[op]
}

func has(all, one any) bool {
	for _, e := range items(all) {
		if equal(e, one, false) {
			return true
		}
	}
	return false
}

func bits(op string, a, b any) any {
	x, _ := number(a)
	y, _ := number(b)
	switch op {
	case "-band":
		return int(x) & int(y)
	case "-bor":
		return int(x) | int(y)
	}
	return int(x) ^ int(y)
}

func through(a, b any) any {
	x, _ := number(a)
	y, _ := number(b)
	out := &Array{}
	for n := int(x); n <= int(y); n++ {
		out.Items = append(out.Items, n)
	}
	return out
}

func wildcard(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile(`(?is)^` + strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted) + `$`)
}

func pattern(text string, exact bool) (*regexp.Regexp, error) {
	if !exact {
		text = "(?i)" + text
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, throw("System.ArgumentException", "parsing %q: %v", text, err)
	}
	return compiled, nil
}

// match matches, and leaves the groups in $Matches.
func (r *runspace) match(s *scope, op, text, with string) (any, error) {
	p, err := pattern(with, op == "-cmatch")
	if err != nil {
		return nil, err
	}
	found := p.FindStringSubmatch(text)
	if found != nil {
		groups := &Hash{}
		for i, g := range found {
			groups.Set(strconv.Itoa(i), g)
			if name := p.SubexpNames()[i]; name != "" {
				groups.Set(name, g)
			}
		}
		s.vars["matches"] = groups
	}
	return (found != nil) == (op != "-notmatch"), nil
}

func rewrite(op string, left, right any) (any, error) {
	parts := items(right)
	if len(parts) == 0 {
		return left, nil
	}
	p, err := pattern(Text(parts[0]), op == "-creplace")
	if err != nil {
		return nil, err
	}
	with := ""
	if len(parts) > 1 && op != "-split" {
		with = Text(parts[1])
	}
	var out []any
	for _, e := range items(left) {
		if op == "-split" {
			out = append(out, texts(p.Split(Text(e), -1)).Items...)
		} else {
			out = append(out, p.ReplaceAllString(Text(e), strings.ReplaceAll(with, "$$", "$$$$")))
		}
	}
	if op == "-split" {
		return &Array{out}, nil
	}
	return one(out), nil
}

var placeholder = regexp.MustCompile(`\{\{|\}\}|\{(\d+)(?::([^}]*))?\}`)

// format does what -f does, as far as scripts use it.
func format(text string, args []any) (any, error) {
	var failed error
	out := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		if m == "{{" || m == "}}" {
			return m[:1]
		}
		found := placeholder.FindStringSubmatch(m)
		i, _ := strconv.Atoi(found[1])
		if i >= len(args) {
			failed = throw("System.FormatException", "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.")
			return ""
		}
		return formatted(args[i], found[2])
	})
	return out, failed
}

func formatted(v any, how string) string {
	if how == "" {
		return Text(v)
	}
	n, _ := number(v)
	width, _ := strconv.Atoi(how[1:])
	switch how[0] {
	case 'x':
		return fmt.Sprintf("%0*x", width, int(n))
	case 'X':
		return fmt.Sprintf("%0*X", width, int(n))
	case 'd', 'D':
		return fmt.Sprintf("%0*d", width, int(n))
	}
	return Text(v)
}
