package ssh

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
)

// beyond is the error of a target that only the program ssh can reach. It says what needs it.
type beyond struct{ what string }

func (b *beyond) Error() string {
	return b.what + " needs the program ssh"
}

// within gives nil, or what of a plan this package can't do. A running master of the user's own has a line already, perhaps one that only
// the user could open.
func (p *plan) within(option string) error {
	if option == "" {
		option = p.settings.Beyond()
	}
	if option != "" {
		return &beyond{option}
	}
	if socket := p.settings.Get("controlpath"); socket != "" && !strings.EqualFold(socket, "none") && listens(p.path(socket)) {
		return &beyond{"the running master at " + p.path(socket)}
	}
	return nil
}

// listens tells whether a socket has a process behind it.
func listens(socket string) bool {
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// otherwise gives the error of a login that was denied, or that the program ssh knows another way.
func (p *plan) otherwise(err error) error {
	if !strings.Contains(err.Error(), "Permission denied (") {
		return err
	}
	switch {
	case p.settings.Bool("hostbasedauthentication", false):
		return &beyond{"hostbasedauthentication"}
	case p.settings.Bool("gssapiauthentication", false) && hasTicket():
		return &beyond{"gssapiauthentication"}
	}
	return err
}

// hasTicket tells whether the user has credentials of Kerberos.
func hasTicket() bool {
	if os.Getenv("KRB5CCNAME") != "" {
		return true
	}
	_, err := os.Stat("/tmp/krb5cc_" + strconv.Itoa(os.Getuid()))
	return err == nil
}

// Entry gives the command line that reaches a target by the program ssh, as Ansible runs it; the command follows as one word. No master is
// left behind, but one that runs is used.
func Entry(t connection.Target) (string, error) {
	if t.Password != "" {
		return "", errors.New("a password is given, which goplay cannot tell the program ssh: use a key, or log in once with a ControlMaster")
	}
	executable := t.SSH.Executable
	if executable == "" {
		executable = "ssh"
	}
	words := []string{executable, "-o", "ControlMaster=no", "-o", "BatchMode=yes"}
	options := func() (words []string) {
		for _, option := range targetOptions(t, 0) {
			words = append(words, "-o", option)
		}
		return words
	}
	for i, text := range []string{t.SSH.SSHArgs, t.SSH.CommonArgs, t.SSH.ExtraArgs} {
		more, err := source.ShellWords(text)
		if err != nil {
			return "", err
		}
		if words = append(words, more...); i == 0 {
			words = append(words, options()...)
		}
	}
	words = append(words, "--", t.Address)
	for i, word := range words {
		words[i] = source.ShellQuote(word)
	}
	return strings.Join(words, " "), nil
}

// program makes the line of a target that needs the program ssh.
func (d *Dialer) program(ctx context.Context, t connection.Target, needed *beyond) (connection.Conn, error) {
	if d.options.Program == nil {
		return nil, unreachable(t.Host, needed)
	}
	entry, err := Entry(t)
	if err != nil {
		return nil, unreachable(t.Host, errors.New(needed.Error()+", but "+err.Error()))
	}
	if d.options.Say != nil {
		d.options.Say(t.Host, needed.Error())
	}
	t.Entry = entry
	conn, err := d.options.Program.Dial(ctx, t)
	if err != nil {
		return nil, err
	}
	return &programLine{Conn: conn, host: t.Host, done: make(chan struct{})}, nil
}

// programLine is a line by the program ssh, which ends with 255 where it is ssh that fails. The line ends with the first time.
type programLine struct {
	connection.Conn
	host string
	end  sync.Once
	done chan struct{}
}

// Done is closed when ssh has failed, or the line was closed.
func (l *programLine) Done() <-chan struct{} { return l.done }

// Close ends all commands and the line.
func (l *programLine) Close() error {
	l.end.Do(func() { close(l.done) })
	return l.Conn.Close()
}

// Start runs a command.
func (l *programLine) Start(ctx context.Context, command string, opts connection.StartOptions) (connection.Process, error) {
	select {
	case <-l.done:
		return nil, unreachable(l.host, errors.New("the line has ended"))
	default:
	}
	p, err := l.Conn.Start(ctx, command, opts)
	if err != nil {
		return nil, err
	}
	words := &tail{}
	return &programProcess{Process: p, line: l, stderr: io.TeeReader(p.Stderr(), words), words: words}, nil
}

type programProcess struct {
	connection.Process
	line   *programLine
	stderr io.Reader
	words  *tail
}

func (p *programProcess) Stderr() io.Reader { return p.stderr }

// Wait gives the exit status of the command, or says in ssh's words why there is no line. As in Ansible, a command that complains and gives
// 255 is taken for ssh.
func (p *programProcess) Wait() (int, error) {
	exit, err := p.Process.Wait()
	words := strings.TrimSpace(p.words.String())
	if err == nil && exit == 255 && words != "" {
		p.line.end.Do(func() { close(p.line.done) })
		return exit, unreachable(p.line.host, errors.New(words))
	}
	return exit, err
}
