package ssh

import (
	"os"
	"strings"

	"github.com/goplay/goplay/connection/ssh/sshconfig"
)

// variable is the payload of an env request.
type variable struct{ Name, Value string }

// environment is what SendEnv and SetEnv give to commands. Which of it a server takes is the server's choice.
func (p *plan) environment() []variable {
	var env []variable
	patterns := sendPatterns(p.settings.List("sendenv"))
	for _, entry := range os.Environ() {
		if name, value, ok := strings.Cut(entry, "="); ok && sshconfig.MatchList(name, patterns) {
			env = append(env, variable{name, value})
		}
	}
	for _, entry := range p.settings.List("setenv") {
		if name, value, ok := strings.Cut(entry, "="); ok {
			env = append(env, variable{name, value})
		}
	}
	return env
}

// sendPatterns takes those patterns away that a later -pattern removes.
func sendPatterns(list []string) []string {
	var patterns []string
	for _, word := range list {
		removed, isRemoval := strings.CutPrefix(word, "-")
		if !isRemoval {
			patterns = append(patterns, word)
			continue
		}
		var kept []string
		for _, pattern := range patterns {
			if !sshconfig.MatchPattern(pattern, removed) {
				kept = append(kept, pattern)
			}
		}
		patterns = kept
	}
	return patterns
}
