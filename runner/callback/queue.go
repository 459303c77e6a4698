package callback

import (
	"sync"
	"time"

	"github.com/goplay/goplay/runner/event"
)

// queueLength is how many events may wait for a slow terminal before the run is held up: a bound on memory, far above what a
// printer lags behind.
const queueLength = 4096

// Queue hands events to a sink in a goroutine of its own, in order.
type Queue struct {
	sink   event.Sink
	events chan sent
	done   chan struct{}
	mu     sync.RWMutex // held for writing to close
	closed bool
}

// sent is an event with the time at which it was sent.
type sent struct {
	event.Event
	at time.Time
}

// NewQueue starts a queue in front of a sink. Close ends it.
func NewQueue(sink event.Sink) *Queue {
	q := &Queue{sink: sink, events: make(chan sent, queueLength), done: make(chan struct{})}
	go q.run()
	return q
}

func (q *Queue) run() {
	defer close(q.done)
	timed, _ := q.sink.(event.Timed)
	for e := range q.events {
		if m, ok := e.Event.(mark); ok {
			if m.interlude != nil {
				m.interlude(q.sink)
			}
			close(m.reached)
			continue
		}
		if timed != nil {
			timed.At(e.at)
		}
		q.sink.Event(e.Event)
	}
}

// mark is a place in the queue that somebody waits for.
type mark struct {
	event.Event
	interlude func(event.Sink)
	reached   chan struct{}
}

// Flush waits until the sink has had every event so far.
func (q *Queue) Flush() { q.Interlude(nil) }

// Interlude runs f when the sink has had every event so far, and waits for it. Events that come meanwhile wait for f's end; what f
// has to show, it hands to the sink itself.
func (q *Queue) Interlude(f func(event.Sink)) {
	m := mark{interlude: f, reached: make(chan struct{})}
	q.Event(m)
	select {
	case <-m.reached:
	case <-q.done:
	}
}

// Event takes an event. Events after Close are dropped.
func (q *Queue) Event(e event.Event) {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if !q.closed {
		q.events <- sent{e, time.Now()}
	}
}

// Close waits until the sink has had every event.
func (q *Queue) Close() {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.events)
	}
	q.mu.Unlock()
	<-q.done
}
