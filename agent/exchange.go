package agent

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// exchange is one request: a first frame, then a stream to the agent while one comes back, then the agent's last frame.
type exchange struct {
	kind   frameType
	header any
	input  input
	output outputFunc
	sent   func() // called when the first frame is on its way; nil: nobody wants to know
}

// exchange sends a request and waits for its end.
func (s *Session) exchange(ctx context.Context, x exchange) (done, error) {
	return s.do(ctx, s.open(x.output), &x)
}

// do sends an opened request and waits for its end.
func (s *Session) do(ctx context.Context, r *request, x *exchange) (done, error) {
	if err := s.begin(r, x); err != nil {
		s.drop(r)
		return done{}, errors.Join(err, x.input.Close())
	}
	sending, stop := context.WithCancel(ctx)
	sent := make(chan error, 1)
	if x.input.size == 0 {
		sent <- x.input.Close()
	} else {
		go func() { sent <- s.stream(sending, r, &x.input) }()
	}
	d, err := s.await(ctx, r, sent, stop)
	switch {
	case err != nil:
	case d.Outdated:
		err = &outdatedError{d.resend}
	case d.Error != "":
		err = &Error{Msg: d.Error}
	}
	return d, err
}

// begin sends the first frame with the first part of the input.
func (s *Session) begin(r *request, x *exchange) error {
	if s.isRetired() {
		return errRetired
	}
	first := make([]byte, min(x.input.size, firstPart))
	if _, err := io.ReadFull(&x.input, first); err != nil {
		return tooShort(err)
	}
	x.input.size -= int64(len(first))
	f, err := s.frame(r, x.kind, x.header, first)
	if err != nil {
		return err
	}
	s.line.out.send(f)
	if x.sent != nil {
		x.sent()
	}
	return nil
}

// stream sends what is left of the input as the agent takes it.
func (s *Session) stream(ctx context.Context, r *request, in *input) error {
	defer in.Close()
	for in.size > 0 {
		n, err := r.credit.take(ctx, int(min(in.size, chunk)))
		if err != nil {
			return err
		}
		part := make([]byte, n)
		if _, err := io.ReadFull(in, part); err != nil {
			return tooShort(err)
		}
		in.size -= int64(n)
		if err := s.line.out.sendBulk(ctx, &frame{agent: s.number, id: r.id, kind: frameData, body: part}); err != nil {
			return s.why(err)
		}
	}
	return nil
}

func tooShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file became shorter while it was sent: %w", io.ErrUnexpectedEOF)
	}
	return err
}

// await waits for the end of a request, of the session, of ctx, or for a fault in what is sent along. It stops the sending.
func (s *Session) await(ctx context.Context, r *request, sent <-chan error, stop func()) (d done, err error) {
	failed := make(chan error, 1)
	var sender sync.WaitGroup
	sender.Go(func() {
		if err := <-sent; err != nil {
			failed <- err
		}
	})
	defer sender.Wait()
	defer stop()
	select {
	case d := <-r.done:
		return d, nil
	case <-s.ended:
		return s.final(r)
	case err = <-failed:
	case err = <-r.refused:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	return done{}, s.cancel(r, err)
}

// final gives the reply of a request that ended just before its session did.
func (s *Session) final(r *request) (done, error) {
	select {
	case d := <-r.done:
		return d, nil
	default:
		return done{}, s.err
	}
}

// cancel kills what the request runs, and waits a little for the agent to say so.
func (s *Session) cancel(r *request, cause error) error {
	s.line.out.send(&frame{agent: s.number, id: r.id, kind: frameCancel})
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-r.done:
	case <-s.ended:
	case <-timer.C:
		s.line.deaf.Store(true)
		s.tell("does not answer, and what was to end there may go on")
	}
	return cause
}

// grant allows the agent n more bytes of a request's output.
func (s *Session) grant(r *request, n int) {
	s.line.out.send(&frame{agent: s.number, id: r.id, kind: frameCredit, body: binary.BigEndian.AppendUint32(nil, uint32(n))})
}
