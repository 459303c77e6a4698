package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/goplay/goplay/config"
	"github.com/goplay/goplay/runner/callback"
)

// coreVersion is the ansible-core version whose behaviour goplay has.
const coreVersion = "2.19"

// versionText is what --version shows. Under the name of a program of Ansible's its first line is one that tools parse.
func (p *program) versionText() string {
	if strings.HasPrefix(p.name, "ansible") {
		return fmt.Sprintf("%s [core %s.0]\n  goplay version = %s (%s, behaves as ansible-core %s)\n", p.name, coreVersion, version, runtime.Version(), coreVersion)
	}
	return fmt.Sprintf("goplay %s (%s, behaves as ansible-core %s)\n", version, runtime.Version(), coreVersion)
}

// announce shows the version and which settings' file was read, for those who ask for more, and which settings have no effect.
func (p *program) announce(d *callback.Display, cfg *config.Config, verbosity int) {
	d.Verbose(2, strings.TrimSuffix(p.versionText(), "\n"))
	if cfg.File() == "" {
		d.Verbose(1, "No config file found; using defaults")
	} else {
		d.Verbose(1, "Using "+cfg.File()+" as config file")
	}
	for _, w := range cfg.Ignored(verbosity > 1) {
		d.Warning(w)
	}
}
