package ssh

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
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
// left behind, but one that runs is used. It is an error that there is a password, which a command line cannot hold.
func Entry(t connection.Target) (string, error) {
	if t.Password != "" {
		return "", errors.New("a password is given, which cannot be told to an ssh that runs elsewhere: use a key there")
	}
	return entry(t, nil, []string{"-o", "BatchMode=yes"})
}

// entry gives the same with words before ssh and its first options.
func entry(t connection.Target, before, first []string) (string, error) {
	words := slices.Concat(before, []string{cmp.Or(t.SSH.Executable, "ssh"), "-o", "ControlMaster=no"}, first)
	for i, text := range []string{t.SSH.SSHArgs, t.SSH.CommonArgs, t.SSH.ExtraArgs} {
		more, err := source.ShellWords(text)
		if err != nil {
			return "", err
		}
		if words = append(words, more...); i == 0 {
			for _, option := range targetOptions(t, 0) {
				words = append(words, "-o", option)
			}
		}
	}
	return strings.Join(quoted(append(words, "--", t.Address)), " "), nil
}

// quoted are words of a shell.
func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = source.ShellQuote(word)
	}
	return out
}

// program makes the line of a target that needs the program ssh.
func (d *Dialer) program(ctx context.Context, t connection.Target, needed *beyond) (connection.Conn, error) {
	if d.options.Program == nil {
		return nil, unreachable(t.Host, needed)
	}
	secret, before, first := (*askpass)(nil), []string(nil), []string{"-o", "BatchMode=yes"}
	if t.Password != "" {
		var err error
		if secret, err = newAskpass(t.Password); err != nil {
			return nil, unreachable(t.Host, err)
		}
		before, first = secret.words()
	}
	line, err := d.byProgram(ctx, t, before, first)
	if err != nil {
		secret.close()
		return nil, err
	}
	if d.options.Say != nil {
		d.options.Say(t.Host, needed.Error())
	}
	return &programLine{Conn: line, host: t.Host, secret: secret, done: make(chan struct{})}, nil
}

// byProgram makes the bare line.
func (d *Dialer) byProgram(ctx context.Context, t connection.Target, before, first []string) (conn connection.Conn, err error) {
	if t.Entry, err = entry(t, before, first); err != nil {
		return nil, unreachable(t.Host, err)
	}
	return d.options.Program.Dial(ctx, t)
}

// programLine is a line by the program ssh, which ends with 255 where it is ssh that fails. The line ends with the first time.
type programLine struct {
	connection.Conn
	host   string
	secret *askpass // nil: there is no password
	end    sync.Once
	done   chan struct{}
}

// Done is closed when ssh has failed, or the line was closed.
func (l *programLine) Done() <-chan struct{} { return l.done }

// Close ends all commands and the line.
func (l *programLine) Close() error {
	l.end.Do(func() { close(l.done) })
	defer l.secret.close()
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
