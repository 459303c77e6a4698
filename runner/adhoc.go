package runner

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/event"
)

// RunAdHoc runs one task on the hosts of a pattern, and gives the exit code as Run does. With ListHosts it only lists the hosts.
func RunAdHoc(ctx context.Context, opts Options, task playbook.AdHoc) (exit int, err error) {
	opts.Pattern = task.Hosts
	opts.Playbooks = []string{filepath.Join(task.Dir, "__adhoc_playbook__")}
	r, closeRun, err := newRun(ctx, opts)
	if err != nil {
		return ExitOf(err), err
	}
	defer closeRun()
	for _, what := range opts.Deprecated {
		r.deprecate(what, source.Pos{})
	}
	r.warnReserved(r.extra)
	hosts, err := r.adHocHosts(task.Hosts)
	switch {
	case err != nil:
		return ExitError, err
	case opts.ListHosts:
		r.flush()
		fmt.Fprintf(opts.Stdout, "  hosts (%d):\n", len(hosts))
		for _, h := range hosts {
			fmt.Fprintf(opts.Stdout, "    %s\n", h.Name)
		}
		return ExitOK, nil
	}
	if err := task.Check(); err != nil {
		return ExitOf(err), err
	}
	if len(hosts) == 0 {
		return ExitOK, nil
	}
	play, err := r.loader.AdHoc(task)
	if err == nil {
		err = r.loadCallbacks()
	}
	if err != nil {
		return ExitOf(err), err
	}
	r.send(event.RunStart{Playbooks: opts.Playbooks, Check: opts.Check})
	r.send(event.PlaybookStart{Path: filepath.Base(opts.Playbooks[0]), Plays: event.Uncounted})
	err = r.runPlay(ctx, play)
	if err == nil || ctx.Err() != nil {
		r.send(r.stats.recap())
	}
	return r.exit(ctx, err)
}

// adHocHosts gives the hosts of a pattern that the limit leaves.
func (r *run) adHocHosts(pattern string) ([]*inventory.Host, error) {
	hosts, warnings, err := r.inv.Match(pattern)
	for _, w := range warnings {
		r.warn(w, source.Pos{})
	}
	switch {
	case err != nil && r.opts.Limit != "":
		return nil, err
	case err != nil: // a list has no hosts then; what would run fails
		r.warn("No hosts matched, nothing to do", source.Pos{})
		if r.opts.ListHosts {
			err = nil
		}
		return nil, err
	}
	var left []*inventory.Host
	limited := r.limit()
	for _, h := range hosts {
		if limited == nil || limited[h] {
			left = append(left, h)
		}
	}
	switch known := len(r.inv.Hosts()) > 0; {
	case len(left) == 0 && r.opts.Limit != "" && known:
		return nil, said("Specified inventory, host pattern and/or --limit leaves us with no hosts to target.")
	case len(left) == 0 && known:
		r.warn("No hosts matched, nothing to do", source.Pos{})
	}
	return left, nil
}

// forThisMachine tells whether an ad hoc task is for this machine alone, which needs no inventory.
func (o Options) forThisMachine() bool {
	return o.Limit == "" && inventory.IsLocalName(strings.TrimSpace(o.Pattern))
}
