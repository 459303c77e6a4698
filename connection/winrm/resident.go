package winrm

import (
	"context"
	"errors"
	"time"

	"github.com/goplay/goplay/connection/wsman"
)

// Resident is a command that stays in a line's shell and is spoken to in turns: it is sent something, and answers. Nothing is said on the
// connection meanwhile. Its methods are for one goroutine.
type Resident struct {
	line  *Line
	shell *wsman.Shell
	id    string
}

// Attach starts a command line that stays until End, or until the line ends. The shell is not made anew as long as it stays.
func (l *Line) Attach(ctx context.Context, command string) (*Resident, error) {
	r := &Resident{line: l}
	err := l.patience.Do(ctx, func() (err error) { r.id, r.shell, err = l.begin(ctx, command); return err })
	if err != nil {
		return nil, l.failed(ctx, err)
	}
	l.staying.Add(1)
	return r, nil
}

// Send sends input. An error means that the command has ended, or the line.
func (r *Resident) Send(ctx context.Context, data []byte) error {
	for len(data) > 0 {
		size := min(r.shell.Chunk(), len(data))
		if err := r.told(ctx, r.shell.Send(ctx, r.id, "stdin", data[:size], false)); err != nil {
			return err
		}
		data = data[size:]
	}
	return nil
}

// Receive gives what the command has written since the last time; without anything in it, nothing came for so long.
func (r *Resident) Receive(ctx context.Context, patience time.Duration) (wsman.Output, error) {
	out, err := r.shell.Receive(ctx, r.id, "stdout stderr", patience)
	return out, r.told(ctx, err)
}

// told gives a message's error as the line's, which has ended then unless it was a fault of the command alone.
func (r *Resident) told(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return r.line.failed(ctx, err)
}

// End ends the command.
func (r *Resident) End(ctx context.Context) error {
	err := r.shell.Signal(ctx, r.id, wsman.SignalTerminate)
	r.line.staying.Add(-1)
	r.line.busy.Add(-1)
	if fault := (*wsman.Fault)(nil); errors.As(err, &fault) {
		return nil // it had ended
	}
	return err
}
