// Package ssh is the transport by SSH, natively: golang.org/x/crypto/ssh speaks the protocol, and this package behaves as OpenSSH's
// client does around it, because that is what Ansible runs. One TCP connection serves a target for the whole run.
//
// A [Dialer] goes through these steps, a file each:
//
//   - args.go, plan.go: what Target says, ssh_args and the user's ssh configuration become a plan;
//   - route.go, proxy.go, jump.go: a byte stream to the server, by TCP, ProxyCommand or through jump hosts;
//   - hostkey.go: is it the right server (package knownhosts);
//   - auth.go, identity.go, agent.go: are we the right user;
//   - line.go, process.go: commands;
//   - fault.go: what ssh would have printed when one of these fails;
//   - program.go: the line that the program ssh makes, for what this package can't do.
package ssh

import (
	"context"
	"errors"
	"os"
	"os/user"
	"sync"
	"time"

	"github.com/goplay/goplay/connection"
)

// Options are what a Dialer needs to know about the user. Empty fields have ssh's defaults.
type Options struct {
	Prompter     connection.Prompter // nil: nobody can be asked
	Home         string              // the user's home folder
	User         string              // the user's login name
	SystemConfig string              // /etc/ssh/ssh_config
	AgentSocket  string              // $SSH_AUTH_SOCK; "none": there is no agent

	// Program makes lines behind the entries of targets, for those that need the program ssh; nil: such targets are refused.
	Program connection.Dialer
	// Say tells the user why that program is run for a host; nil: nobody wants to know.
	Say func(host, why string)
	// Silence is how long a line may be silent that was asked for signs of life, unless ServerAliveInterval says it; 0 or less: for ever.
	Silence time.Duration
}

// Dialer makes lines by SSH.
type Dialer struct {
	options Options
	gates   gates
	jumps   jumps
	keyring keyring
	known   sync.Mutex // one question about a host key at a time, so that the answer to the first serves the others
}

var _ connection.Dialer = (*Dialer)(nil)

// New makes a dialer.
func New(o Options) *Dialer {
	account, err := user.Current()
	if err == nil && o.Home == "" {
		o.Home = account.HomeDir
	}
	if err == nil && o.User == "" {
		o.User = account.Username
	}
	if o.AgentSocket == "" {
		o.AgentSocket = os.Getenv("SSH_AUTH_SOCK")
	}
	d := &Dialer{options: o}
	d.jumps.init(d)
	return d
}

// Dial opens a line and logs in. A failure is tried again as often as Target.SSH.Retries says, with growing pauses.
func (d *Dialer) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	for attempt := 0; ; attempt++ {
		l, err := d.dial(ctx, t, 0)
		if err == nil {
			return l, nil
		}
		var needed *beyond
		if errors.As(err, &needed) {
			return d.program(ctx, t, needed)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if attempt >= t.SSH.Retries {
			return nil, unreachable(t.Host, err)
		}
		if err := pause(ctx, retryPause(attempt)); err != nil {
			return nil, err
		}
	}
}

// retryPause is 0, 1, 3, 7 … seconds, 30 at most.
func retryPause(attempt int) time.Duration {
	return min(time.Duration(1<<min(attempt, 5)-1)*time.Second, 30*time.Second)
}

func (d *Dialer) dial(ctx context.Context, t connection.Target, depth int) (*line, error) {
	own, err := ownKey(t)
	if err != nil {
		return nil, err
	}
	p, err := d.plan(ctx, t, depth)
	if err != nil {
		return nil, err
	}
	p.own = own
	l, err := d.connect(ctx, p)
	if err != nil {
		return nil, p.otherwise(err)
	}
	return l, nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// unreachable words an error as Ansible does for what its ssh prints.
func unreachable(host string, err error) error {
	var already *connection.UnreachableError
	if errors.As(err, &already) {
		return err
	}
	var question unaskable
	if errors.As(err, &question) {
		return question
	}
	return &connection.UnreachableError{Host: host, Msg: failedPrefix + err.Error(), Err: nil}
}

const failedPrefix = "Failed to connect to the host via ssh: "
