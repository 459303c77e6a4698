package payload

import "strings"

// imports gives the dotted names that a Python source may import, at its top or anywhere within: for "from a import b" both "a"
// and "a.b", since b may be a module. Relative names are resolved in pkg, the package that the file belongs to.
func imports(source, pkg string) []string {
	s := &scanner{text: source, start: true}
	var names []string
	for tok := s.next(); tok != ""; tok = s.next() {
		if !s.atStart {
			continue
		}
		switch tok {
		case "import":
			names = append(names, s.importNames()...)
		case "from":
			names = append(names, s.fromNames(pkg)...)
		}
	}
	return names
}

// importNames reads "a.b as c, d" after import.
func (s *scanner) importNames() []string {
	var names []string
	for {
		name, tok := s.dotted(s.next())
		if name == "" {
			return names
		}
		names = append(names, name)
		if tok == "as" {
			s.next()
			tok = s.next()
		}
		if tok != "," {
			return names
		}
	}
}

// fromNames reads "..a.b import (c as d, e)" after from.
func (s *scanner) fromNames(pkg string) []string {
	level, tok := 0, s.next()
	for ; tok == "."; tok = s.next() {
		level++
	}
	base := ""
	if tok != "import" {
		base, tok = s.dotted(tok)
	}
	if tok != "import" {
		return nil
	}
	if level > 0 {
		base = relative(pkg, base, level)
	}
	if base == "" {
		return nil
	}
	names := []string{base}
	for _, name := range s.members() {
		names = append(names, base+"."+name)
	}
	return names
}

// members reads "(a as b, c)" or "a, b" after from … import.
func (s *scanner) members() []string {
	var names []string
	tok := s.next()
	if tok == "(" {
		tok = s.next()
	}
	for isName(tok) {
		names = append(names, tok)
		if tok = s.next(); tok == "as" {
			s.next()
			tok = s.next()
		}
		if tok != "," {
			break
		}
		tok = s.next()
	}
	return names
}

// dotted reads a name with its dots, of which tok is the first part, and gives the token after it.
func (s *scanner) dotted(tok string) (name, after string) {
	if !isName(tok) {
		return "", tok
	}
	name = tok
	for after = s.next(); after == "."; after = s.next() {
		name += "." + s.next()
	}
	return name, after
}

// relative resolves a relative import as Python does: one dot is pkg itself, each further one its parent.
func relative(pkg, name string, level int) string {
	parts := strings.Split(pkg, ".")
	if level-1 >= len(parts) {
		return ""
	}
	parts = parts[:len(parts)-(level-1)]
	if name != "" {
		parts = append(parts, name)
	}
	return strings.Join(parts, ".")
}

func isName(tok string) bool { return tok != "" && isNameByte(tok[0]) }

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}
