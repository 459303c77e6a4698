package agent

import "time"

// Options are the settings of a [Pool]. A zero field has the default that its comment names.
type Options struct {
	RemoteTmp           string   // remote_tmp: "~/.ansible/tmp"
	SystemTmpdirs       []string // system_tmpdirs: "/var/tmp", "/tmp"
	InterpreterFallback []string // INTERPRETER_PYTHON_FALLBACK: the reference's list, with newer versions before it
	Cache               string   // folder on targets: "~/.ansible/goplay/cache"
	CacheBytes          int64    // of that folder: 256 MiB
	CacheDays           int      // after which an unused file is removed: 30
	Common              string   // how the arguments of calls begin, as far as they do so: it is sent once
	MaxOutput           int64    // of a module, in bytes: 512 MiB
	MaxAgents           int      // of a target: 20; more only while all have something to do
	BecomeTimeout       int      // seconds to wait for a become prompt or for the other user's agent: 12

	Silence time.Duration           // without a sign of life while something is waited for, after which an agent is given up: 2 minutes; below 0: never
	Tell    func(host, what string) // tells the user of a host that does not answer; nil: nobody wants to know
}

func (o Options) withDefaults() *Options {
	setDefault(&o.RemoteTmp, "~/.ansible/tmp")
	setDefault(&o.Cache, "~/.ansible/goplay/cache")
	setDefault(&o.CacheBytes, 256<<20)
	setDefault(&o.CacheDays, 30)
	setDefault(&o.MaxOutput, 512<<20)
	setDefault(&o.MaxAgents, 20)
	setDefault(&o.BecomeTimeout, 12)
	setDefault(&o.Silence, 2*time.Minute)
	if o.SystemTmpdirs == nil {
		o.SystemTmpdirs = []string{"/var/tmp", "/tmp"}
	}
	if o.InterpreterFallback == nil {
		o.InterpreterFallback = []string{
			"python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python3.9", "python3.8", "/usr/bin/python3", "python3",
		}
	}
	return &o
}

func setDefault[T comparable](p *T, value T) {
	var zero T
	if *p == zero {
		*p = value
	}
}
