// Package connection reaches hosts. A [Dialer] makes a [Conn] to a [Target]; a [Pool] dials every target at most once, however
// many tasks ask at the same time, and keeps the line for the whole run. Each transport (local, ssh …) is a package below this one and
// passes the suite in conntest.
//
// A Conn runs command lines; everything else (modules, files, become) is done by the agent that one such command starts.
package connection

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Target is a fully resolved way to a host. It is comparable: equal targets share one line.
type Target struct {
	Host      string // inventory name, for messages only
	Transport string // "ssh", "local"
	Address   string // host name or IP address
	Port      int    // 0: the transport's default, or what the user's ssh configuration says
	User      string // "": the transport's default, or what the user's ssh configuration says
	Password  string // login password, or ""
	SSH       SSHOptions
	Timeout   time.Duration // for dialling; 0: 10 s
}

// SSHOptions are the settings of the ssh connection, named as Ansible's variables.
type SSHOptions struct {
	PrivateKeyFile   string // ansible_ssh_private_key_file / --private-key
	Passphrase       string // ansible_ssh_private_key_passphrase
	HostKeyChecking  bool   // host_key_checking
	SSHArgs          string // ssh_args
	CommonArgs       string // ansible_ssh_common_args / --ssh-common-args
	ExtraArgs        string // ansible_ssh_extra_args / --ssh-extra-args
	Executable       string // ansible_ssh_executable
	Retries          int    // ansible_ssh_retries
	PasswordAttempts int    // NumberOfPasswordPrompts; 0: the default
	Pipelining       bool   // accepted; the agent needs no temporary files either way
}

// Conn is a line to one target. Its methods may be called by several goroutines at once.
type Conn interface {
	// Start runs a command line with the login shell of the user that the line belongs to. Cancelling ctx ends the command.
	// An error means that the line is broken (an *UnreachableError) or ctx is done; a command that fails is an exit status of Wait.
	Start(ctx context.Context, command string, opts StartOptions) (Process, error)
	// Close ends all commands and the line. Start fails afterwards.
	Close() error
	// Done is closed when the line has ended, by Close or by a fault.
	Done() <-chan struct{}
}

// StartOptions say how a command is run.
type StartOptions struct {
	TTY bool // give the command a terminal
}

// Process is a running command. Stdin must be closed by the caller; Stdout and Stderr must be read to their ends.
type Process interface {
	Stdin() io.WriteCloser
	Stdout() io.Reader
	Stderr() io.Reader
	// Wait gives the exit status (128+n for a command that a signal n ended). An error means that the line broke before it was known.
	Wait() (exit int, err error)
	// Kill ends the command as well as the transport can.
	Kill() error
}

// Dialer makes lines of one transport.
type Dialer interface {
	// Dial opens a line. An error is an *UnreachableError, or ctx's.
	Dial(ctx context.Context, t Target) (Conn, error)
}

// UnreachableError says that a host cannot be reached, or no longer: the result of the task is UNREACHABLE.
type UnreachableError struct {
	Host string // inventory name
	Msg  string // as the user shall read it
	Err  error  // the cause, or nil
}

func (e *UnreachableError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Msg, e.Err)
	}
	return e.Msg
}

// Unwrap gives the cause.
func (e *UnreachableError) Unwrap() error { return e.Err }

// IsUnreachable reports whether err is or wraps an *UnreachableError.
func IsUnreachable(err error) bool {
	var u *UnreachableError
	return errors.As(err, &u)
}
