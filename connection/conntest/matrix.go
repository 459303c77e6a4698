package conntest

import (
	"fmt"
	"slices"
	"strings"
)

// Limits are what a transport cannot do, each with the reason; "": it can.
type Limits struct {
	NoSignals      string // a command that ignores the end of its input outlives Kill
	NoTerminal     string // there is none for a command
	NoSignalStatus string // the exit status of a command that a signal ended does not tell of that
	NoNetwork      string // nothing is between here and the target that could be slow, or cut
	NotAtOnce      string // several commands at once disturb each other
}

const (
	noLine       = "no network in between"
	noSSHSignals = "sshd delivers signals only if it runs as root and the user isn't root"
)

// stacks are the transports, and transports upon others, that pass the suite.
var stacks = []struct {
	name string
	Limits
}{
	{"local", Limits{NoNetwork: noLine}},
	{"ssh", Limits{NoSignals: noSSHSignals}},
	{"program ssh", Limits{
		NoTerminal: "ssh makes one there only when it has one here", NoSignals: "ssh passes on no signals", NoSignalStatus: "ssh gives 255 for all of them",
	}},
	{"winrm", Limits{NoTerminal: "the shells of WinRM have none"}},
	{"sudo", Limits{NoNetwork: noLine}},
	{"su", Limits{NoNetwork: noLine, NoSignals: "su gives what it runs a session of its own, and waits for two seconds"}},
	{"docker", Limits{NoNetwork: noLine}},
	{"podman", Limits{NoNetwork: noLine}},
	{"buildah", Limits{
		NoNetwork: noLine, NoTerminal: "buildah puts a terminal of its own in between, whose last words may be lost",
		NoSignalStatus: "buildah run gives 1 for all of them", NotAtOnce: "of several `buildah run` at once one now and then cannot mount what it needs, or loses output; an agent needs one",
	}},
	{"lxc", Limits{NoNetwork: noLine, NoTerminal: "lxc-attach puts a terminal of its own in between, which it never leaves"}},
	{"chroot", Limits{NoNetwork: noLine}},
	{"ssh > sudo", Limits{NoSignals: noSSHSignals}},
	{"ssh > chroot > sudo", Limits{NoSignals: noSSHSignals}},
}

// LimitsOf gives what a stack of [Matrix] cannot do.
func LimitsOf(stack string) Limits {
	for _, s := range stacks {
		if s.name == stack {
			return s.Limits
		}
	}
	panic("the matrix has no " + stack)
}

// Matrix is the suite as a table in Markdown: a row for each case, a column for each stack, and the reasons for what is missing below.
func Matrix() string {
	var b strings.Builder
	b.WriteString("| case |")
	for _, s := range stacks {
		b.WriteString(" " + s.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(stacks)) + "\n")
	var reasons []string
	for _, c := range cases {
		b.WriteString("| " + c.name + " |")
		for _, s := range stacks {
			mark := "yes"
			if c.limit != nil && c.limit(s.Limits) != "" {
				mark = note(&reasons, c.limit(s.Limits))
			}
			b.WriteString(" " + mark + " |")
		}
		b.WriteString("\n")
	}
	for i, reason := range reasons {
		fmt.Fprintf(&b, "\n(%d) %s", i+1, reason)
	}
	return b.String() + "\n"
}

// note gives the number of a reason.
func note(reasons *[]string, reason string) string {
	at := slices.Index(*reasons, reason)
	if at < 0 {
		at = len(*reasons)
		*reasons = append(*reasons, reason)
	}
	return fmt.Sprintf("(%d)", at+1)
}
