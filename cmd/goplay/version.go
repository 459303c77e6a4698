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

// versionText is what --version shows. Under the name ansible-playbook its first line is one that tools parse.
func (p *program) versionText() string {
	if p.name == "ansible-playbook" {
		return fmt.Sprintf("ansible-playbook [core %s.0]\n  goplay version = %s (%s, behaves as ansible-core %s)\n", coreVersion, version, runtime.Version(), coreVersion)
	}
	return fmt.Sprintf("goplay %s (%s, behaves as ansible-core %s)\n", version, runtime.Version(), coreVersion)
}

// announce shows the version and which settings' file was read, for those who ask for more.
func (p *program) announce(d *callback.Display, cfg *config.Config, verbosity int) {
	d.Verbose(2, strings.TrimSuffix(p.versionText(), "\n"))
	if cfg.File() == "" {
		d.Verbose(1, "No config file found; using defaults")
	} else {
		d.Verbose(1, "Using "+cfg.File()+" as config file")
	}
	if verbosity > 0 {
		for _, s := range cfg.NotHonoured() {
			d.Warning(fmt.Sprintf("goplay does not obey the setting %s yet (it comes from %s)", s.Name, cfg.Origin(s.Name)))
		}
	}
}
