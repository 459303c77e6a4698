package inventory

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/goplay/goplay/internal/source"
)

// Match gives the hosts of a pattern in inventory order of its parts, each once: names, groups, wildcards, "~regex", parts with ":"
// or "," between, "&" for only those that are in this part too, "!" for none of this part, and subscripts. Names of this
// machine match the implicit localhost. A part without any host is worth a warning, or an error if host_pattern_mismatch says so.
func (inv *Inventory) Match(pattern string) (hosts []*Host, warnings []string, err error) {
	return inv.match(splitPattern(pattern))
}

func (inv *Inventory) match(parts []string) (hosts []*Host, warnings []string, err error) {
	inv.mu.Lock() // the implicit localhost may be made
	defer inv.mu.Unlock()
	m := matcher{inv: inv, in: map[*Host]bool{}}
	for _, part := range inOrder(parts) {
		if err := m.apply(part); err != nil {
			return nil, m.warnings, err
		}
	}
	return m.hosts, m.warnings, nil
}

// limitParts parts a --limit, and puts the lines of files in the place of "@file".
func (inv *Inventory) limitParts(pattern string) ([]string, error) {
	var out []string
	for _, part := range splitPattern(pattern) {
		if part == "" || part[0] != '@' {
			out = append(out, part)
			continue
		}
		path := inv.absolute(part[1:])
		if isDir(path) {
			return nil, &source.Error{Msg: "Limit starting with \"@\" must be a file, not a directory: b" + quote(part[1:]), Exit: source.ExitGeneric}
		}
		data, err := source.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, said("Unable to find limit file b%s", quote(part[1:]))
		case err != nil:
			return nil, err
		}
		for _, line := range strings.Split(string(data), "\n") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out, nil
}

// splitPattern parts at commas; without a comma at colons, unless the whole is an address.
func splitPattern(pattern string) []string {
	if strings.Contains(pattern, ",") {
		parts := strings.Split(pattern, ",")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		return parts
	}
	pattern = strings.TrimSpace(pattern)
	if _, _, ok := parseAddress(pattern, true); ok {
		return []string{pattern}
	}
	return splitColons(pattern)
}

// splitColons parts at colons, blanks and lonely brackets outside of [...].
func splitColons(pattern string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if start < end {
			out = append(out, pattern[start:end])
		}
		start = end + 1
	}
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '[':
			if end := strings.IndexByte(pattern[i:], ']'); end > 0 {
				i += end
				continue
			}
			flush(i)
		case c == ':' || c == ']' || unicode.IsSpace(rune(c)):
			flush(i)
		}
	}
	flush(len(pattern))
	return out
}

// inOrder puts what adds hosts first, then what intersects, then what removes.
func inOrder(parts []string) []string {
	var add, and, not []string
	for _, p := range parts {
		switch {
		case p == "":
		case p[0] == '!':
			not = append(not, p)
		case p[0] == '&':
			and = append(and, p)
		default:
			add = append(add, p)
		}
	}
	if add == nil {
		add = []string{"all"}
	}
	return slices.Concat(add, and, not)
}

type matcher struct {
	inv      *Inventory
	hosts    []*Host
	in       map[*Host]bool
	warnings []string
}

func (m *matcher) apply(part string) error {
	if h := m.inv.hosts[part]; h != nil {
		m.add([]*Host{h})
		return nil
	}
	op := part[0]
	if op == '!' || op == '&' {
		part = part[1:]
	}
	if part == "" {
		return said("A host pattern has a lonely '%c': what it takes away or keeps must follow it without a space.", op)
	}
	found, err := m.part(part)
	if err != nil {
		return err
	}
	switch op {
	case '!':
		m.keep(found, false)
	case '&':
		m.keep(found, true)
	default:
		m.add(found)
	}
	return nil
}

func (m *matcher) add(hosts []*Host) {
	for _, h := range hosts {
		if !m.in[h] {
			m.in[h] = true
			m.hosts = append(m.hosts, h)
		}
	}
}

// keep keeps the hosts that are, or are not, among the given ones.
func (m *matcher) keep(hosts []*Host, among bool) {
	given := make(map[*Host]bool, len(hosts))
	for _, h := range hosts {
		given[h] = true
	}
	m.hosts = slices.DeleteFunc(m.hosts, func(h *Host) bool {
		if given[h] == among {
			return false
		}
		delete(m.in, h)
		return true
	})
}

