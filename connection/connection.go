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
	"unique"
)

// Target is a fully resolved way to a host. It is comparable: equal targets share one line. The runner fills it from variables;
// beside each field stands the variable, command line option or setting that it belongs to, in rising precedence from right to left.
type Target struct {
	// Host is inventory_hostname. It is for messages only, yet part of the identity of a line.
	Host string
	// Transport is ansible_connection (-c, transport): "ssh", "local", "winrm" or "psrp". "smart" must be resolved by the caller, to "ssh".
	Transport string
	// Address is ansible_host, or ansible_ssh_host, or else inventory_hostname: a host name, an IP address, or an alias in the
	// user's ssh configuration.
	Address string
	// Port is ansible_port, or ansible_ssh_port (remote_port). 0: what the user's ssh configuration says, else 22.
	Port int
	// User is ansible_user, or ansible_ssh_user (-u, remote_user). "": what the user's ssh configuration says, else the local user.
	User string
	// Password is ansible_password, ansible_ssh_pass or ansible_ssh_password (-k, --connection-password-file). "": none is tried.
	Password string
	// SSH is used by the ssh transport only. Leave it zero for the others, so that equal targets are equal.
	SSH SSHOptions
	// WinRM is used by the winrm transport only. Leave it zero for the others.
	WinRM WinRMOptions
	// PSRP is used by the psrp transport only. Leave it zero for the others.
	PSRP PSRPOptions
	// Timeout is ansible_timeout, or ansible_ssh_timeout (-T, timeout): for reaching the host up to the end of the key exchange.
	// 0: what the user's ssh configuration says (ConnectTimeout), else 10 s.
	Timeout time.Duration
	// Windows is ansible_shell_type of a Windows machine that is reached over ssh: powershell or cmd. "": it is none.
	Windows string
	// Quotas are a Windows machine's, where they are not its usual ones. Leave them zero for others.
	Quotas Quotas
	// Entry is the command line that leads into a container and the like; package enter makes it and has the transport that uses it.
	Entry string
	// Become is a step to another user, which makes the target that user at the place that Via names. The zero Become is none.
	Become Become
	// Python is ansible_python_interpreter of a target that others are reached from. Leave it "" for others, whose tasks say it.
	Python string
	// Via is the target from which this one is reached, made by [Target.Handle]. The zero handle is this machine.
	Via Handle
}

// Become says as which user, and by which program, commands or an agent are started.
type Become struct {
	Method   string // "sudo", "su", "doas" …
	User     string // "": root
	Exe      string // "": Method's program
	Flags    string // "": Method's own, such as sudo's "-H -S -n"; " ": none
	Password string
	Chdir    string // sudo: the folder to start in
	Shell    bool   // pbrun, pfexec: a shell runs the command
	Timeout  int    // seconds to wait for a prompt, and for the command to start; 0: as whoever becomes that user has it
}

// Handle stands for a target. Handles of equal targets are equal.
type Handle = unique.Handle[Target]

// Handle gives the target's handle.
func (t Target) Handle() Handle { return unique.Make(t) }

// Parent gives the target from which this one is reached; ok is false for one that is reached from this machine.
func (t Target) Parent() (parent Target, ok bool) {
	if t.Via == (Handle{}) {
		return Target{}, false
	}
	return t.Via.Value(), true
}

// SSHOptions are the settings of the ssh connection, named as Ansible's variables.
type SSHOptions struct {
	// PrivateKeyFile is ansible_private_key_file, or ansible_ssh_private_key_file (--private-key, private_key_file).
	PrivateKeyFile string
	// PrivateKey is ansible_private_key, or ansible_ssh_private_key: the key itself. It is tried before those of files, and none of an agent is.
	PrivateKey string
	// KeysInVariables says that there may be such keys ([connection] ssh_agent is not none); otherwise a target that has one is unreachable.
	KeysInVariables bool
	// Passphrase is ansible_ssh_private_key_passphrase. "": the [Prompter] is asked for it.
	Passphrase string
	// HostKeyChecking is ansible_host_key_checking, or ansible_ssh_host_key_checking (host_key_checking; true unless set).
	// False is StrictHostKeyChecking=no; true leaves it to the user's ssh configuration.
	HostKeyChecking bool
	// SSHArgs is ansible_ssh_args ([ssh_connection] ssh_args). These options come before, the next two after what Target says:
	// as with ssh, of two values the first one counts.
	SSHArgs string
	// CommonArgs is ansible_ssh_common_args (--ssh-common-args, [ssh_connection] ssh_common_args).
	CommonArgs string
	// ExtraArgs is ansible_ssh_extra_args (--ssh-extra-args, [ssh_connection] ssh_extra_args).
	ExtraArgs string
	// Executable is ansible_ssh_executable ([ssh_connection] ssh_executable). No program is run; another one than ssh is refused.
	Executable string
	// Retries is ansible_ssh_retries ([ssh_connection] retries): how often a failed dialling is tried again.
	Retries int
	// PasswordAttempts is how often Password is offered (NumberOfPasswordPrompts). 0: once, as Ansible does.
	PasswordAttempts int
	// Pipelining is ansible_pipelining. It is accepted; the agent needs no temporary files either way.
	Pipelining bool
}

