package runner

import (
	"time"

	"github.com/goplay/goplay/runner/event"
)

// order shows the events of several hosts in the order of the hosts where they come close together, so that the output of a
// run is the same each time; a host that takes longer than the others does not hold them up for more than patience.
type order struct {
	show  func(host int, e event.Event)
	in    chan hostEvent
	held  [][]event.Event
	done  []bool
	front int // all hosts before it are done and shown
}

type hostEvent struct {
	host int // noHost: shown at once
	e    event.Event
}

const noHost = -1

const patience = 250 * time.Millisecond

func newOrder(hosts int, show func(int, event.Event)) *order {
	return &order{show: show, in: make(chan hostEvent, 2*hosts), held: make([][]event.Event, hosts), done: make([]bool, hosts)}
}

// add takes an event of a host; its event.Result is the last one.
func (o *order) add(host int, e event.Event) { o.in <- hostEvent{host, e} }

// now adds an event that waits for no host's.
func (o *order) now(e event.Event) { o.in <- hostEvent{noHost, e} }

// close says that no more events come.
func (o *order) close() { close(o.in) }

// run shows events until close.
func (o *order) run() {
	var timer <-chan time.Time
	for {
		select {
		case he, ok := <-o.in:
			if !ok {
				o.release()
				return
			}
			o.take(he)
		case <-timer:
			o.release()
			timer = nil
		}
		if timer == nil && o.holding() {
			timer = time.After(patience)
		}
	}
}

func (o *order) take(he hostEvent) {
	if he.host == noHost {
		o.show(noHost, he.e)
		return
	}
	o.held[he.host] = append(o.held[he.host], he.e)
	if _, ok := he.e.(event.Result); ok {
		o.done[he.host] = true
	}
	for o.front < len(o.held) {
		o.flush(o.front)
		if !o.done[o.front] {
			return
		}
		o.front++
	}
}

// release shows everything that waits for slower hosts.
func (o *order) release() {
	for i := o.front; i < len(o.held); i++ {
		o.flush(i)
	}
}

func (o *order) flush(host int) {
	for _, e := range o.held[host] {
		o.show(host, e)
	}
	o.held[host] = nil
}

func (o *order) holding() bool {
	for i := o.front; i < len(o.held); i++ {
		if len(o.held[i]) > 0 {
			return true
		}
	}
	return false
}
