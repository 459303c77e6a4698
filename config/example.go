package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goplay/goplay/internal/source"
)

// Example is an ansible.cfg with settings at their defaults; disabled makes comments of them. Where a setting has several keys, the one that
// wins is shown.
func Example(table []*Setting, disabled bool) string {
	sections := map[string]*strings.Builder{}
	var names []string
	for _, s := range table {
		if s.Ini == "" {
			continue
		}
		section, key := splitKey(last(s.Ini))
		if sections[section] == nil {
			sections[section] = &strings.Builder{}
			names = append(names, section)
		}
		fmt.Fprintf(sections[section], "# %s (%s)\n%s\n\n", label(s), s.Type, s.line(key, disabled))
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "[%s]\n%s", name, sections[name])
	}
	return b.String()
}

// line sets a setting to its default; one without a default is always a comment.
func (s *Setting) line(key string, disabled bool) string {
	if s.Default == unset {
		return ";" + key + "="
	}
	text := key + "=" + s.shownDefault()
	if disabled {
		return ";" + text
	}
	return text
}

// shownDefault is the default as a user can write it.
func (s *Setting) shownDefault() string {
	return strings.ReplaceAll(strings.TrimPrefix(s.Default, unset), "{{ANSIBLE_HOME}}", "~/.ansible")
}

// Environment is a text for a shell that sets the environment variables of settings to their defaults; disabled makes comments of them.
func Environment(table []*Setting, disabled bool) string {
	return assignments(table, disabled, func(s *Setting) (name, rest string) {
		if text := s.shownDefault(); text != "" {
			return last(s.Env), "=" + source.ShlexQuote(text)
		}
		return last(s.Env), "="
	})
}

// Variables is a text of YAML that sets the variables of settings to their defaults; disabled makes comments of them.
func Variables(table []*Setting, disabled bool) string {
	return assignments(table, disabled, func(s *Setting) (name, rest string) { return last(s.Vars), ": " + s.yamlDefault() })
}

// assignments sets what has a name to its default; what has no default is always a comment.
func assignments(table []*Setting, disabled bool, write func(*Setting) (name, rest string)) string {
	var b strings.Builder
	for _, s := range table {
		name, rest := write(s)
		if name == "" {
			continue
		}
		mark := ""
		if disabled || s.Default == unset {
			mark = "#"
		}
		fmt.Fprintf(&b, "# %s (%s)\n%s%s%s\n\n", label(s), s.Type, mark, name, rest)
	}
	return b.String()
}

// yamlDefault is the default as YAML, on one line.
func (s *Setting) yamlDefault() string {
	switch text := s.shownDefault(); s.Type {
	case Bool:
		return strings.ToLower(text)
	case Int, Float:
		return text
	case List, PathList, PathSpec:
		words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ':' && s.Type == PathSpec })
		for i, w := range words {
			words[i] = strconv.Quote(w)
		}
		return "[" + strings.Join(words, ", ") + "]"
	default:
		return strconv.Quote(text)
	}
}

// last is the last of some words, or "".
func last(words string) string {
	all := strings.Fields(words)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}
