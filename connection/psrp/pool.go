// Package psrp speaks PowerShell's remoting (MS-PSRP) over WS-Management: a [Pool] of runspaces is opened once, and pipelines run in
// it, whose objects come back by streams.
//
// The server that it is tested against shares the form of fragments and messages with it, and clixml, no more.
package psrp

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/connection/wsman"
)

// Options say what a pool is like.
type Options struct {
	// Configuration is ansible_psrp_configuration_name. "": Microsoft.PowerShell, which is Windows PowerShell.
	Configuration string
	// Runspaces is how many pipelines may run at one time; others wait for them. 0: one.
	Runspaces int
	// Patience is for pools and pipelines that the machine's quotas do not allow. A Limit of 0: two minutes.
	Patience wsman.Patience
}

// resources is what the names of configurations have before them.
const resources = "http://schemas.microsoft.com/powershell/"

func (o Options) resource() string {
	if o.Configuration == "" {
		return wsman.ResourcePowerShell
	}
	return resources + o.Configuration
}

// Pool is an open pool of runspaces. Its methods may be called by several goroutines at once. A machine's session takes no more
// commands than a quota says, for all its life: the pool then goes on in another one.
type Pool struct {
	client  *wsman.Client
	options Options
	owns    bool // the client, which ends with the pool

	renewing sync.Mutex // held while another session is opened

	mu      sync.Mutex
	current *session
}

// ErrProtocol says that the server answers something that is not PowerShell's remoting, or another version of it.
var ErrProtocol = errors.New("PowerShell's remoting")

// Open opens a pool. Errors are those of [wsman.Client.Do], or an [ErrProtocol], wrapped.
func Open(ctx context.Context, client *wsman.Client, o Options) (*Pool, error) {
	s, err := open(ctx, client, o)
	if err != nil {
		return nil, err
	}
	return &Pool{client: client, options: o, current: s}, nil
}

// Run runs a pipeline to its end. A pipeline that fails is a Result; an error is of the connection, or ctx's: the pipeline is then
// stopped.
func (p *Pool) Run(ctx context.Context, pipeline Pipeline) (*Result, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s := p.enter()
		r, err := s.run(ctx, pipeline)
		p.leave(s)
		if !s.spent(err) {
			return r, err
		}
		if err := p.renew(ctx, s); err != nil {
			return nil, err
		}
	}
}

// spent tells whether an error says that a session takes no more commands. One that never took any is not worth another try.
func (s *session) spent(err error) bool {
	return s.used.Load() && (wsman.IsFault(err, wsman.CodeMaxCommands) || s.retired.Load() && wsman.IsFault(err, wsman.CodeNoShell))
}

func (p *Pool) enter() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current.active.Add(1)
	return p.current
}

// leave ends a session that is no longer the pool's with its last pipeline.
func (p *Pool) leave(s *session) {
	p.mu.Lock()
	last := s.active.Add(-1) == 0 && p.current != s
	p.mu.Unlock()
	if last {
		_ = s.shell.Delete(context.Background()) // the client bounds its time
	}
}

// renew opens a session instead of one that is spent. What still runs in the old one goes on.
func (p *Pool) renew(ctx context.Context, old *session) error {
	p.renewing.Lock()
	defer p.renewing.Unlock()
	p.mu.Lock()
	done, idle := p.current != old, old.active.Load() == 0
	old.retired.Store(true)
	p.mu.Unlock()
	if done {
		return nil
	}
	if idle {
		if err := old.shell.Delete(ctx); err != nil { // first, since a quota may allow no second one
			return err
		}
	}
	s, err := open(ctx, p.client, p.options)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.current = s
	left := !idle && old.active.Load() == 0
	p.mu.Unlock()
	if left {
		return old.shell.Delete(ctx)
	}
	return nil
}

// Text gives what users read of a value: a text as it is, and of an object what ToString gave on the machine.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case *clixml.Object:
		if v == nil {
			return ""
		}
		if v.Text != "" {
			return v.Text
		}
		for _, name := range []string{"ErrorDetails_Message", "Exception", "Message", "InformationalRecord_Message", "MessageData"} {
			if inner, found := v.Get(name); found && inner != nil && inner != any(v) {
				return Text(inner)
			}
		}
		return Text(v.Value)
	}
	return fmt.Sprint(v)
}

// Close ends all pipelines and the pool.
func (p *Pool) Close(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.current.shell.Delete(ctx)
	if p.owns {
		p.client.Close()
	}
	return err
}
