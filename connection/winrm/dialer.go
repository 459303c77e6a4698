// Package winrm is the transport to Windows machines over WinRM: one shell of cmd.exe for the line's whole life, in which command lines
// run. Its line is one TCP connection with one login; messages go over it one after the other, so that what commands write is
// asked for in turns of half a second while several run.
//
// What cmd.exe does with a command line is the caller's affair.
package winrm

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/wsman"
)

// Dialer makes lines to Windows machines. The zero value is ready.
type Dialer struct{}

var _ connection.Dialer = Dialer{}

// Dial logs in and opens a shell. Ways to log in are tried in their order; each of them once, so that no account is locked.
func (Dialer) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	p, err := planFor(t)
	if err != nil {
		return nil, err
	}
	var failures []string
	for _, name := range p.transports {
		l, err := p.open(ctx, name)
		if err == nil {
			return l, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		failures = append(failures, name+": "+err.Error())
	}
	return nil, &connection.UnreachableError{Host: t.Host, Msg: strings.Join(failures, ", ")}
}

// open opens a line by one way to log in.
func (p *plan) open(ctx context.Context, transport string) (*line, error) {
	options, err := p.options(transport)
	if err != nil {
		return nil, err
	}
	client, err := wsman.New(options)
	if err != nil {
		return nil, err
	}
	l := newLine(p.host, client)
	if err := l.openShell(ctx); err != nil {
		client.Close()
		return nil, told(err)
	}
	return l, nil
}

// told words an error as users read it.
func told(err error) error {
	if fault := (*wsman.Fault)(nil); errors.As(err, &fault) {
		if name := quotas[fault.Code]; name != "" {
			return fmt.Errorf("%w; the quota is %s", err, name)
		}
	}
	return err
}

// quotas are the settings that faults speak of, as winrm.cmd has them.
var quotas = map[uint32]string{
	wsman.CodeMaxShells:     "winrm/config/winrs MaxShellsPerUser",
	wsman.CodeMaxShellUsers: "winrm/config/winrs MaxConcurrentUsers",
	wsman.CodeMaxOperations: "winrm/config/service MaxConcurrentOperationsPerUser",
	wsman.CodeUserQuota:     "winrm/config/winrs MaxProcessesPerShell",
}
