package callback

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goplay/goplay/runner/event"
)

// slow takes a second for each event.
type slow struct {
	mu  sync.Mutex
	got []string
}

func (s *slow) Event(e event.Event) {
	time.Sleep(time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, e.(event.Notified).Handler)
}

func TestQueueNeverHoldsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &slow{}
		q := NewQueue(sink)
		start := time.Now()
		for _, name := range []string{"a", "b", "c"} {
			q.Event(event.Notified{Handler: name})
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("sending took %s", d)
		}
		q.Close()
		q.Close()
		q.Event(event.Notified{Handler: "late"})
		if len(sink.got) != 3 || sink.got[0] != "a" || sink.got[2] != "c" {
			t.Errorf("got %v, want all three in order", sink.got)
		}
	})
}

// TestInterlude: a conversation begins when all that came before is shown, and what comes meanwhile is shown after it.
func TestInterlude(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &slow{}
		q := NewQueue(sink)
		defer q.Close()
		q.Event(event.Notified{Handler: "before"})
		q.Interlude(func(s event.Sink) {
			q.Event(event.Notified{Handler: "meanwhile"})
			time.Sleep(time.Minute)
			s.Event(event.Notified{Handler: "within"})
		})
		q.Flush()
		if got := strings.Join(sink.got, " "); got != "before within meanwhile" {
			t.Errorf("shown: %s", got)
		}
	})
}
