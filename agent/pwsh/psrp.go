package pwsh

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/psrp"
	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/connection/wsman"
)

// farewell is how long the end of a session may take.
const farewell = 5 * time.Second

// poolSession is a session over psrp.
type poolSession struct {
	pool   *psrp.Pool
	bundle *bundle
}

func dialPSRP(ctx context.Context, t connection.Target, b *bundle, patience wsman.Patience) (session, error) {
	pool, err := psrp.Dial(ctx, t, psrp.Options{Runspaces: runspaces(t.Quotas), Patience: patience})
	if err != nil {
		return nil, err
	}
	return &poolSession{pool, b}, nil
}

func (s *poolSession) close() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	_ = s.pool.Close(ctx) // the machine does it itself some time after
}

// run runs a script. What is no fault of the machine's has cost the session.
func (s *poolSession) run(ctx context.Context, script string, args ...psrp.Parameter) (*psrp.Result, error) {
	r, err := s.pool.Run(ctx, psrp.Script(script, args...))
	fault := (*wsman.Fault)(nil)
	switch {
	case err == nil:
		return r, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &fault) && fault.Code != wsman.CodeNoShell, errors.Is(err, psrp.ErrProtocol):
		return nil, wsman.Told(err)
	case strings.Contains(err.Error(), "read timed out"):
		return nil, &connection.UnreachableError{Msg: "HTTP read timeout during PSRP script execution", Err: err}
	}
	return nil, &connection.UnreachableError{Msg: "psrp connection error", Err: wsman.Told(err)}
}

func (s *poolSession) call(ctx context.Context, request string) (string, error) {
	script := s.bundle.script(single)
	answer, err := s.answer(ctx, script, psrp.Parameter{Value: request})
	if err == nil && answer == "need" {
		answer, err = s.answer(ctx, script, psrp.Parameter{Value: request}, psrp.Parameter{Value: s.bundle.text})
	}
	if err != nil {
		return "", err
	}
	data, err := base64.StdEncoding.DecodeString(answer)
	return string(data), err
}

// answer runs a script for the one text that it gives.
func (s *poolSession) answer(ctx context.Context, script string, args ...psrp.Parameter) (string, error) {
	r, err := s.run(ctx, script, args...)
	if err != nil {
		return "", err
	}
	if r.State != psrp.PipelineCompleted || len(r.Output) == 0 {
		return "", &DiedError{Exit: r.Exit, Stderr: strings.Join(append(errorsOf(r), r.Failure), " ")}
	}
	return psrp.Text(r.Output[len(r.Output)-1]), nil
}

// errorsOf gives the texts of a pipeline's errors.
func errorsOf(r *psrp.Result) (texts []string) {
	for _, record := range r.Records {
		if record.Kind == psrp.ErrorRecord {
			texts = append(texts, psrp.Text(record.Value))
		}
	}
	return texts
}

// raw runs a script and gives its values and errors as the reference words them.
func (s *poolSession) raw(ctx context.Context, script string) (Output, error) {
	r, err := s.run(ctx, script+"\nexit $LASTEXITCODE")
	if err != nil {
		return Output{}, err
	}
	var lines []string
	for _, v := range r.Output {
		lines = append(lines, outputText(v))
	}
	out := Output{Stdout: []byte(strings.Join(lines, "\r\n")), Exit: r.Exit}
	for _, record := range r.Records {
		if record.Kind == psrp.ErrorRecord {
			out.Stderr = append(out.Stderr, errorText(record.Value)...)
		}
	}
	if r.State != psrp.PipelineCompleted {
		if out.Exit == 0 {
			out.Exit = 1
		}
		if r.Reason != nil {
			out.Stderr = append(out.Stderr, errorText(r.Reason)...)
		}
	}
	return out, nil
}

// outputText gives a value as a text: that of an object without one are its properties.
func outputText(v any) string {
	o, ok := v.(*clixml.Object)
	if !ok || o == nil || o.Text != "" || o.Value != nil {
		return psrp.Text(v)
	}
	var lines []string
	for _, p := range append(append([]clixml.Property{}, o.Adapted...), o.Extended...) {
		lines = append(lines, p.Name+": "+psrp.Text(p.Value))
	}
	return strings.Join(lines, "\n")
}

// errorText gives an error record as a console shows it.
func errorText(record any) string {
	text := psrp.Text(record)
	id := psrp.Text(clixml.Get(record, "FullyQualifiedErrorId"))
	if id == "NativeCommandError" || id == "NativeCommandErrorMessage" {
		return text + "\r\n"
	}
	return text + "\r\n    + CategoryInfo          : " + psrp.Text(clixml.Get(record, "ErrorCategory_Message")) +
		"\r\n    + FullyQualifiedErrorId : " + id + "\r\n"
}
