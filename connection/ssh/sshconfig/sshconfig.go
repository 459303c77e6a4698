// Package sshconfig reads OpenSSH's client configuration: ssh_config(5) files and -o options. [Query.Resolve] gives the [Settings]
// of one host, as `ssh -G` would print them: of several values for a keyword the first one counts, except for the keywords that
// collect (IdentityFile, CertificateFile, SendEnv, SetEnv).
//
// What each keyword takes, and what becomes of it here, stands in one table (keywords.go): it is applied, or it has no effect on
// running commands and is accepted knowingly, or it is refused with the reason. A keyword that OpenSSH doesn't know is an error in
// OpenSSH's words.
package sshconfig

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Query asks for the settings of a host.
type Query struct {
	Host       string   // as the user wrote it
	Options    []string // of the command line, "keyword=value" or "keyword value", first come first
	UserFile   string   // -F; "": .ssh/config in Home and then SystemFile; "none": no file
	SystemFile string   // "": /etc/ssh/ssh_config
	Home       string   // the local user's home folder
	LocalUser  string
	// Exec runs the command of `Match exec` and reports whether it succeeded. Nil: /bin/sh or $SHELL runs it.
	Exec func(ctx context.Context, command string) bool
}

// Settings are the resolved values.
type Settings struct {
	values map[string][]string
}

// Error is a mistake in the configuration. Its text is what ssh prints, lines ended by CR LF.
type Error struct{ Lines []string }

func (e *Error) Error() string { return strings.Join(e.Lines, "\r\n") }

// Resolve reads the options and then the files.
func (q Query) Resolve(ctx context.Context) (*Settings, error) {
	r := &reader{ctx: ctx, query: q, settings: &Settings{values: make(map[string][]string)}}
	if err := r.commandLine(q.Options); err != nil {
		return nil, err
	}
	if err := r.files(); err != nil {
		return nil, err
	}
	if r.wantsFinal {
		r.final = true
		if err := r.files(); err != nil {
			return nil, err
		}
	}
	return r.settings, nil
}

// reader carries what is known while the sources are read.
type reader struct {
	ctx      context.Context
	query    Query
	settings *Settings
	depth    int   // of includes
	fatal    error // of an included file

	wantsFinal bool // there is a `Match final`: the files are read twice
	final      bool // this is the second time
}

func (r *reader) commandLine(options []string) error {
	src := &source{name: "command-line", active: true, options: true}
	for _, option := range options {
		r.line(src, option)
		if len(src.faults) > 0 {
			return &Error{Lines: src.faults}
		}
	}
	return nil
}

func (r *reader) files() error {
	switch r.query.UserFile {
	case "none":
		return nil
	case "":
		user := filepath.Join(r.query.Home, ".ssh", "config")
		if err := r.file(&source{name: user, active: true, user: true, guarded: true}); err != nil {
			return err
		}
		system := r.query.SystemFile
		if system == "" {
			system = "/etc/ssh/ssh_config"
		}
		return r.file(&source{name: system, active: true})
	default:
		if _, err := os.Stat(r.query.UserFile); err != nil {
			return &Error{Lines: []string{"Can't open user config file " + r.query.UserFile + ": " + reason(err)}}
		}
		return r.file(&source{name: r.query.UserFile, active: true, user: true})
	}
}

// reason is the system's text for a failed file operation, as strerror(3) has it.
func reason(err error) string {
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}
