package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/become"
	"github.com/goplay/goplay/connection/enter"
	"github.com/goplay/goplay/connection/local"
	"github.com/goplay/goplay/connection/ssh"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/internal/source/document"
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/modules/action"
	"github.com/goplay/goplay/modules/payload"
	"github.com/goplay/goplay/modules/python"
	"github.com/goplay/goplay/playbook"
	"github.com/goplay/goplay/runner/callback"
	"github.com/goplay/goplay/runner/event"
	"github.com/goplay/goplay/templating"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars"
)

// newRun makes everything that a run needs. closeRun ends all agents and lines, and shows what is still to be shown.
func newRun(ctx context.Context, opts Options) (r *run, closeRun func(), err error) {
	if opts.Forks <= 0 {
		opts.Forks = opts.Config.Int("DEFAULT_FORKS")
	}
	set := callback.NewSet(opts.Display)
	queue := callback.NewQueue(set)
	r = makeRun(opts, queue, filepath.Dir(absolute(opts.Playbooks[0])))
	r.flush, r.interlude, r.callbacks = queue.Flush, queue.Interlude, set
	agentSocket, err := r.sshAgent()
	if err == nil {
		err = r.readInputs(ctx)
	}
	if err != nil {
		r.sideCar.Close()
		queue.Close()
		return nil, nil, err
	}
	closeCache := r.openCache()
	r.openLines(agentSocket)
	context.AfterFunc(ctx, r.python.callbacks.Interrupt)
	return r, func() { r.closeLines(); r.sideCar.Close(); closeCache(); queue.Close(); r.python.callbacks.Close() }, nil
}

// makeRun makes a run that has read nothing yet.
func makeRun(opts Options, sink event.Sink, playbookDir string) *run {
	r := &run{
		opts: opts, sink: sink, engine: templating.New(), store: vars.NewStore(), stats: newStats(),
		forks: make(chan struct{}, max(1, opts.Forks)), gone: map[string]hostStatus{}, warned: map[string]bool{},
		playbookDir: playbookDir, term: opts.Terminal,
	}
	r.engine.AllowBrokenConditionals = opts.Config.Bool("ALLOW_BROKEN_CONDITIONALS")
	if !opts.Config.Bool("ALLOW_EMBEDDED_TEMPLATES") {
		r.engine.PlainConstants()
	}
	r.engine.Managed = opts.Config.Str("DEFAULT_MANAGED_STR")
	r.collections = r.collectionPaths()
	r.usePlugins()
	return r
}

// extend allows the tags of the extensions that the settings name.
func (r *run) extend() error {
	var names []string
	for _, name := range r.opts.Config.List("DEFAULT_JINJA2_EXTENSIONS") {
		if name != "" {
			names = append(names, strings.TrimPrefix(name, "jinja2.ext."))
		}
	}
	if unknown := r.engine.Extend(names); len(unknown) > 0 {
		return fmt.Errorf("goplay has no Jinja2 extension '%s': it has jinja2.ext.do, jinja2.ext.loopcontrols and jinja2.ext.debug", unknown[0])
	}
	return nil
}

// readInputs reads the extra variables and the inventory, and finds the hosts that are meant.
func (r *run) readInputs(ctx context.Context) error {
	if err := r.readSources(ctx); err != nil {
		return err
	}
	if stage := r.varsStage(); stage == "inventory" || stage == "" && r.startsVars() {
		r.inv.WithoutPlayVarFiles()
	}
	if err := r.applyLimit(); err != nil {
		return err
	}
	for i, s := range r.inventorySources {
		if !strings.Contains(s, ",") {
			r.inventorySources[i] = absolute(s)
		}
	}
	return r.makeRegistry()
}

// readSources reads the inventory and the extra variables. From here on users' plugins end with the context.
func (r *run) readSources(ctx context.Context) error {
	context.AfterFunc(ctx, r.sideCar.Close)
	err := r.extend()
	if err != nil {
		return err
	}
	r.inventorySources = r.opts.Inventory
	if len(r.inventorySources) == 0 {
		r.inventorySources = r.opts.Config.List("DEFAULT_HOST_LIST")
	}
	extra := sync.OnceValues(r.extraVars)
	r.inv, err = inventory.Load(ctx, r.inventorySources, inventory.Options{
		Config: r.opts.Config, Warn: r.documentWarning, Vault: r.opts.Vault, Marks: r.marks, Places: r.trace != nil, ExtraVars: extra, Plugins: inventoryPlugins{r.plugins},
		Stderr: func(text string) { r.send(event.Message{Level: event.Error, Text: text}) },
	})
	if err != nil {
		return err
	}
	r.extra, err = extra()
	return err
}

// applyLimit finds the hosts that --limit leaves.
func (r *run) applyLimit() error {
	if r.opts.forThisMachine() {
		return nil
	}
	limited, warnings, err := r.inv.Limit(r.opts.Limit)
	for _, w := range warnings {
		r.warn(w, source.Pos{})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.limited = limited
	return err
}

// limit gives the hosts that --limit leaves; nil: all.
func (r *run) limit() map[*inventory.Host]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.limited
}

