package runner

import (
	"sync"

	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating/value"
)

// stats counts results by host, for the recap.
type stats struct {
	mu     sync.Mutex
	order  []string
	hosts  map[string]*event.HostStats
	custom map[string]*value.Dict
}

func newStats() *stats {
	return &stats{hosts: map[string]*event.HostStats{}, custom: map[string]*value.Dict{}}
}

func (s *stats) of(host string) *event.HostStats {
	h := s.hosts[host]
	if h == nil {
		h = &event.HostStats{Host: host}
		s.hosts[host] = h
		s.order = append(s.order, host)
	}
	return h
}

// count takes a result in; failures that are not ignored are counted by failure.
func (s *stats) count(host string, r *result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.of(host)
	switch r.status {
	case event.OK, event.Changed:
		h.OK++
	case event.Skipped:
		h.Skipped++
	case event.Failed:
		if r.ignored {
			h.OK++
			h.Ignored++
		}
	case event.Unreachable:
		if r.ignored {
			h.OK++
			h.Ignored++
		} else {
			h.Unreachable++
		}
	}
	if r.changed() && r.status != event.Skipped && (r.status != event.Failed || r.ignored) {
		h.Changed++
	}
}

// failure counts a failure that was not ignored.
func (s *stats) failure(host string, rescued bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rescued {
		s.of(host).Rescued++
	} else {
		s.of(host).Failed++
	}
}

func (s *stats) recap() event.Recap {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := event.Recap{Custom: s.custom}
	for _, name := range s.order {
		r.Hosts = append(r.Hosts, *s.hosts[name])
	}
	return r
}

// set takes in the custom statistics of set_stats.
func (s *stats) set(host string, data *value.Dict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	into, _ := data.Get("data").(*value.Dict)
	if into == nil {
		return
	}
	key := "_run"
	if isTrue(data, "per_host") {
		key = host
	}
	if s.custom[key] == nil {
		s.custom[key] = &value.Dict{}
	}
	old := s.custom[key]
	for name, v := range into.Strings() {
		if have, ok := old.Lookup(name); ok && aggregated(data) {
			v = aggregate(have, v)
		}
		old.Set(name, v)
	}
}

// ok counts an include that was done for a host.
func (s *stats) ok(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of(host).OK++
}
