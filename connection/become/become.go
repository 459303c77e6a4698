// Package become knows the programs that run commands as another user: their command lines, and how they ask for passwords and refuse.
// A [Method] is what Ansible calls a become plugin. An agent that starts another one as another user, and [Dialer], whose lines run all of
// their commands as another user, both take it from here.
package become

import (
	"crypto/rand"
	"slices"
	"strings"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
)

// Method is a program that runs commands as another user.
type Method struct {
	exe       string
	flags     string // when none are set
	TTY       bool   // it asks for passwords at its terminal
	command   func(s *step) string
	missing   []string // its words, in its own language, for: a password is needed, and there was none
	incorrect []string // and for: the password was wrong
}

// step is one use of a method.
type step struct {
	connection.Become
	words  string // what is to run, as words of a shell
	prompt string // for the password, where the program is told what to ask
}

// Find gives the method of a name, or nil.
func Find(name string) *Method { return methods[name] }

// Line gives the command line that runs words of a shell as another user. The prompt is the text by which the password is asked for; ""
// means that the program asks in its own words. It differs each time, so that nothing else can look like it.
func (m *Method) Line(b connection.Become, words string) (line, prompt string) {
	s := &step{Become: b, words: words}
	if s.Exe == "" {
		s.Exe = m.exe
	}
	if s.Flags == "" {
		s.Flags = m.flags
	}
	if s.User == "" {
		s.User = "root"
	}
	line = m.command(s)
	return line, s.prompt
}

// English goes before a command line: what refuses there does so in English. Programs speak the user's language by gettext, which looks for no
// translation behind a C in LANGUAGE. What runs as the other user gets the value without it.
const English = `LANGUAGE=C:$LANGUAGE; export LANGUAGE; `

const notEnglish = `case $LANGUAGE in C:) unset LANGUAGE;; C:*) LANGUAGE=${LANGUAGE#C:};; esac; `

// Reason gives what a program's words say of its refusal: "missing" or "incorrect", of the password, or "".
func (m *Method) Reason(words string, hasPassword bool) string {
	contains := func(text string) bool { return strings.Contains(words, text) }
	switch {
	case slices.ContainsFunc(m.incorrect, contains) && hasPassword:
		return "incorrect"
	case slices.ContainsFunc(m.missing, contains):
		return "missing"
	}
	return ""
}

// Prompt begins the prompts that goplay gives to sudo and its like.
func Prompt(method string) string { return "[" + method + " via goplay, key=" }

// ask makes up the prompt, and gives the options that tell the program. With a password it must not be told to do without one.
func (s *step) ask(method string) (flags, prompt string) {
	if s.Password == "" {
		return s.Flags, ""
	}
	s.prompt = Prompt(method) + strings.ToLower(rand.Text()) + "] password:"
	flags = strings.Join(slices.DeleteFunc(strings.Fields(s.Flags), func(f string) bool { return f == "-n" || f == "--non-interactive" }), " ")
	return flags, "-p " + source.ShellQuote(s.prompt)
}

func (s *step) user() string { return source.ShellQuote(s.User) }

// text is what is to run as one word.
func (s *step) text() string { return source.ShellQuote(s.words) }

// shell is the same behind a shell, where the method is told to have one.
func (s *step) shell() string {
	if s.Shell {
		return "/bin/sh -c " + s.text()
	}
	return s.text()
}

// words joins what is not empty.
func words(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ")
}
