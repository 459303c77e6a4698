package agent

import (
	"cmp"
	"strings"

	"github.com/goplay/goplay/connection"
)

// entered is what a shell says that a target's entry has led to, before it looks for a Python.
const entered = "goplay-entered"

// inside lets a command that starts an agent behind an entry tell that it is there.
func inside(t connection.Target, command string) string {
	if t.Entry == "" {
		return command
	}
	return "echo " + entered + "; " + command
}

// notEntered gives the error of an agent that did not start because its target's entry led nowhere, in the words of the program of the
// entry, or nil.
func notEntered(t connection.Target, stdout, stderr string) error {
	if t.Entry == "" || strings.Contains(stdout, entered) {
		return nil
	}
	words := cmp.Or(tidy([]byte(stderr)), tidy([]byte(stdout)), "its shell cannot be run")
	return &connection.UnreachableError{Host: t.Host, Msg: "Failed to connect to the host via " + t.Transport + ": " + words}
}
