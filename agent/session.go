package agent

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

var errClosed = errors.New("the session is closed")

// Session is an agent on a target: a Python process of one user. Its methods may be called by several goroutines at once; many
// calls may be in flight.
type Session struct {
	line    *line
	number  uint32
	parent  *Session // the agent that started this one, or nil
	become  Become   // how, if it has a parent and another user
	via     *hop     // how, if it has a parent at another place
	opts    *Options
	packed  *packedFiles
	held    *held
	ready   chan struct{} // closed when the agent has spoken, or ended
	ended   chan struct{} // closed when it has ended; err says why
	err     error
	welcome welcome
	again   func(context.Context) (*Session, error) // gives the one that takes its place

	frames atomic.Int64 // that have come from it, or from one below it
	heard  int64        // signs of life at the last turn of the watch, which alone uses these two
	silent int          // turns without any

	mu       sync.Mutex
	requests map[uint32]*request
	last     uint32
	used     time.Time         // when the last request began
	retired  bool              // it takes no more calls: it ends to make room for another one, or is outdated
	resent   <-chan struct{}   // closed when the last call that came back from an outdated agent has gone to the one in its place
	offered  map[string]File   // what the agent may ask for, by digest: the files of its calls
	members  map[string][]File // the files of each manifest
}

// hello is the first frame to an agent.
type hello struct {
	Version    int      `json:"version"`
	Cache      string   `json:"cache"`
	CacheBytes int64    `json:"cache_bytes"`
	CacheDays  int      `json:"cache_days"`
	Tmp        []string `json:"tmp"`
	Common     string   `json:"common"`            // what calls need not repeat of their arguments
	Service    string   `json:"service,omitempty"` // of PAM, whose environment is the agent's
	Late       string   `json:"late,omitempty"`    // digest of what finds that environment anew
	User       string   `json:"user,omitempty"`    // as whom another agent starts it
}

// welcome is the agent's answer to hello.
type welcome struct {
	Version       int    `json:"version"`
	Python        string `json:"python"`
	PythonVersion [3]int `json:"python_version"`
}

// request is what is under way with an agent.
type request struct {
	id      uint32
	credit  *credit    // for what the controller sends
	output  outputFunc // takes what the agent sends
	done    chan done  // has room for one
	refused chan error // has room for one: the controller wants no more of it
}

// outputFunc takes a part of a request's output, without waiting. An error ends the line.
type outputFunc func(r *request, stream byte, p []byte) error

func (r *request) refuse(err error) {
	select {
	case r.refused <- err:
	default:
	}
}

// done is the last frame of a request.
type done struct {
	Exit    int    `json:"exit"`
	Out     int    `json:"out"` // bytes of the body that belong to stdout; the others to stderr
	Killed  string `json:"killed"`
	Dropped bool   `json:"dropped"`
	Error   string `json:"error"`
	Note    note   `json:"note"`

	Outdated bool `json:"outdated"` // the agent has to be started anew, and did not begin the call
	resend   *resend
	body     []byte
}

// note is what a job's child says of an exception that ended it, or of a module that went on to its end without one.
type note struct {
	Crash    string       `json:"crash"`
	Errno    int          `json:"errno"`
	Causes   []string     `json:"causes"`
	Apart    bool         `json:"apart"`
	Syntax   *SyntaxError `json:"syntax"`
	Returned bool         `json:"returned"`
	Kept     string       `json:"kept"`
}

func newSession(opts *Options, packed *packedFiles, parent *Session) *Session {
	s := &Session{
		parent: parent, opts: opts, packed: packed, requests: map[uint32]*request{}, offered: map[string]File{}, members: map[string][]File{},
		ready: make(chan struct{}), ended: make(chan struct{}),
	}
	s.held = newHeld(s)
	return s
}

// greet sends the first frame; what follows need not wait for its answer. The service of PAM is the one through which the agent's user came,
// "" where none did.
func (s *Session) greet(service string) *frame {
	h := hello{
		Version: protocolVersion, Cache: s.opts.Cache, CacheBytes: s.opts.CacheBytes, CacheDays: s.opts.CacheDays,
		Tmp: append([]string{s.opts.RemoteTmp}, s.opts.SystemTmpdirs...), Common: s.opts.Common, Service: service,
	}
	if service != "" {
		h.Late = late().Digest
		s.offered[h.Late] = late()
	}
	if s.become != (Become{}) {
		h.User = cmp.Or(s.become.User, "root")
	}
	header, _ := json.Marshal(h) // strings and numbers always encode
	return &frame{agent: s.number, kind: frameHello, header: header}
}