func (r *run) makeRegistry() error {
	cfg := r.opts.Config
	rejected, err := r.rejected()
	if err != nil {
		return err
	}
	finder := payload.NewFinder(payload.Options{
		Embedded:        python.FS,
		Collected:       python.Collections,
		LibraryDirs:     append([]string{filepath.Join(r.playbookDir, "library")}, r.opts.ModulePath...),
		FurtherDirs:     cfg.List("DEFAULT_MODULE_PATH"),
		ModuleUtilsDirs: []string{filepath.Join(r.playbookDir, "module_utils")},
		FurtherUtils:    cfg.List("DEFAULT_MODULE_UTILS_PATH"),
		CollectionPaths: r.collections,
		IgnoredSuffixes: cfg.List("MODULE_IGNORE_EXTS"),
		Packages:        payload.Packages(),
	})
	r.registry = modules.NewRegistry(action.Table(), action.Generic, finder)
	r.registry.Use(r.plugins.Actions(r.registry.Own))
	r.engine.KnowModules(r.registry.Has)
	r.loader = playbook.NewLoader(playbook.Options{
		RolesPath: cfg.List("DEFAULT_ROLES_PATH"), CollectionsPaths: r.collections,
		Render: r.renderStatic, IsAction: r.registry.Has, Route: r.route, IsLookup: r.engine.HasLookup, Suggest: r.suggest, Warn: r.documentWarning,
		Role: r.addPlugins,
		Imported: func(path string) {
			r.send(event.Message{Level: event.Verbose2, Text: "statically imported: " + path})
		},
		Vault: r.opts.Vault, Reserved: inventory.Reserved,
		SkipBadKeywords: !cfg.Bool("INVALID_TASK_ATTRIBUTE_FAILED"), Duplicates: r.duplicates(), Rejected: rejected,
		PrivateRoleVars: r.privateRoleVars(),
	})
	return nil
}

// privateRoleVars is the setting private_role_vars; nil: the user has said nothing of it.
func (r *run) privateRoleVars() *bool {
	cfg := r.opts.Config
	if !cfg.Given("DEFAULT_PRIVATE_ROLE_VARS") {
		return nil
	}
	private := cfg.Bool("DEFAULT_PRIVATE_ROLE_VARS")
	return &private
}

// collectionPaths are the folders of collections: beside the playbook, those of the settings, and those that Python's packages bring,
// as the package "ansible" does.
func (r *run) collectionPaths() []string {
	paths := append([]string{filepath.Join(r.playbookDir, "collections")}, r.opts.Config.List("COLLECTIONS_PATHS")...)
	if r.opts.Config.Bool("COLLECTIONS_SCAN_SYS_PATH") {
		paths = append(paths, pythonCollections()...)
	}
	return paths
}

// pythonCollections are the folders of installed Python packages that hold collections: the user's own, then the system's.
func pythonCollections() []string {
	var found []string
	for _, lib := range []string{filepath.Join(os.Getenv("HOME"), ".local/lib"), "/usr/local/lib", "/usr/lib"} {
		dirs, _ := filepath.Glob(lib + "/python3*/*-packages/ansible_collections") // the pattern is valid
		for _, dir := range dirs {
			found = append(found, filepath.Dir(dir))
		}
	}
	return found
}

// route follows an action's redirects: it tells of deprecated names, and why a name leads nowhere.
func (r *run) route(name string) error {
	to, err := r.registry.Route(name)
	if err != nil {
		return err
	}
	for _, w := range to.Deprecations {
		r.documentWarning(w)
	}
	return nil
}

// suggest gives the known action that is nearest to a name that is none.
func (r *run) suggest(name string) string {
	_, err := r.registry.Payload(name, nil)
	var none *payload.NotFoundError
	if errors.As(err, &none) && len(none.Nearest) > 0 {
		return none.Nearest[0]
	}
	return ""
}

// renderStatic evaluates the names of static imports.
func (r *run) renderStatic(v value.Value, vars *value.Dict) (value.Value, error) {
	return r.static(vars).Resolve(v)
}

// documents says how files of variables are read.
func (r *run) documents() document.Options {
	return document.Options{Vault: r.opts.Vault, Marks: r.marks, Warn: r.documentWarning, Duplicates: r.duplicates()}
}

func (r *run) duplicates() document.Duplicates {
	return document.Duplicates(r.opts.Config.Str("DUPLICATE_YAML_DICT_KEY"))
}

func (r *run) documentWarning(w document.Warning) {
	level := event.Warning
	if w.Deprecation {
		level = event.Deprecation
	}
	if r.firstTime(w.Msg + w.Pos.String()) {
		r.send(event.Message{Level: level, Text: w.Msg, Pos: w.Pos, Hint: w.Help})
	}
	r.firstTime(w.Msg)
}

