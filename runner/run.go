package runner

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/agent/pwsh"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/pyhost"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// The exit codes of ansible-playbook.
const (
	ExitOK          = 0
	ExitError       = 1
	ExitFailed      = 2
	ExitUnreachable = 4
	ExitParser      = 4
	ExitOptions     = 5
	ExitInterrupted = 99
	ExitUnexpected  = 250
)

// run is a run under way: what all its plays share.
type run struct {
	opts  Options
	sink  event.Sink
	flush func() // waits until all that was sent is shown
	// interlude runs a conversation with the user once all that was sent is shown; nothing else is shown before it ends.
	interlude func(func(event.Sink))
	callbacks *callback.Set
	engine    *templating.Engine
	inv       *inventory.Inventory
	loader    *playbook.Loader
	store     *vars.Store
	registry  *modules.Registry
	lines     *connection.Pool
	agents    *agent.Pool
	windows   *pwsh.Pool // of Windows hosts, which have no agents
	busy      busy
	stats     *stats
	term      modules.Terminal
	forks     chan struct{}
	sideCar   *pyhost.Host
	plugins   *pyhost.Plugins
	python    *pythonCallbacks
	tasks     atomic.Int64 // how many have been planned, which numbers them
	plays     atomic.Int64 // how many have been begun, likewise

	extra            *value.Dict
	limited          map[*inventory.Host]bool // the hosts that --limit leaves; nil: all
	playbookDir      string
	collections      []string // folders of collections
	marks            bool     // texts that are no templates are marked, for a listing
	inventorySources []string
	started          bool   // --start-at-task has been reached
	stopped          bool   // no host is left: later plays are not begun
	exceeded         bool   // a play's max_fail_percentage, which counts as failed, even where hosts were unreachable
	trace            *trace // of variables that are read, or nil
	listing          strings.Builder

	mu     sync.Mutex
	gone   map[string]hostStatus // hosts that failed or cannot be reached
	warned map[string]bool
	broken error // ends the run
}

// Run runs the playbooks and gives ansible-playbook's exit code. An error has been a reason to stop before or between plays; failed and
// unreachable hosts are exit codes without an error.
func Run(ctx context.Context, opts Options) (exit int, err error) {
	r, closeRun, err := newRun(ctx, opts)
	if err != nil {
		return ExitOf(err), err
	}
	defer closeRun()
	if opts.ListHosts || opts.ListTasks || opts.ListTags || opts.SyntaxCheck {
		return r.listAll()
	}
	return r.exit(ctx, r.playAll(ctx))
}

// exit gives the exit code of a run that has come to its end.
func (r *run) exit(ctx context.Context, err error) (int, error) {
	var end *endError
	switch failed, lost := r.anyLost(); {
	case ctx.Err() != nil:
		return ExitInterrupted, said("User interrupted execution")
	case errors.As(err, &end):
		return end.exit, end.said()
	case err != nil:
		return ExitOf(err), err
	case lost && !r.exceeded:
		return ExitUnreachable, nil
	case failed || r.exceeded:
		return ExitFailed, nil
	}
	return ExitOK, nil
}

// endError ends the run with an exit code of its own.
type endError struct {
	msg  string
	exit int
}

func (e *endError) Error() string { return e.msg }

// said is the error as it is told, or nil where the user knows.
func (e *endError) said() error {
	if e.msg == "" {
		return nil
	}
	return e
}

// ExitOf gives the exit code of an error: mistakes in files are the parser's.
func ExitOf(err error) int {
	var at *source.Error
	if errors.As(err, &at) {
		return at.ExitCode()
	}
	return ExitError
}

// load reads a playbook.
func (r *run) load(path string) (*playbook.Playbook, error) {
	r.enter(filepath.Dir(absolute(path)))
	b, err := r.loader.Playbook(path)
	if err == nil {
		r.warnReserved(r.extra)
	}
	return b, err
}

// playAll runs the playbooks, until hosts are lost. Each is read when the one before it has come to its end.
func (r *run) playAll(ctx context.Context) error {
	for i, path := range r.opts.Playbooks {
		b, err := r.load(path)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := r.loadCallbacks(); err != nil {
				return err
			}
			r.send(event.RunStart{Playbooks: r.opts.Playbooks, Check: r.opts.Check})
		}
		if err := r.playBook(ctx, b); err != nil {
			return err
		}
		if failed, lost := r.anyLost(); r.stopped || failed || lost {
			break
		}
	}
	r.checkStarted()
	return nil
}

// enter makes a folder the playbook's. What Python callbacks are still to be told of is of the folder before it.
func (r *run) enter(dir string) {
	if dir == r.playbookDir {
		return
	}
	if r.python.active {
		r.flush()
	}
	r.playbookDir = dir
}

// playBook runs one playbook and shows its recap.
func (r *run) playBook(ctx context.Context, b *playbook.Playbook) error {
	r.send(event.PlaybookStart{Path: b.Path, Plays: len(b.Plays), List: func() []event.PlayStart { return r.written(b) }})
	err := r.playPlays(ctx, b)
	if err == nil {
		r.retryFile(b)
	}
	if err == nil || ctx.Err() != nil {
		r.send(r.stats.recap())
	}
	return err
}