// part resolves one part with its subscript.
func (m *matcher) part(part string) ([]*Host, error) {
	expr, sub, err := m.cutSubscript(part)
	if err != nil {
		return nil, err
	}
	hosts, err := m.enumerate(expr)
	if err != nil || sub == nil {
		return hosts, err
	}
	hosts, ok := sub.apply(hosts)
	if !ok {
		return nil, said("No hosts matched the subscripted pattern '%s'", part)
	}
	return hosts, nil
}

// subscript is [n] or [from:to] with both ends included.
type subscript struct {
	from, to int
	single   bool
}

func (s *subscript) apply(hosts []*Host) ([]*Host, bool) {
	if len(hosts) == 0 {
		return nil, true
	}
	from := s.from
	if from < 0 {
		from += len(hosts)
	}
	if s.single {
		if from < 0 || from >= len(hosts) {
			return nil, false
		}
		return hosts[from : from+1], true
	}
	to := min(s.to, len(hosts)-1)
	if from > to {
		return nil, true
	}
	return hosts[from : to+1], true
}

func (m *matcher) cutSubscript(part string) (string, *subscript, error) {
	open := strings.LastIndexByte(part, '[')
	if open < 1 || !strings.HasSuffix(part, "]") || part[0] == '~' {
		return part, nil, nil
	}
	text := part[open+1 : len(part)-1]
	if n, err := strconv.Atoi(text); err == nil && text[0] != '+' {
		return part[:open], &subscript{from: n, single: true}, nil
	}
	at := strings.IndexAny(text, ":-")
	if at < 1 || !isNumber(text[:at]) || text[at+1:] != "" && !isNumber(text[at+1:]) {
		return part, nil, nil
	}
	if text[at] == '-' {
		m.warn("Use [x:y] inclusive subscripts instead of [x-y] which has been removed")
	}
	from, err := strconv.Atoi(text[:at])
	if err != nil {
		return part, nil, nil
	}
	to, err := strconv.Atoi(text[at+1:])
	if err != nil {
		to = int(^uint(0) >> 1)
	}
	return part[:open], &subscript{from: from, to: to, single: to == 0}, nil // an end of 0 is none, as in the reference
}

// enumerate gives the hosts of matching groups, and, for a wildcard or where no group matches, the matching hosts.
func (m *matcher) enumerate(expr string) ([]*Host, error) {
	match, err := compile(expr)
	if err != nil {
		return nil, err
	}
	groups := m.groups(expr, match)
	found := matcher{inv: m.inv, in: map[*Host]bool{}}
	for _, g := range groups {
		found.add(g.allHosts())
	}
	if match == nil {
		if h := m.inv.hosts[expr]; h != nil && len(groups) == 0 {
			found.add([]*Host{h})
		}
	} else {
		for _, h := range m.inv.order {
			if match(h.Name) {
				found.add([]*Host{h})
			}
		}
	}
	if len(found.hosts) == 0 && IsLocalName(expr) {
		return []*Host{m.inv.thisMachine(expr)}, nil
	}
	if len(found.hosts) == 0 && len(groups) == 0 && expr != "all" {
		return nil, m.mismatch(expr)
	}
	return found.hosts, nil
}

func (m *matcher) mismatch(expr string) error {
	msg := "Could not match supplied host pattern, ignoring: " + expr
	switch m.inv.opts.Config.Str("HOST_PATTERN_MISMATCH") {
	case "error":
		return fmt.Errorf("%s", msg)
	case "warning":
		m.warn(msg)
	}
	return nil
}

// warn keeps a warning, once.
func (m *matcher) warn(msg string) {
	if !slices.Contains(m.warnings, msg) {
		m.warnings = append(m.warnings, msg)
	}
}

func (m *matcher) groups(expr string, match func(string) bool) []*Group {
	if match == nil {
		if g := m.inv.groups[expr]; g != nil {
			return []*Group{g}
		}
		return nil
	}
	var out []*Group
	for _, g := range m.inv.groupList {
		if match(g.Name) {
			out = append(out, g)
		}
	}
	return out
}

// compile gives the test that an expression with wildcards or "~" stands for; nil for a plain name.
func compile(expr string) (func(string) bool, error) {
	pattern := ""
	switch {
	case expr[0] == '~':
		pattern = "^(?:" + expr[1:] + ")"
	case strings.ContainsAny(expr, "?*["):
		pattern = globSource(expr)
	default:
		return nil, nil
	}
	if re, err := regexp.Compile(pattern); err == nil {
		return re.MatchString, nil
	}
	return compilePython(expr, pattern)
}
