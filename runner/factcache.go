package runner

import (
	"time"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
	"github.com/goplay/goplay/vars/factcache"
)

// injected are a host's facts as variables of their own: only the local ones where the settings say that ansible_facts is to hold them.
func (r *run) injected(host string) vars.Layer {
	if !r.opts.Config.Bool("INJECT_FACTS_AS_VARS") {
		d := &value.Dict{}
		if facts := r.store.Known(host); facts != nil {
			local, ok := facts.Lookup("ansible_local")
			if !ok {
				local = &value.Dict{}
			}
			d.Set("ansible_local", local)
		}
		return vars.Dict{D: d}
	}
	return r.store.Injected(host)
}

// openCache opens the cache of facts that the settings name. One that cannot be opened is worth a warning: facts are kept for the run then.
// With --flush-cache what it has of the inventory's hosts is forgotten.
func (r *run) openCache() (closeCache func()) {
	cfg := r.opts.Config
	o := factcache.Options{
		Connection: cfg.Str("CACHE_PLUGIN_CONNECTION"), Timeout: time.Duration(cfg.Int("CACHE_PLUGIN_TIMEOUT")) * time.Second,
		Keyset: cfg.Str("cache.redis.keyset_name"), Sentinel: cfg.Str("cache.redis.sentinel_service_name"),
		Warn: func(msg string) { r.warn(msg, source.Pos{}) },
	}
	if cfg.Given("CACHE_PLUGIN_PREFIX") {
		o.Prefix = cfg.Str("CACHE_PLUGIN_PREFIX")
	}
	cache, err := factcache.Open(cfg.Str("CACHE_PLUGIN"), o)
	if err != nil {
		r.warn(err.Error(), source.Pos{})
	}
	if cache == nil {
		return func() {}
	}
	r.store.Keep(cache, r.fatal)
	if r.opts.FlushCache {
		for _, h := range r.inv.Defined() {
			r.store.ClearFacts(h.Name)
		}
	}
	return cache.Close
}