// playPlays runs the plays of one playbook, until no host is left.
func (r *run) playPlays(ctx context.Context, b *playbook.Playbook) error {
	for _, p := range b.Plays {
		r.enter(filepath.Dir(p.Path))
		err := r.runPlay(ctx, p)
		if err == nil {
			err = r.brokenErr()
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.stopped {
			return nil
		}
	}
	return nil
}

// checkStarted tells that --start-at-task names no task.
func (r *run) checkStarted() {
	if r.opts.StartAt != "" && !r.started {
		r.send(event.Message{Level: event.Error, Text: fmt.Sprintf(
			"No matching task \"%s\" found. Note: --start-at-task can only follow static includes.", r.opts.StartAt)})
	}
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

func (r *run) send(e event.Event) { r.sink.Event(e) }

// warn tells the user once for each place.
func (r *run) warn(msg string, pos source.Pos) { r.advise(msg, "", pos) }

// advise warns the user once for each place, and says what to do instead.
func (r *run) advise(msg, instead string, pos source.Pos) {
	if r.firstTime(msg + pos.String()) {
		r.send(event.Message{Level: event.Warning, Text: msg, Pos: pos, Hint: instead})
	}
}

// deprecate tells the user once for each place.
func (r *run) deprecate(msg string, pos source.Pos) { r.deprecateFor(msg, "", pos) }

// deprecateFor does the same and says what to do instead.
func (r *run) deprecateFor(msg, instead string, pos source.Pos) {
	if r.firstTime(msg + pos.String()) {
		r.send(event.Message{Level: event.Deprecation, Text: msg, Pos: pos, Hint: instead})
	}
}

// firstTime tells whether something has not been told yet, and marks it as told.
func (r *run) firstTime(what string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	told := r.warned[what]
	r.warned[what] = true
	return !told
}

// problem shows an error that does not end the run.
func (r *run) problem(err error) {
	for _, c := range causesOf(err, source.Pos{}) {
		r.send(event.Message{Level: event.Error, Text: c.Msg, Pos: c.Pos, Hint: c.Hint})
	}
}

// lost takes a host that failed or cannot be reached out of all later plays.
func (r *run) lost(host string, why hostStatus) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone[host] = why
}

// anyLost tells whether the run ends with failed or unreachable hosts.
func (r *run) anyLost() (anyFailed, anyUnreachable bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, why := range r.gone {
		anyFailed = anyFailed || why == failed
		anyUnreachable = anyUnreachable || why == unreachable
	}
	return anyFailed, anyUnreachable
}

// found brings a host back.
func (r *run) found(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.gone, host)
}

func (r *run) statusOf(host string) hostStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone[host]
}

// matching gives the hosts of a pattern that --limit lets through, with the warnings that the reference gives.
func (r *run) matching(pattern string) ([]*inventory.Host, error) {
	hosts, warnings, err := r.inv.Match(pattern)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		r.warn(w, source.Pos{})
	}
	limited := r.limit()
	if limited == nil {
		return hosts, nil
	}
	return slices.DeleteFunc(slices.Clone(hosts), func(h *inventory.Host) bool { return !limited[h] }), nil
}

// host finds a host of the inventory, or localhost.
func (r *run) host(name string) *inventory.Host {
	if h := r.inv.Host(name); h != nil {
		return h
	}
	if isLocal(name) {
		return r.inv.ImplicitLocalhost()
	}
	return nil
}

func isLocal(name string) bool { return name == "localhost" || name == "127.0.0.1" || name == "::1" }

// gathered tells whether smart gathering need not gather a host's facts again.
func (r *run) gathered(host string) bool {
	return r.opts.Config.Str("DEFAULT_GATHERING") == "smart" && r.knows(host, "module_setup")
}

func (r *run) hostvars() value.Value { return hostVars{r} }

// env is what templates reach beside variables.
func (r *run) env(dirs []string) *templating.Env {
	return &templating.Env{
		SearchPaths: dirs, Cwd: r.playbookDir, Vault: r.opts.Vault,
		HostPattern: r.patternHosts, Config: r.setting,
		Warn: func(msg string) { r.warn(msg, source.Pos{}) }, WarnAt: r.advise, Deprecate: r.deprecateFor, Outdated: outdatedVariables, Reads: r.outdated,
	}
}

func (r *run) patternHosts(pattern string) ([]string, error) {
	hosts, _, err := r.inv.Match(pattern)
	list := make([]string, len(hosts))
	for i, h := range hosts {
		list[i] = h.Name
	}
	return list, err
}

func (r *run) setting(name string) (value.Value, bool) { return r.opts.Config.Value(name) }

func (o *Options) runTags() []string {
	if len(o.Tags) == 0 {
		return []string{"all"}
	}
	return o.Tags
}

// addHost puts a host of add_host into the inventory.
func (r *run) addHost(add, res *value.Dict) {
	vars, _ := add.Get("host_vars").(*value.Dict)
	changed := r.inv.AddHost(add.Get("host_name").String(), groupList(add.Get("groups")), vars)
	res.Set("changed", value.Bool(changed))
}

// addGroup puts the host into a group of group_by.
func (r *run) addGroup(h *hostState, group string, res *value.Dict) {
	changed := r.inv.AddToGroup(h.name, group, groupList(res.Get("parent_groups")))
	res.Set("changed", value.Bool(changed))
}

func groupList(v value.Value) []string {
	if v == nil {
		return nil
	}
	return asStrings(v)
}
