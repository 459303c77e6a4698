package agent

import (
	"context"
	"errors"
	"strconv"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/enter"
	"github.com/goplay/goplay/internal/source"
)

// mayLack reports whether a target can get the Python of the place that it is entered from: it is a container or its like, and any Python does.
func mayLack(t connection.Target, interpreter string) bool {
	return t.Entry != "" && t.Transport != "ssh" && discovers(interpreter)
}

// entering starts the agent of a target that is entered from another place. If there turns out to be no Python behind the entry, the agent is
// started anew with a copy of the one before it.
func (p *Pool) entering(ctx context.Context, t connection.Target, interpreter string, start func(lent bool) (*Session, error)) (*Session, error) {
	s, err := start(false)
	if err != nil || !mayLack(t, interpreter) {
		return s, err
	}
	select {
	case <-s.ready:
	case <-ctx.Done():
		return s, nil
	}
	if s.lacksPython() {
		return start(true)
	}
	return s, nil
}

// lacksPython reports whether the agent ended since there was no Python to start it.
func (s *Session) lacksPython() bool {
	if s.alive() {
		return false
	}
	var failed *InterpreterError
	return errors.As(s.err, &failed) && failed.Missing()
}

// lend gives the program that makes a copy of the Python which runs it behind a target's entry, and starts an agent by that. Where no copy can be
// made, the usual command complains.
func lend(t connection.Target, fallback []string, loader string) string {
	text, err := python.ReadFile("py/lend.py")
	if err != nil {
		panic(err) // the file is part of the program
	}
	// Go's notation of a text in ASCII is Python's, too.
	return minify(string(text)) + "main(" + strconv.QuoteToASCII(enter.Way(t)) + "," +
		strconv.QuoteToASCII(inside(t, command("@LENT@", fallback, loader))) + "," +
		strconv.QuoteToASCII(inside(t, command("auto", fallback, loader))) + ")"
}

// lendHere is the command line by which this machine lends its Python to a target that is entered from it.
func lendHere(t connection.Target, fallback []string) string {
	return "/bin/sh -c " + source.ShellQuote(discovery(fallback)) + " /bin/sh " + source.ShellQuote(lend(t, fallback, loader(false)))
}
