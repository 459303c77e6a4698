package sshconfig

import "strings"

// MatchPattern matches a name with a pattern of ssh_config(5): * is any text, ? any character.
func MatchPattern(name, pattern string) bool {
	for {
		if pattern == "" {
			return name == ""
		}
		switch pattern[0] {
		case '*':
			return matchStar(name, strings.TrimLeft(pattern, "*"))
		case '?':
			if name == "" {
				return false
			}
		default:
			if name == "" || name[0] != pattern[0] {
				return false
			}
		}
		name, pattern = name[1:], pattern[1:]
	}
}

func matchStar(name, pattern string) bool {
	if pattern == "" {
		return true
	}
	for i := 0; i <= len(name); i++ {
		if MatchPattern(name[i:], pattern) {
			return true
		}
	}
	return false
}

// MatchList matches with patterns, of which one that is negated by ! and fits decides against all others.
func MatchList(name string, patterns []string) bool {
	found := false
	for _, p := range patterns {
		negated := strings.HasPrefix(p, "!")
		if !MatchPattern(name, strings.TrimPrefix(p, "!")) {
			continue
		}
		if negated {
			return false
		}
		found = true
	}
	return found
}
