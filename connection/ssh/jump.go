package ssh

import (
	"context"
	"strconv"
	"strings"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
)

// jumps are the lines to jump hosts. The lines through a jump host share one line to it, which ends with the last of them.
type jumps struct{ lines *connection.Shared }

const jumpTransport = "ssh jump"

func (j *jumps) init(d *Dialer) {
	j.lines = connection.NewShared(map[string]connection.Dialer{jumpTransport: jumpDialer{d}})
}

// jumpDialer makes the lines of the jumps' pool.
type jumpDialer struct{ d *Dialer }

// depthKey is the key of the context's value that counts the jump hosts which are being dialled for one another.
type depthKey struct{}

func (j jumpDialer) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	depth, _ := ctx.Value(depthKey{}).(int)
	l, err := j.d.dial(ctx, t, depth)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// get gives the line to a jump host; the caller must call release after the use of it.
func (j *jumps) get(ctx context.Context, t connection.Target) (l *line, release func(), err error) {
	conn, release, err := j.lines.Get(ctx, t)
	if err != nil {
		return nil, nil, err
	}
	return conn.(*line), release, nil
}

// jumpTarget reads the last host of a ProxyJump list. It is reached through the others, as `ssh -J others` would. As with ssh,
// options of the command line other than -F are not meant for jump hosts.
func (p *plan) jumpTarget(list string) (connection.Target, error) {
	rest, last := "", list
	if i := strings.LastIndexByte(list, ','); i >= 0 {
		rest, last = list[:i], list[i+1:]
	}
	user, host, port, ok := parseJump(last)
	if !ok {
		return connection.Target{}, p.notes.fail("Invalid -J argument")
	}
	t := connection.Target{
		Host: host, Transport: jumpTransport, Address: host, Port: port, User: user,
		SSH: connection.SSHOptions{HostKeyChecking: true, PasswordAttempts: 3},
	}
	if p.config != "" {
		t.SSH.SSHArgs = "-F " + source.ShellQuote(p.config)
	}
	if rest != "" {
		t.SSH.SSHArgs += " -J " + source.ShellQuote(rest)
	}
	return t, nil
}

// parseJump reads [user@]host[:port] or ssh://[user@]host[:port].
func parseJump(text string) (user, host string, port int, ok bool) {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "ssh://"), "/")
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		user, text = text[:i], text[i+1:]
	}
	host = text
	if strings.HasPrefix(text, "[") {
		end := strings.IndexByte(text, ']')
		if end < 0 {
			return "", "", 0, false
		}
		host, text = text[1:end], text[end+1:]
	} else if i := strings.IndexByte(text, ':'); i >= 0 && strings.Count(text, ":") == 1 {
		host, text = text[:i], text[i:]
	} else {
		text = ""
	}
	if text != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(text, ":"))
		if err != nil || n < 1 || n > 65535 {
			return "", "", 0, false
		}
		port = n
	}
	return user, host, port, host != ""
}
