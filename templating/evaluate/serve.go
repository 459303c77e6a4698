package evaluate

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/goplay/goplay/templating/eval"
)

const (
	// maxLine bounds a request's line, in bytes.
	maxLine = 64 << 20
	// timeLimit bounds an evaluation.
	timeLimit = 30 * time.Second
)

// Serve answers the requests of r, one a line, until r or ctx ends. Lines of blanks have no answer. An error is one of r, w or ctx.
func (e *Evaluator) Serve(ctx context.Context, r io.Reader, w io.Writer) error {
	in, out := bufio.NewReaderSize(r, 64<<10), bufio.NewWriterSize(w, 64<<10)
	for ctx.Err() == nil {
		line, tooLong, err := readLine(in)
		if answer := e.reply(line, tooLong); answer != nil {
			_, _ = out.Write(append(answer, '\n')) // Flush tells its error
		}
		if in.Buffered() == 0 || err != nil {
			if err := out.Flush(); err != nil {
				return fmt.Errorf("answers: %w", err)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("requests: %w", err)
		}
	}
	return ctx.Err()
}

// readLine reads a line; of one that is too long nothing is kept.
func readLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			line, tooLong = nil, true
		}
		if !tooLong {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSpace(line), tooLong, err
		}
	}
}

func (e *Evaluator) reply(line []byte, tooLong bool) []byte {
	switch {
	case tooLong:
		return errorLine(wrong("a request has at most %d bytes", maxLine), nil)
	case len(line) == 0:
		return nil
	}
	return e.Answer(line, timeLimit)
}

// Answer gives the answer to one request, without a line end. An evaluation that takes longer than limit fails with a TimeoutError.
func (e *Evaluator) Answer(line []byte, limit time.Duration) (out []byte) {
	defer func() {
		if r := recover(); r != nil { // goplay's mistake, which must not cost the requests behind
			out = errorAnswer("InternalError", fmt.Sprint(r), "", 0, 0)
		}
	}()
	r, err := readRequest(line)
	if err != nil {
		return errorLine(err, nil)
	}
	ev := e.evaluation(r)
	timer := time.AfterFunc(limit, ev.interrupt)
	defer timer.Stop()
	v, text, err := ev.run()
	if err != nil {
		return errorLine(err, ev.kind)
	}
	out, err = answer(v, text, !r.options.jinja2)
	if err != nil {
		return errorLine(err, eval.KindOf)
	}
	return out
}
