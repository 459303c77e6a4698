package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// prefixSize is how many bytes of a digest an agent names in its greeting. Should two files share them, the agent asks.
const prefixSize = 8

// held is what an agent is known to hold. What its parent holds counts, since the parent answers for it.
type held struct {
	session *Session
	mu      sync.Mutex
	known   map[string]bool          // prefixes in hex
	sending map[string]chan struct{} // digests on their way; closed when they have been handed over
}

func newHeld(s *Session) *held {
	return &held{session: s, known: map[string]bool{}, sending: map[string]chan struct{}{}}
}

func (h *held) learn(prefix string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known[prefix] = true
}

func (h *held) has(digest string) bool {
	h.mu.Lock()
	known := h.known[digest[:2*prefixSize]]
	h.mu.Unlock()
	if !known && h.session.parent != nil {
		return h.session.parent.held.has(digest)
	}
	return known
}

// claim reports whether the caller has to send the file; if not, wait tells when another has sent it.
func (h *held) claim(digest string) (mine bool, wait <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.sending[digest]; c != nil {
		return false, c
	}
	c := make(chan struct{})
	h.sending[digest] = c
	return true, c
}

// sent says that a claimed file has been handed over, here and at every agent that it passed, or not.
func (h *held) sent(digest string, ok bool) {
	h.mu.Lock()
	close(h.sending[digest])
	delete(h.sending, digest)
	h.mu.Unlock()
	for s := h.session; ok && s != nil; s = s.parent {
		s.held.learn(digest[:2*prefixSize])
	}
}

// supply sends those of files that the agent is not known to hold, before the call that needs them. As long as the agent hasn't
// spoken nothing is sent: on a warm target that saves everything, on a cold one it costs one round trip of the run.
func (s *Session) supply(ctx context.Context, p *Payload) error {
	select {
	case <-s.ready:
	default:
		return nil
	}
	for _, f := range append([]File{p.Manifest}, p.Files...) {
		if s.held.has(f.Digest) {
			continue
		}
		if err := s.sendOnce(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// sendOnce sends a file, or waits for another call that does.
func (s *Session) sendOnce(ctx context.Context, f File) error {
	mine, wait := s.held.claim(f.Digest)
	if mine {
		err := s.sendFile(ctx, f)
		s.held.sent(f.Digest, err == nil)
		return err
	}
	select {
	case <-wait:
		return nil
	case <-s.ended:
		return s.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

type fileHeader struct {
	Digest string `json:"digest"`
	More   bool   `json:"more,omitempty"`
}

func (s *Session) sendFile(ctx context.Context, f File) error {
	data := s.packed.get(f)
	for more := true; more; {
		part := data[:min(len(data), chunk)]
		data = data[len(part):]
		more = len(data) > 0
		header, err := json.Marshal(fileHeader{Digest: f.Digest, More: more})
		if err != nil {
			return err
		}
		if err := s.line.out.sendBulk(ctx, &frame{agent: s.number, kind: frameFile, header: header, body: part}); err != nil {
			return s.why(err)
		}
	}
	return nil
}

// why gives the reason of the line's end in place of an error that follows from it.
func (s *Session) why(err error) error {
	if !errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	<-s.ended
	return s.err
}

// onNeed sends what the agent asks for, as far as it was offered.
func (s *Session) onNeed(f *frame) error {
	var need struct {
		Files []string `json:"files"`
	}
	if err := f.fields(&need); err != nil {
		return err
	}
	files, err := s.wanted(need.Files)
	if err != nil {
		return err
	}
	s.line.tasks.Go(func() {
		for _, f := range files {
			if s.sendOnce(context.Background(), f) != nil {
				return // the line is broken, and its end will be told to all
			}
		}
	})
	return nil
}

// wanted gives the files for digests; before a manifest go the files of it that the agent does not hold.
func (s *Session) wanted(digests []string) ([]File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var files []File
	for _, d := range digests {
		f, ok := s.offered[d]
		if !ok {
			return nil, fmt.Errorf("%w: it asks for a file %.64q that it was not offered", errProtocol, d)
		}
		for _, member := range s.members[d] {
			if !s.held.has(member.Digest) {
				files = append(files, member)
			}
		}
		files = append(files, f)
	}
	return files, nil
}

// offer lets the agent ask for the files of a payload.
func (s *Session) offer(p *Payload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.members[p.Manifest.Digest] != nil {
		return
	}
	s.members[p.Manifest.Digest] = p.Files
	s.offered[p.Manifest.Digest] = p.Manifest
	for _, f := range p.Files {
		s.offered[f.Digest] = f
	}
}

// packedFiles keeps files compressed, once for all targets.
type packedFiles struct{ files sync.Map }

func (p *packedFiles) get(f File) []byte {
	if data, ok := p.files.Load(f.Digest); ok {
		return data.([]byte)
	}
	data, _ := p.files.LoadOrStore(f.Digest, pack(f.Data))
	return data.([]byte)
}
