package become

import "github.com/goplay/goplay/internal/source"

// Words for refusals that several programs share.
var (
	sudoMissing = []string{"Sorry, a password is required to run sudo", "a password is required"}
	tryAgain    = []string{"Sorry, try again."}
	polkitFails = []string{"==== AUTHENTICATION FAILED ===="}
)

// methods by name. The command lines are those of Ansible's plugins, and so are the words for refusals; prompts are recognised in any language.
var methods = map[string]*Method{
	"sudo": {exe: "sudo", flags: "-H -S -n", command: sudo, missing: sudoMissing, incorrect: tryAgain},
	"su":   {exe: "su", TTY: true, command: su, incorrect: []string{"Authentication failure", "Sorry", "incorrect password"}},
	"doas": {
		exe: "doas", TTY: true, command: doas, missing: []string{"Authorization required", "Authentication required", "a tty is required"},
		incorrect: []string{"Permission denied", "Authentication failed", "Authorization failed"},
	},
	"dzdo":       {exe: "dzdo", flags: "-H -S -n", command: dzdo, incorrect: tryAgain},
	"ksu":        {exe: "ksu", TTY: true, command: ksu, missing: []string{"No password given"}, incorrect: []string{"Password incorrect"}},
	"machinectl": {exe: "machinectl", TTY: true, command: machinectl, incorrect: polkitFails},
	"pbrun":      {exe: "pbrun", TTY: true, command: pbrun},
	"pfexec":     {exe: "pfexec", flags: "-H -S -n", TTY: true, command: pfexec},
	"pmrun":      {exe: "pmrun", TTY: true, command: pmrun},
	"run0":       {exe: "run0", TTY: true, command: run0, incorrect: polkitFails},
	"sesu":       {exe: "sesu", flags: "-H -S -n", TTY: true, command: sesu, incorrect: []string{"Sorry, try again with sesu."}},
	"sudosu":     {exe: "sudo", flags: "-H -S -n", command: sudosu, missing: sudoMissing, incorrect: tryAgain},
}

func sudo(s *step) string {
	flags, prompt := s.ask("sudo")
	line := words(s.Exe, flags, prompt, "-u", s.user(), s.words)
	if s.Chdir != "" {
		return "cd " + source.ShellQuote(s.Chdir) + " && " + line
	}
	return line
}

func dzdo(s *step) string {
	flags, prompt := s.ask("dzdo")
	return words(s.Exe, flags, prompt, "-u", s.user(), s.words)
}

// sudosu is sudo for root, and su from there.
func sudosu(s *step) string {
	flags, prompt := s.ask("sudo")
	return words(s.Exe, flags, prompt, "su -l", s.user(), "-c", s.text())
}

func su(s *step) string { return words(s.Exe, s.Flags, s.user(), "-c", s.text()) }

func doas(s *step) string {
	flags := s.Flags
	if s.Password == "" {
		flags = words(flags, "-n")
	}
	return words(s.Exe, flags, "-u", s.user(), s.words)
}

func ksu(s *step) string { return words(s.Exe, s.user(), s.Flags, "-e", s.words) }

// machinectl puts a terminal of its own in between, which must not change what passes through it.
func machinectl(s *step) string {
	s.words = "stty raw -echo 2>/dev/null; exec " + s.words
	return words(s.Exe, "-q shell", s.Flags, s.user()+"@", "/bin/sh -c", s.text())
}

func pbrun(s *step) string { return words(s.Exe, s.Flags, "-u", s.user(), s.shell()) }

func pfexec(s *step) string { return words(s.Exe, s.Flags, s.shell()) }

func pmrun(s *step) string { return words(s.Exe, s.Flags, s.text()) }

func run0(s *step) string { return words(s.Exe, "--user="+s.user(), s.Flags, s.words) }

func sesu(s *step) string { return words(s.Exe, s.Flags, s.user(), "-c", s.words) }
