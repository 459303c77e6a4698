package psrp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/connection/wsman"
)

// Record is a value of a stream beside the output: an error, a warning …
type Record struct {
	Kind  Kind
	Value any
}

// Result is what a pipeline gave.
type Result struct {
	Output  []any
	Records []Record // in the order in which they came
	State   int32    // [PipelineCompleted], [PipelineFailed] or [PipelineStopped]
	Failure string   // why a pipeline failed or was stopped
	Reason  any      // the error record of that, or nil
	Exit    int      // the code of "exit"

	session *session
}

// Plain gives the text of a secure string in the result.
func (r *Result) Plain(text clixml.SecureString) (string, error) {
	r.session.keyMu.Lock()
	defer r.session.keyMu.Unlock()
	if r.session.key == nil {
		return "", errSecure
	}
	return r.session.key.Decrypt(text)
}

const (
	turn = 500 * time.Millisecond // how long output is waited for while others want the connection: the least that Windows takes
	rest = 2 * time.Second        // and at most
)

// run runs a pipeline to its end.
func (s *session) run(ctx context.Context, pipeline Pipeline) (*Result, error) {
	life := context.WithoutCancel(ctx) // an answer that is not waited for would cost the connection
	command, err := s.start(ctx, life, pipeline)
	if err != nil {
		return nil, err
	}
	result, err := s.follow(ctx, life, command)
	if fault := (*wsman.Fault)(nil); errors.As(err, &fault) || ctx.Err() != nil || errors.Is(err, ErrProtocol) {
		_ = s.shell.Signal(life, command, wsman.SignalTerminate) // one that tells its last state has ended, and needs no such word
	}
	return result, err
}

// start sends a pipeline and its input. Quotas are waited for as long as ctx lasts.
func (s *session) start(ctx, life context.Context, pipeline Pipeline) (command string, err error) {
	id := NewGUID()
	fragments, err := s.fragments(life, CreatePipeline, id, pipeline.describe(), s.shell.Chunk())
	if err != nil {
		return "", err
	}
	for _, item := range pipeline.Input {
		more, err := s.fragments(life, PipelineInput, id, item, s.shell.Chunk())
		if err != nil {
			return "", err
		}
		fragments = append(fragments, more...)
	}
	if len(pipeline.Input) > 0 {
		end, _ := s.fragments(life, EndOfPipelineInput, id, nil, s.shell.Chunk()) // has no body that could not be written
		fragments = append(fragments, end...)
	}
	begin := func() (err error) { command, err = s.shell.RunPipeline(life, id.String(), fragments[0]); return err }
	if err := s.patience.Do(ctx, begin); err != nil {
		return "", wsman.Told(err)
	}
	s.used.Store(true)
	for _, piece := range packed(fragments[1:], s.shell.Chunk()) {
		if err := s.shell.Send(life, command, "stdin", piece, false); err != nil {
			return "", err
		}
	}
	return command, nil
}

// packed puts fragments together to as few pieces as there can be.
func packed(fragments [][]byte, size int) [][]byte {
	var pieces [][]byte
	for _, f := range fragments {
		if last := len(pieces) - 1; last >= 0 && len(pieces[last])+len(f) <= size {
			pieces[last] = append(pieces[last], f...)
			continue
		}
		pieces = append(pieces, f)
	}
	return pieces
}

// follow receives what a pipeline gives until it has ended.
func (s *session) follow(ctx, life context.Context, command string) (*Result, error) {
	var stream Assembler
	r := Result{session: s}
	patience := turn
	for {
		if ctx.Err() != nil {
			_ = s.shell.Signal(life, command, StopSignal) // what follows ends it in any case
			return nil, ctx.Err()
		}
		out, err := s.shell.Receive(life, command, "stdout", patience)
		if err != nil {
			return nil, err
		}
		messages, err := stream.Messages(out.Streams["stdout"])
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			if done, err := r.take(m); done || err != nil {
				return &r, err
			}
		}
		if out.Done {
			return nil, fmt.Errorf("%w: a pipeline ends without a state", ErrProtocol)
		}
		patience = s.next(patience, len(messages) > 0)
	}
}

// next is how long to wait for more output.
func (s *session) next(patience time.Duration, lively bool) time.Duration {
	if lively || s.active.Load() > 1 {
		return turn
	}
	return min(2*patience, rest)
}

// take adds a message to a result.
func (r *Result) take(m Message) (done bool, err error) {
	v, err := m.Value()
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	switch m.Kind {
	case PipelineOutput:
		r.Output = append(r.Output, v)
	case ErrorRecord, WarningRecord, VerboseRecord, DebugRecord, InformationRecord, ProgressRecord:
		r.Records = append(r.Records, Record{m.Kind, v})
	case PipelineState:
		return r.state(v), nil
	case PipelineHostCall:
		if code, ok := exitCode(v); ok {
			r.Exit = int(code)
			return false, nil
		}
		return false, fmt.Errorf("%w: the script calls its host (%s), and there is none", ErrProtocol, Text(clixml.Get(v, "mi")))
	}
	return false, nil
}

// state takes a pipeline's state, and tells whether it is over.
func (r *Result) state(v any) bool {
	r.State, _ = clixml.Get(v, "PipelineState").(int32)
	switch r.State {
	case PipelineFailed, PipelineStopped:
		r.Failure, r.Reason = reason(v), clixml.Get(v, "ExceptionAsErrorRecord")
		return true
	case PipelineCompleted:
		return true
	}
	return false
}
