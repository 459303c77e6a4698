package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync/atomic"
	"syscall"
)

type pathHeader struct {
	Path string `json:"path"`
	Mode uint32 `json:"mode"`
	Size int64  `json:"size"`
}

// Put writes a file of size bytes: into a hidden temporary file in the folder of dst, which is then moved to dst, so that dst is
// whole at any time. A relative dst and "~" begin in the login folder. Errors of the target are *[FileError].
func (s *Session) Put(ctx context.Context, dst string, mode fs.FileMode, size int64, content io.Reader) error {
	kept := &replay{rest: content}
	return s.following(ctx, nil, func(s *Session, sent func()) error {
		d, err := s.exchange(ctx, exchange{
			kind:   framePut,
			header: pathHeader{Path: dst, Mode: uint32(mode.Perm()) | special(mode), Size: size},
			input:  input{size: size, parts: []func() (io.ReadCloser, error){kept.open}},
			output: func(*request, byte, []byte) error { return nil },
			sent:   sent,
		})
		if err != nil {
			return err
		}
		return d.fileError(dst)
	})
}

// replay gives content again to another agent. It keeps as much as one is sent that takes none of it.
type replay struct {
	kept []byte
	rest io.Reader
}

func (r *replay) open() (io.ReadCloser, error) {
	return io.NopCloser(io.MultiReader(bytes.NewReader(r.kept), r)), nil
}

// Read reads on.
func (r *replay) Read(p []byte) (int, error) {
	n, err := r.rest.Read(p)
	r.kept = append(r.kept, p[:min(n, firstPart+window-len(r.kept))]...)
	return n, err
}

// special gives the bits of a mode that fs.FileMode keeps elsewhere than Unix.
func special(mode fs.FileMode) uint32 {
	var bits uint32
	for bit, unix := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if mode&bit != 0 {
			bits |= unix
		}
	}
	return bits
}

func (d *done) fileError(name string) error {
	if d.Exit == 0 {
		return nil
	}
	msg := d.Note.Crash
	if msg == "" {
		msg = fmt.Sprintf("%s: ended with status %d", path.Base(name), d.Exit)
	}
	return &FileError{Path: name, Msg: msg, Err: syscall.Errno(d.Note.Errno)}
}

// Fetch reads a file of the target as a stream. An error of the target, a *[FileError], comes from Read. The reader must be closed.
func (s *Session) Fetch(ctx context.Context, name string) io.ReadCloser {
	ctx, cancel := context.WithCancelCause(ctx)
	f := &fetch{stop: cancel, ended: make(chan struct{})}
	var from atomic.Pointer[func(n int)] // grants more
	f.inflow = newInflow(func(n int) { (*from.Load())(n) })
	go func() {
		defer close(f.ended)
		var d done
		err := s.following(ctx, nil, func(s *Session, sent func()) (err error) {
			r := s.open(f.take)
			grant := func(n int) { s.grant(r, n) }
			from.Store(&grant)
			d, err = s.do(ctx, r, &exchange{kind: frameFetch, header: pathHeader{Path: name}, sent: sent})
			return err
		})
		f.finish(&d, err, name)
	}()
	return f
}

// fetch is a file on its way from a target.
type fetch struct {
	*inflow
	stop  context.CancelCauseFunc
	ended chan struct{}
}

func (f *fetch) take(_ *request, stream byte, p []byte) error {
	if stream == 1 && !f.add(p) {
		return fmt.Errorf("%w: it sends more than it may", errProtocol)
	}
	return nil
}

func (f *fetch) finish(d *done, err error, name string) {
	if err == nil {
		f.push(d.body[:d.Out])
		err = d.fileError(name)
	}
	if err == nil {
		err = io.EOF
	}
	f.end(err)
}

var errAbandoned = errors.New("the reader was closed")

// Close ends the transfer.
func (f *fetch) Close() error {
	f.stop(errAbandoned)
	<-f.ended
	return nil
}