func (r *run) openLines(agentSocket string) {
	cfg := r.opts.Config
	patience := cfg.Int("connection.ssh.timeout") + 2
	silence := time.Duration(cfg.Int("GOPLAY_SILENCE_LIMIT")) * time.Second
	if silence <= 0 {
		silence = -1
	}
	behind, others := &enter.Dialer{Here: local.Dialer{}}, &become.Dialer{Timeout: patience}
	r.lines = connection.NewPool(map[string]connection.Dialer{
		"local": local.Dialer{}, connection.ByEntry: behind, connection.ByBecome: others,
		"ssh": ssh.New(ssh.Options{Prompter: r.opts.Prompter, AgentSocket: agentSocket, Program: behind, Say: r.sayProgram, Silence: silence}),
	})
	behind.Lines, others.Lines = r.lines, r.lines
	r.agents = agent.NewPool(r.lines, agent.Options{
		RemoteTmp: cfg.Str("shell.sh.remote_tmp"), SystemTmpdirs: cfg.List("shell.sh.system_tmpdirs"),
		InterpreterFallback: cfg.List("INTERPRETER_PYTHON_FALLBACK"), BecomeTimeout: patience,
		Cache: cfg.Str("GOPLAY_REMOTE_CACHE"), CacheBytes: int64(cfg.Int("GOPLAY_REMOTE_CACHE_SIZE")) << 20, CacheDays: cfg.Int("GOPLAY_REMOTE_CACHE_DAYS"),
		MaxOutput: int64(cfg.Int("GOPLAY_MAX_OUTPUT")) << 20, MaxAgents: cfg.Int("GOPLAY_MAX_AGENTS"),
		Silence: silence, Tell: r.tellSilent, Common: r.commonArgs(),
	})
	r.openWindows()
}

// sayProgram tells why the program ssh is run for a host.
func (r *run) sayProgram(host, why string) {
	r.send(event.Message{Level: event.Verbose2, Host: host, Text: why + ", which makes the line to " + host})
}

// closeLines ends what runs on targets. It has a few seconds of its own, since it also follows an interrupt.
func (r *run) closeLines() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r.windows.Close()
	_ = r.agents.Close(ctx) // a line that does not answer is closed next
	r.lines.Close()
}

// extraVars reads -e in order: key=value pairs, YAML or JSON, or @file.
func (r *run) extraVars() (*value.Dict, error) {
	extra := &value.Dict{}
	for _, text := range r.opts.ExtraVars {
		d, err := r.extraVar(text)
		if err != nil {
			return nil, err
		}
		extra.Update(d)
	}
	return extra, nil
}

func (r *run) extraVar(text string) (*value.Dict, error) {
	name, data, docs := source.ExtraVars, []byte(text), r.documents()
	file, isFile := extraVarsFile(text)
	switch trimmed := strings.TrimSpace(text); {
	case trimmed == "":
		return &value.Dict{}, nil
	case isFile:
		name = file
		var err error
		if data, err = r.readVaulted(name); err != nil {
			return nil, err
		}
	case strings.HasPrefix(trimmed, "/"), strings.HasPrefix(trimmed, "."):
		return nil, &source.Error{Msg: fmt.Sprintf("Please prepend extra_vars filename '%s' with '@'", text), Exit: ExitOptions}
	case !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "["):
		return playbook.KeyValues(text)
	}
	if !isFile {
		docs.Place = document.ExtraVarsPlace(data)
	}
	v, err := docs.Load(name, data)
	if err != nil {
		return nil, err
	}
	d, ok := v.(*value.Dict)
	if ok {
		return d, nil
	}
	if isFile {
		text = "@" + file
	}
	return nil, &source.Error{Msg: fmt.Sprintf("Invalid extra vars data supplied. '%s' could not be made into a dictionary", text), Exit: ExitOptions}
}

// extraVarsFile gives the path of "@file".
func extraVarsFile(text string) (path string, ok bool) {
	if name, ok := strings.CutPrefix(text, "@"); ok {
		return absolute(name), true
	}
	return "", false
}

// warnReservedName tells of a variable whose name Ansible uses itself.
func (r *run) warnReservedName(name string, pos source.Pos) {
	if inventory.Reserved(name) {
		r.warn(reservedMsg(name), pos)
	}
}

// warnOf warns of names that Ansible uses itself, as they were found when the playbook was read. The layer that has a name first is told
// of: the play's variables, then the outermost keyword.
func (p *play) warnOf(list []document.Warning) {
	if len(list) == 0 {
		return
	}
	told := map[string]bool{}
	for name := range p.playVars.Strings() {
		told[reservedMsg(name)] = true
	}
	for _, w := range list {
		if !told[w.Msg] {
			p.run.warn(w.Msg, w.Pos)
		}
		told[w.Msg] = true
	}
}

func reservedMsg(name string) string {
	return fmt.Sprintf("Found variable using reserved name '%s'.", name)
}

// warnReserved tells of variables of the command line whose names Ansible uses itself, unless a file's variable of that name was told.
func (r *run) warnReserved(d *value.Dict) {
	for name := range d.Strings() {
		msg := reservedMsg(name)
		if inventory.Reserved(name) && r.firstTime(msg) {
			r.warn(fmt.Sprintf("%s\nOrigin: %s\n\n%s\n", msg, source.ExtraVars, name), source.Pos{})
		}
	}
}
