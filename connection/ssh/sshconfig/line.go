package sshconfig

import (
	"fmt"
	"slices"
	"strings"
)

// line takes in one line. Lines that don't count for the host are checked all the same, as OpenSSH does.
func (r *reader) line(s *source, text string) {
	keyword, rest := splitKeyword(text)
	if keyword == "" {
		return
	}
	rule, known := keywords[keyword]
	if !known {
		r.unknown(s, keyword)
		return
	}
	if rule.alias != "" {
		keyword, rule = rule.alias, keywords[rule.alias]
	}
	args, ok := r.arguments(s, keyword, rule, rest)
	if !ok {
		return
	}
	switch keyword {
	case "host":
		r.host(s, args)
	case "match":
		r.match(s, args)
	case "include":
		if !s.options {
			r.include(s, args)
		}
	default:
		r.set(s, keyword, rule, args)
	}
}

func (r *reader) unknown(s *source, keyword string) {
	if MatchList(keyword, strings.Split(strings.ToLower(r.settings.Get("ignoreunknown")), ",")) {
		return
	}
	s.count++
	s.faults = append(s.faults, fmt.Sprintf("%s: line %d: Bad configuration option: %s", s.name, s.number, keyword))
}

// arguments splits and counts the words after a keyword.
func (r *reader) arguments(s *source, keyword string, rule rule, rest string) ([]string, bool) {
	if rule.kind == rawText {
		if rest == "" {
			s.fault("no argument after keyword \"%s\"", keyword)
		}
		return []string{rest}, rest != ""
	}
	args, ok := splitWords(rest)
	switch {
	case !ok:
		s.fault("invalid quotes")
	case len(args) == 0:
		s.fault("no argument after keyword \"%s\"", keyword)
		return nil, false
	case args[0] == "":
		s.fault("Missing argument.")
		return nil, false
	case len(args) > 1 && !rule.many():
		s.fault("keyword %s extra arguments at end of line", keyword)
		return nil, false
	}
	return args, ok
}

// set checks the values and stores them, if the line counts and the keyword has no value yet (or collects them).
func (r *reader) set(s *source, keyword string, rule rule, args []string) {
	if rule.check != nil {
		for _, arg := range args {
			if fault := rule.check(arg); fault != "" {
				s.fault("%s", fault)
				return
			}
		}
	}
	if !s.active || rule.kind == ignored {
		return
	}
	have, set := r.settings.values[keyword]
	switch {
	case rule.kind == collects || rule.kind == collectsMany:
		r.settings.values[keyword] = merge(have, args)
	case !set && !r.shadowed(keyword):
		r.settings.values[keyword] = args
	}
}

// merge adds the words that are new.
func merge(have, more []string) []string {
	for _, word := range more {
		if !slices.Contains(have, word) {
			have = append(have, word)
		}
	}
	return have
}

// shadowed says that of ProxyCommand and ProxyJump the one that comes first excludes the other.
func (r *reader) shadowed(keyword string) bool {
	other := map[string]string{"proxycommand": "proxyjump", "proxyjump": "proxycommand"}[keyword]
	_, set := r.settings.values[other]
	return set
}

func (r *reader) host(s *source, patterns []string) {
	name := r.query.Host
	if r.final {
		name = r.settings.HostName(name)
	}
	s.active = !s.never && MatchList(name, patterns)
}
