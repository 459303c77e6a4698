package vars

import (
	"iter"
	"strings"
	"sync"

	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars/factcache"
)

// Store keeps what a run learns about its hosts. It is safe for concurrent use: every change replaces a host's dict, so what a
// Scope has got stays as it was.
type Store struct {
	mu    sync.RWMutex
	hosts map[string]*hostVars
	cache factcache.Cache // nil: facts are kept for the run only
	fail  func(error)     // takes what is wrong with the cache, which ends the run
}

type hostVars struct {
	read  bool        // from the cache, if there is one
	facts *value.Dict // as modules return them, with the ansible_ prefix
	bare  *value.Dict // the same without the prefix: the variable ansible_facts
	local *value.Dict // set_fact, registered results
	files *value.Dict // include_vars
}

// NewStore makes an empty Store.
func NewStore() *Store { return &Store{hosts: map[string]*hostVars{}} }

// Keep lets facts be read from a cache when a host's are first asked for, and kept there. It is called before the Store is used; fail
// takes the errors of the cache.
func (s *Store) Keep(cache factcache.Cache, fail func(error)) { s.cache, s.fail = cache, fail }

// AddFacts merges facts that a module returned for a host. Names keep or lack the ansible_ prefix, as returned.
func (s *Store) AddFacts(host string, facts *value.Dict) {
	s.change(host, func(h *hostVars) {
		all := cloned(h.facts)
		all.Update(facts)
		if s.cache != nil {
			s.check(s.cache.Set(host, all))
		}
		h.learn(all)
	})
}

// learn takes facts as all that are known.
func (h *hostVars) learn(facts *value.Dict) {
	h.facts, h.bare = facts, value.NewDict(facts.Len())
	for k, v := range facts.Strings() {
		h.bare.Set(bareName(k), v)
	}
}

// check reports an error of the cache.
func (s *Store) check(err error) {
	if err != nil {
		s.fail(err)
	}
}

// bareName is a fact's name in ansible_facts: ansible_local alone keeps its prefix.
func bareName(name string) string {
	if name == "ansible_local" {
		return name
	}
	return strings.TrimPrefix(name, "ansible_")
}

// ClearFacts forgets a host's facts.
func (s *Store) ClearFacts(host string) {
	s.change(host, func(h *hostVars) {
		h.facts, h.bare = nil, nil
		if s.cache != nil {
			s.check(s.cache.Delete(host))
		}
	})
}

// Set sets variables of a host with the precedence of set_fact and registered results.
func (s *Store) Set(host string, vars *value.Dict) {
	s.change(host, func(h *hostVars) {
		h.local = cloned(h.local)
		h.local.Update(vars)
	})
}

// Include sets variables of a host with the precedence of include_vars.
func (s *Store) Include(host string, vars *value.Dict) {
	s.change(host, func(h *hostVars) {
		h.files = cloned(h.files)
		h.files.Update(vars)
	})
}

// SetOne sets one variable of a host.
func (s *Store) SetOne(host, name string, v value.Value) {
	s.change(host, func(h *hostVars) {
		h.local = cloned(h.local)
		h.local.Set(name, v)
	})
}

// Facts gives the variable ansible_facts; never nil.
func (s *Store) Facts(host string) *value.Dict {
	if h := s.get(host); h.bare != nil {
		return h.bare
	}
	return &value.Dict{}
}

// Known gives the same, or nil where no facts are known. As long as they do not change it is the same dict.
func (s *Store) Known(host string) *value.Dict { return s.get(host).bare }

// Injected gives the facts as variables of their own (ansible_distribution …).
func (s *Store) Injected(host string) Layer {
	return injected{s.get(host).facts}
}

// Local gives what set_fact and register set, or nil, and under it what include_vars did.
func (s *Store) Local(host string) (local, included *value.Dict) {
	h := s.get(host)
	return h.local, h.files
}

func (s *Store) get(host string) hostVars {
	s.mu.RLock()
	h := s.hosts[host]
	if h != nil && (h.read || s.cache == nil) {
		defer s.mu.RUnlock()
		return *h
	}
	s.mu.RUnlock()
	if s.cache == nil {
		return hostVars{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.known(host)
}

func (s *Store) change(host string, f func(*hostVars)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.known(host))
}

// known gives a host's entry, with the facts that the cache has of it.
func (s *Store) known(host string) *hostVars {
	h := s.hosts[host]
	if h == nil {
		h = &hostVars{}
		s.hosts[host] = h
	}
	if h.read || s.cache == nil {
		return h
	}
	h.read = true
	facts, err := s.cache.Get(host)
	s.check(err)
	if facts.Len() > 0 {
		h.learn(facts)
	}
	return h
}

func cloned(d *value.Dict) *value.Dict {
	if d == nil {
		return &value.Dict{}
	}
	return d.Clone()
}

// injected leaves out ansible_facts itself and the facts that would shadow a magic or connection variable.
type injected struct{ d *value.Dict }

func (i injected) Lookup(name string) (value.Value, bool) {
	return i.d.Lookup(name)
}

func (i injected) Names() iter.Seq[string] { return Dict{i.d}.Names() }
