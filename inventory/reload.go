package inventory

import (
	"context"

	"github.com/goplay/goplay/templating/value"
)

// Reload reads all sources again, as meta: refresh_inventory asks for, while others go on to use the inventory. Files of group_vars and
// host_vars that were read stay as they were. What
// AddHost and AddToGroup have made comes back, in the order in which it was made: hosts and groups that were added stay, a host that no
// source names any more leaves the groups that it was put into. A *Host from before answers as it did; Host gives the new one.
func (inv *Inventory) Reload(ctx context.Context, sources []string) error {
	fresh, err := Load(ctx, sources, inv.opts)
	if err != nil {
		return err
	}
	inv.mu.Lock()
	defer inv.mu.Unlock()
	for _, h := range fresh.order {
		h.inv = inv
	}
	inv.hosts, inv.order, inv.dirs = fresh.hosts, fresh.order, fresh.dirs
	inv.groups, inv.groupList, inv.all, inv.ungrouped = fresh.groups, fresh.groupList, fresh.all, fresh.ungrouped
	inv.reserved = fresh.reserved
	inv.changed()
	for _, a := range inv.additions {
		a.to(inv)
	}
	return nil
}

// addition is what add_host or group_by has put into an inventory.
type addition struct {
	host, group string
	groups      []string // of the host, or the parents of the group
	vars        *value.Dict
}

func (a *addition) to(inv *Inventory) (changed bool) {
	if a.group != "" {
		return inv.intoGroup(a.host, a.group, a.groups)
	}
	return inv.newHost(a.host, a.groups, a.vars)
}

// add makes an addition that Reload will make again.
func (inv *Inventory) add(a addition) (changed bool) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	if changed = a.to(inv); changed {
		inv.additions = append(inv.additions, a)
	}
	return changed
}
