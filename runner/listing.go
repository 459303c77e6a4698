package runner

import (
	"context"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/inventory"
)

// NewListing reads the inventory and the extra variables that the options name, for a list of the hosts that their limit leaves. With
// FlushCache the cache of facts forgets all hosts.
// playbookDir is what stands for a playbook's folder; plugins in it count only if the user has named it.
func NewListing(ctx context.Context, opts Options, playbookDir string, named bool) (*inventory.Listing, error) {
	r := makeRun(opts, messages{opts.Display}, playbookDir)
	if !named {
		r.plugins.Forget()
	}
	r.marks = true
	r.plugins.List()
	if err := r.readSources(ctx); err != nil {
		return nil, err
	}
	r.warnReserved(r.extra)
	if opts.FlushCache {
		r.openCache()()
		if err := r.brokenErr(); err != nil {
			return nil, err
		}
	}
	switch r.varsStage() {
	case "task":
		r.inv.WithoutVarFiles()
	case "inventory":
		r.inv.WithoutPlayVarFiles()
	}
	listing := &inventory.Listing{Inventory: r.inv, Dirs: []string{playbookDir}, Extra: r.extra, Python: controllerPython}
	if named {
		listing.Own = listing.Dirs
	}
	if opts.Limit == "" {
		return listing, nil
	}
	hosts, warnings, err := r.inv.Limited(opts.Limit)
	for _, w := range warnings {
		r.warn(w, source.Pos{})
	}
	listing.Only = map[*inventory.Host]bool{}
	for _, h := range hosts {
		listing.Only[h] = true
	}
	return listing, err
}
