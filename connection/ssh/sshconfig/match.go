package sshconfig

import (
	"os"
	"os/exec"
	"strings"
)

// match evaluates a Match line: all criteria must hold.
func (r *reader) match(s *source, args []string) {
	holds := true
	for len(args) > 0 {
		name, negated := strings.ToLower(args[0]), false
		if strings.HasPrefix(name, "!") {
			name, negated = name[1:], true
		}
		n, result, complaint := r.criterion(s, name, args[1:], holds && !s.never)
		if complaint != "" {
			s.faults = append(s.faults, complaint)
			s.fault("Bad Match condition")
			s.active = false
			return
		}
		holds = holds && result != negated
		args = args[1+n:]
	}
	s.active = holds && !s.never
}

// criterion evaluates one criterion and says how many of args it took. Commands are run only if it still matters.
func (r *reader) criterion(s *source, name string, args []string, matters bool) (n int, holds bool, complaint string) {
	switch name {
	case "canonical":
		return 0, false, "" // never: see CanonicalizeHostname in the table of keywords
	case "final":
		r.wantsFinal = true
		return 0, r.final, ""
	case "all":
		if len(args) > 0 {
			return 0, false, s.here() + "'all' cannot be combined with other Match attributes"
		}
		return 0, true, ""
	}
	if len(args) == 0 || args[0] == "" {
		return 0, false, "Missing Match criteria for " + name
	}
	subject, known := r.subject(name)
	switch {
	case known:
		return 1, MatchList(subject, strings.Split(fold(name, args[0]), ",")), ""
	case name == "exec":
		return 1, matters && r.exec(args[0]), ""
	}
	return 0, false, "Unsupported Match attribute " + name
}

func fold(criterion, pattern string) string {
	if criterion == "host" {
		return strings.ToLower(pattern)
	}
	return pattern
}

// subject is what a criterion's patterns are matched with.
func (r *reader) subject(criterion string) (string, bool) {
	switch criterion {
	case "host":
		return r.settings.HostName(r.query.Host), true
	case "originalhost":
		return r.query.Host, true
	case "user":
		return r.remoteUser(), true
	case "localuser":
		return r.query.LocalUser, true
	case "tagged":
		return r.settings.Get("tag"), true
	}
	return "", false
}

func (r *reader) remoteUser() string {
	if user := r.settings.Get("user"); user != "" {
		return user
	}
	return r.query.LocalUser
}

func (r *reader) exec(command string) bool {
	command = Expand(command, r.tokens())
	if r.query.Exec != nil {
		return r.query.Exec(r.ctx, command)
	}
	shell := os.Getenv("SHELL")
	if shell == "" {
		shell = "/bin/sh"
	}
	return exec.CommandContext(r.ctx, shell, "-c", command).Run() == nil
}

func (r *reader) tokens() Tokens {
	return r.settings.Tokens(r.query.Host, r.query.LocalUser, r.query.Home)
}
