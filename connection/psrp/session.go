package psrp

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/connection/wsman"
)

// session is a pool of runspaces as the machine has it.
type session struct {
	id       GUID
	shell    *wsman.Shell
	patience wsman.Patience // for quotas
	active   atomic.Int32   // pipelines
	used     atomic.Bool    // one of them was accepted
	retired  atomic.Bool    // another one follows it, or will
	mu       sync.Mutex
	numbers  Fragmenter

	keyMu  sync.Mutex // also of the session's own stream, which only the exchange of keys reads once it is open
	key    *SessionKey
	stream Assembler
}

// open opens a pool on the machine.
func open(ctx context.Context, client *wsman.Client, o Options) (*session, error) {
	s := &session{id: NewGUID(), patience: o.Patience}
	s.patience.Limit = cmp.Or(s.patience.Limit, 2*time.Minute)
	var creation []byte
	for _, m := range []struct {
		kind Kind
		body *clixml.Object
	}{{SessionCapability, capability()}, {InitRunspacePool, o.pool()}} {
		fragments, err := s.fragments(ctx, m.kind, GUID{}, m.body, 64<<10) // far more than either has
		if err != nil {
			return nil, err
		}
		creation = append(creation, fragments[0]...)
	}
	options := wsman.ShellOptions{
		Resource: o.resource(), Input: "stdin pr", Output: "stdout", ID: s.id.String(), Creation: creation,
		Options: []wsman.Option{{Name: "protocolversion", Value: "2.3"}},
	}
	err := s.patience.Do(ctx, func() (err error) { s.shell, err = client.OpenShell(ctx, options); return err })
	if err != nil {
		return nil, wsman.Told(err)
	}
	if err := s.opened(ctx, client); err != nil {
		_ = s.shell.Delete(ctx)
		return nil, err
	}
	return s, nil
}

// fragments gives a message of this pool in fragments.
func (s *session) fragments(ctx context.Context, kind Kind, pipeline GUID, body any, size int) ([][]byte, error) {
	m := Message{ToServer: true, Kind: kind, Pool: s.id, Pipeline: pipeline}
	if kind != EndOfPipelineInput {
		var err error
		if m.Body, err = clixml.EncodeSecret(body, func(text string) (clixml.SecureString, error) { return s.secure(ctx, text) }); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.numbers.Split(m.Encode(), size), nil
}

// opened waits until the pool can be used.
func (s *session) opened(ctx context.Context, client *wsman.Client) error {
	for {
		messages, err := s.receive(ctx, 20*time.Second)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if done, err := s.progress(m); done || err != nil {
				return err
			}
			if m.Kind == SessionCapability && modern(m) {
				client.Widen()
			}
		}
	}
}

// modern tells whether a machine's protocol is one of 2012 or later.
func modern(m Message) bool {
	v, _ := m.Value() // it was read before
	var major, minor int
	_, err := fmt.Sscanf(fmt.Sprint(clixml.Get(v, "protocolversion")), "%d.%d", &major, &minor)
	return err == nil && (major > 2 || major == 2 && minor >= 2)
}

// receive waits for messages of the pool itself.
func (s *session) receive(ctx context.Context, patience time.Duration) ([]Message, error) {
	out, err := s.shell.Receive(ctx, "", "stdout", patience)
	if err != nil {
		return nil, err
	}
	return s.stream.Messages(out.Streams["stdout"])
}

// progress looks at a message on the way to an open pool.
func (s *session) progress(m Message) (opened bool, err error) {
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
