package runner

import (
	"github.com/goplay/goplay/inventory"
	"github.com/goplay/goplay/templating/value"
)

// hostDict gives a host's variables of the inventory, for a task or, with nil, outside of tasks. A broken file was told of when the inventory was read; what can be read later only
// (beside another playbook) is shown once and leaves the host without.
func (r *run) hostDict(h *inventory.Host, tp *taskPlan) *value.Dict {
	d, err := r.inv.Vars(h, r.varsDirs(tp)...)
	if err != nil {
		r.fatal(err)
	}
	return d
}

// fatal keeps the first error that must end the run but came up where none can be returned.
func (r *run) fatal(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken == nil {
		r.broken = err
	}
}

func (r *run) brokenErr() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken
}

// inventoryDir and inventoryFile say where a host was defined.
func (r *run) inventoryDir(h *hostState) value.Value { return defined(h, h.inventory().InventoryDir()) }

func (r *run) inventoryFile(h *hostState) value.Value {
	return defined(h, h.inventory().InventoryFile())
}

// defined gives text or None, and nothing for the implicit localhost.
func defined(h *hostState, text string) value.Value {
	if h.inventory().Implicit {
		return nil
	}
	return orNone(text)
}

// varsDirs are the folders whose group_vars and host_vars count beside the inventory's. The setting playbook_vars_root puts those of a task's
// role and file in the place of the playbook's.
func (r *run) varsDirs(tp *taskPlan) []string {
	root := r.opts.Config.Str("PLAYBOOK_VARS_ROOT")
	if root == "top" || tp == nil {
		return []string{r.playbookDir}
	}
	dirs := ownDirs(tp.task)
	switch {
	case len(dirs) == 0:
		return []string{r.playbookDir}
	case root == "bottom":
		return dirs[:1]
	}
	return dirs
}

// varsStage tells when group_vars and host_vars count; "" where nobody has said so.
func (r *run) varsStage() string { return r.opts.Config.Str("vars.host_group_vars.stage") }

// startsVars tells whether variables are read with the inventory, and not later: vars plugins that do not tell when they run leave out the
// playbook's folder then.
func (r *run) startsVars() bool { return r.opts.Config.Str("RUN_VARS_PLUGINS") == "start" }

// mergesDicts tells whether hash_behaviour asks for dicts of several places to become one.
func (r *run) mergesDicts() bool { return r.opts.Config.Str("DEFAULT_HASH_BEHAVIOUR") == "merge" }
