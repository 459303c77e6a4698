// Package psrp speaks PowerShell's remoting (MS-PSRP) over WS-Management: a [Pool] of runspaces is opened once, and pipelines run in
// it, whose objects come back by streams.
//
// The server that it is tested against shares the form of fragments and messages with it, and clixml, no more.
package psrp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/connection/wsman"
)

// Options say what a pool is like.
type Options struct {
	// Configuration is ansible_psrp_configuration_name. "": Microsoft.PowerShell, which is Windows PowerShell.
	Configuration string
	// Runspaces is how many pipelines may run at one time; others wait for them. 0: one.
	Runspaces int
	// QuotaWait is how long a pool or a pipeline that the machine's quotas do not allow is tried again. 0: two minutes.
	QuotaWait time.Duration
}

// resources is what the names of configurations have before them.
const resources = "http://schemas.microsoft.com/powershell/"

func (o Options) resource() string {
	if o.Configuration == "" {
		return wsman.ResourcePowerShell
	}
	return resources + o.Configuration
}

// Pool is an open pool of runspaces. Its methods may be called by several goroutines at once.
type Pool struct {
	id      GUID
	shell   *wsman.Shell
	wait    time.Duration // for quotas
	active  atomic.Int32  // pipelines
	mu      sync.Mutex
	numbers Fragmenter

	keyMu  sync.Mutex // also of the pool's own stream, which only the exchange of keys reads once it is open
	key    *SessionKey
	stream Assembler
}

// ErrProtocol says that the server answers something that is not PowerShell's remoting, or another version of it.
var ErrProtocol = errors.New("PowerShell's remoting")

// Open opens a pool. Errors are those of [wsman.Client.Do], or an [ErrProtocol], wrapped.
func Open(ctx context.Context, client *wsman.Client, o Options) (*Pool, error) {
	p := &Pool{id: NewGUID(), wait: cmp.Or(o.QuotaWait, 2*time.Minute)}
	var creation []byte
	for _, m := range []struct {
		kind Kind
		body *clixml.Object
	}{{SessionCapability, capability()}, {InitRunspacePool, o.pool()}} {
		fragments, err := p.fragments(m.kind, GUID{}, m.body, 64<<10) // far more than either has
		if err != nil {
			return nil, err
		}
		creation = append(creation, fragments[0]...)
	}
	options := wsman.ShellOptions{
		Resource: o.resource(), Input: "stdin pr", Output: "stdout", ID: p.id.String(), Creation: creation,
		Options: []wsman.Option{{Name: "protocolversion", Value: "2.3"}},
	}
	err := wsman.Patient(ctx, p.wait, func() (err error) { p.shell, err = client.OpenShell(ctx, options); return err })
	if err != nil {
		return nil, wsman.Told(err)
	}
	if err := p.opened(ctx); err != nil {
		_ = p.Close(ctx)
		return nil, err
	}
	return p, nil
}

// fragments gives a message of this pool in fragments.
func (p *Pool) fragments(kind Kind, pipeline GUID, body any, size int) ([][]byte, error) {
	m := Message{ToServer: true, Kind: kind, Pool: p.id, Pipeline: pipeline}
	if kind != EndOfPipelineInput {
		var err error
		if m.Body, err = clixml.Encode(body); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.numbers.Split(m.Encode(), size), nil
}

// opened waits until the pool can be used.
func (p *Pool) opened(ctx context.Context) error {
	for {
		messages, err := p.receive(ctx, 20*time.Second)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if done, err := p.progress(m); done || err != nil {
				return err
			}
		}
	}
}

// receive waits for messages of the pool itself.
func (p *Pool) receive(ctx context.Context, patience time.Duration) ([]Message, error) {
	out, err := p.shell.Receive(ctx, "", "stdout", patience)
	if err != nil {
		return nil, err
	}
	return p.stream.Messages(out.Streams["stdout"])
}

// progress looks at a message on the way to an open pool.
func (p *Pool) progress(m Message) (opened bool, err error) {
	v, err := m.Value()
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	if m.Kind != RunspacePoolState {
		return false, nil
	}
	switch state := clixml.Get(v, "RunspaceState"); state {
	case PoolOpened:
		return true, nil
	case PoolClosed, PoolBroken:
		return false, fmt.Errorf("the runspace pool does not open: %s", reason(v))
	}
	return false, nil
}

// reason is the text of the error record that a state comes with.
func reason(state any) string {
	record := clixml.Get(state, "ExceptionAsErrorRecord")
	if text := Text(record); text != "" {
		return text
	}
	return "no reason is given"
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
func (p *Pool) Close(ctx context.Context) error { return p.shell.Delete(ctx) }