// Python gives the interpreter as it was found or set, and its version. It waits for the agent; an agent that failed gives zeros.
func (s *Session) Python() (path string, version [3]int) {
	<-s.ready
	return s.welcome.Python, s.welcome.PythonVersion
}

// Close ends the agent and all that it runs.
func (s *Session) Close() error {
	if s.parent == nil {
		return s.line.close(context.Background())
	}
	s.line.out.send(&frame{agent: s.parent.number, id: s.number, kind: frameCancel, flags: flagAgent})
	<-s.ended
	return nil
}

// flagAgent marks a cancel frame that is for an agent, not for a request.
const flagAgent = 1

// alive reports whether the agent has not ended.
func (s *Session) alive() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// take handles a frame from the agent. An error ends the line.
func (s *Session) take(f *frame) error {
	switch f.kind {
	case frameReady:
		return s.onReady(f)
	case frameNeed:
		return s.onNeed(f)
	case frameGone:
		return s.onGone(f)
	case framePong:
		return nil // that it came was all
	}
	s.mu.Lock()
	r := s.requests[f.id]
	s.mu.Unlock()
	if r == nil {
		return fmt.Errorf("%w: a frame for an unknown request %d", errProtocol, f.id)
	}
	return s.takeFor(r, f)
}

func (s *Session) takeFor(r *request, f *frame) error {
	switch f.kind {
	case frameOutput:
		return r.output(r, f.flags, f.body)
	case frameGrant:
		n, err := f.count()
		if err == nil {
			r.credit.grant(n)
		}
		return err
	case frameDone:
		return s.onDone(r, f)
	}
	return fmt.Errorf("%w: a frame of type %d", errProtocol, f.kind)
}

func (s *Session) onReady(f *frame) error {
	select {
	case <-s.ready:
		return fmt.Errorf("%w: a second greeting", errProtocol)
	default:
	}
	if err := f.fields(&s.welcome); err != nil {
		return err
	}
	if s.welcome.Version != protocolVersion {
		return fmt.Errorf("%w: version %d, not %d", errProtocol, s.welcome.Version, protocolVersion)
	}
	for b := f.body; len(b) >= prefixSize; b = b[prefixSize:] {
		s.held.learn(hex.EncodeToString(b[:prefixSize]))
	}
	close(s.ready)
	return nil
}

func (s *Session) onDone(r *request, f *frame) error {
	d := done{body: f.body}
	if err := f.fields(&d); err != nil {
		return err
	}
	if d.Out < 0 || d.Out > len(f.body) {
		return fmt.Errorf("%w: %d bytes of output in a body of %d", errProtocol, d.Out, len(f.body))
	}
	s.drop(r)
	if d.Outdated {
		d.resend = s.outdate()
	}
	r.done <- d
	return nil
}

// finish ends the session: all requests fail with err. One that was given up has ended already. Who waited for the agent to speak finds it ended.
func (s *Session) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.alive() {
		return
	}
	s.err = err
	close(s.ended)
	select {
	case <-s.ready:
	default:
		close(s.ready)
	}
}

// open registers a request.
func (s *Session) open(output outputFunc) *request {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.used = time.Now()
	r := &request{id: s.last, credit: newCredit(), output: output, done: make(chan done, 1), refused: make(chan error, 1)}
	s.requests[r.id] = r
	return r
}

func (s *Session) drop(r *request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.requests, r.id)
}

// frame makes a frame of a request.
func (s *Session) frame(r *request, kind frameType, header any, body []byte) (*frame, error) {
	f := &frame{agent: s.number, id: r.id, kind: kind, body: body}
	if header != nil {
		h, err := json.Marshal(header)
		if err != nil {
			return nil, err
		}
		f.header = h
	}
	if size := len(f.header) + len(body); size > maxFrame {
		return nil, &Error{Msg: fmt.Sprintf("a request of %d bytes is too large for the agent", size)}
	}
	return f, nil
}