// Quotas are what a Windows machine allows a user, by the variables goplay_max_shells_per_user and goplay_max_processes_per_shell: its settings
// winrm/config/winrs MaxShellsPerUser and MaxProcessesPerShell. 0: Windows' own, 30 and 25.
type Quotas struct{ Shells, Processes int }

// WinRMOptions are the settings of the winrm connection, named as Ansible's variables: ansible_winrm_ and a name as given here.
type WinRMOptions struct {
	// Scheme is "http" or "https". "": http for the port 5985, else https.
	Scheme string
	// Path is that of the service. "": /wsman.
	Path string
	// Transport are ways to log in, with commas between, tried in their order: basic and plaintext; ssl, which is certificate where CertPEM is
	// given and basic elsewhere; certificate, kerberos, ntlm. "": ssl or plaintext by Scheme, and kerberos for a user with an @.
	Transport string
	// MessageEncryption is "auto", "always" or "never". "": auto.
	MessageEncryption string
	// ServerCertValidation is "validate" or "ignore". "": validate.
	ServerCertValidation string
	// CATrustPath is a file of certificate authorities. "" or "legacy_requests": the machine's.
	CATrustPath string
	// CertPEM and CertKeyPEM are files of a certificate and its key to log in with.
	CertPEM, CertKeyPEM string
	// Realm, Service, Keytab and KerberosHost (kerberos_hostname_override) are of logins by Kerberos. "": the user's realm, HTTP, no keytab, Address.
	Realm, Service, Keytab, KerberosHost string
	// ManualKinit is kinit_mode manual: tickets are those that kinit has got, whatever the password.
	ManualKinit bool
	// Delegation is kerberos_delegation, which is refused.
	Delegation bool
	// NoCBT is send_cbt turned round: logins by NTLM do not tell for which certificate they are.
	NoCBT bool
	// Proxy is the URL of a proxy; "": those of the environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
	Proxy string
	// OperationTimeout is operation_timeout_sec; 0: 20 s. ReadTimeout is read_timeout_sec; 0: 30 s.
	OperationTimeout, ReadTimeout time.Duration
}

// PSRPOptions are the settings of the psrp connection, named as Ansible's variables: ansible_psrp_ and a name as given here. [Target.Timeout] is
// connection_timeout, 0: 30 s.
type PSRPOptions struct {
	// Protocol is "http" or "https". "": http for the port 5985, else https.
	Protocol string
	// Path is that of the service. "": wsman.
	Path string
	// Auth is the way to log in: basic, certificate, kerberos, ntlm or negotiate, which is NTLM here. "": negotiate.
	Auth string
	// MessageEncryption is "auto", "always" or "never". "": auto.
	MessageEncryption string
	// CertValidation is "validate" or "ignore". "": validate.
	CertValidation string
	// CACert is a file of certificate authorities. "": the machine's.
	CACert string
	// CertificatePEM and CertificateKeyPEM are files of a certificate and its key to log in with.
	CertificatePEM, CertificateKeyPEM string
	// NegotiateService, NegotiateHost (negotiate_hostname_override) are of logins by Kerberos. "": WSMAN, Address. Delegate is refused.
	NegotiateService, NegotiateHost string
	Delegate                        bool
	// NoCBT is negotiate_send_cbt turned round.
	NoCBT bool
	// Proxy is the URL of a proxy. IgnoreProxy leaves those of the environment out, and has no effect beside Proxy.
	Proxy       string
	IgnoreProxy bool
	// OperationTimeout is operation_timeout; 0: 20 s. ReadTimeout is read_timeout; 0: 30 s.
	OperationTimeout, ReadTimeout time.Duration
	// ReconnectionRetries is how often a connection that cannot be made is tried again, after ReconnectionBackoff, twice that …
	ReconnectionRetries int
	ReconnectionBackoff time.Duration
	// MaxEnvelopeSize is the size of messages, in bytes. 0: 153600.
	MaxEnvelopeSize int
	// ConfigurationName is the session's. "": Microsoft.PowerShell, which is Windows PowerShell.
	ConfigurationName string
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
	// Wait gives the exit status (128+n for a command that a signal n ended), each time it is called. An error means that the line broke before it was known.
	Wait() (exit int, err error)
	// Kill ends the command as well as the transport can.
	Kill() error
}

// Dialer makes lines of one transport.
type Dialer interface {
	// Dial opens a line. An error is an *UnreachableError, or ctx's; any other one makes the task fail without the host being
	// unreachable (ssh: a password is given, the host key is unknown and nobody can be asked about it).
	Dial(ctx context.Context, t Target) (Conn, error)
}

// UnreachableError says that a host cannot be reached, or no longer: the result of the task is UNREACHABLE.
type UnreachableError struct {
	Host string // inventory name
	Msg  string // as the user shall read it
	Err  error  // the cause, or nil
	// Apart says that the reference tells the message as the cause of the task's failure, apart from it.
	Apart bool
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
