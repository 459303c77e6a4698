package become

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/goplay/goplay/connection"
)

// Error says that another user could not be had. Msg is the text that the task fails with.
type Error struct {
	Msg    string
	Stdout string
	Stderr string
	Exit   int
}

func (e *Error) Error() string { return e.Msg }

// Failure is what is known of a step to another user that failed.
type Failure struct {
	Host    string
	Local   bool // at this machine, by the local transport, for which Ansible has its own words
	Become  connection.Become
	Seen    string // "missing", "incorrect", "timeout", or "": the program ended by itself
	Timeout int    // seconds that it had
	Stdout  string
	Stderr  string
	Exit    int
}

// Reason is what was seen, or else what the program said: "missing", "incorrect", "timeout" or "".
func (f *Failure) Reason() string {
	if f.Seen != "" {
		return f.Seen
	}
	return Find(f.Become.Method).Reason(f.Stdout+f.Stderr, f.Become.Password != "")
}

// Err gives the error in Ansible's words: an [Error], or that the host is unreachable when it took too long.
func (f *Failure) Err() error {
	e := &Error{Stdout: f.Stdout, Stderr: f.Stderr, Exit: f.Exit}
	reason := f.Reason()
	if f.Local {
		return f.local(e, reason)
	}
	switch reason {
	case "missing":
		e.Msg = fmt.Sprintf("Missing %s password", f.Become.Method)
	case "incorrect":
		e.Msg = fmt.Sprintf("Incorrect %s password", f.Become.Method)
	case "timeout":
		return &connection.UnreachableError{Host: f.Host, Msg: strings.TrimRight(fmt.Sprintf(
			"Timeout (%ds) waiting for privilege escalation prompt: %s", f.Timeout, e.Stdout), " ")}
	default:
		e.Msg = "Module result deserialization failed: No start of json char found"
	}
	return e
}

// local words it as Ansible's local connection does.
func (f *Failure) local(e *Error, reason string) error {
	e.Msg = "Premature end of stream waiting for become success."
	switch reason {
	case "timeout":
		e.Msg = "Timed out waiting for become success."
	case "incorrect":
		if strings.Count(e.Stderr, Prompt("sudo")) > 1 {
			e.Msg = "Duplicate become password prompt encountered waiting for become success."
		}
	}
	if out := tidy(e.Stdout); out != "" {
		e.Msg += "\n>>> Standard Output\n" + out
	}
	// On the terminal that Ansible gives it there, sudo ends the line of its prompt.
	if err := tidy(promptLine.ReplaceAllString(e.Stderr, "$1\n")); err != "" {
		e.Msg += "\n>>> Standard Error\n" + err
	}
	if reason == "timeout" {
		return &connection.UnreachableError{Host: f.Host, Msg: e.Msg}
	}
	return e
}

var promptLine = regexp.MustCompile(`(key=\w+\] password:)(\n|$)?`)

func tidy(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
