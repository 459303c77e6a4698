package lookup

import (
	"slices"
	"strings"

	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
)

// The variables that a run defines itself, in ansible-core's order: some stand before those of the user, the others behind them.
const (
	namesBefore = "inventory_file inventory_dir inventory_hostname inventory_hostname_short group_names ansible_facts"
	namesBehind = "playbook_dir ansible_playbook_python ansible_config_file ansible_role_names ansible_play_role_names " +
		"ansible_dependent_role_names role_names ansible_play_name groups ansible_play_hosts_all ansible_play_hosts ansible_play_batch " +
		"play_hosts ansible_version ansible_check_mode ansible_diff_mode ansible_forks ansible_inventory_sources ansible_skip_tags " +
		"ansible_run_tags ansible_verbosity hostvars environment vars ansible_current_hosts ansible_failed_hosts ansible_search_path " +
		"ansible_loop_var item"
)

func varnames(c *Call) ([]value.Value, error) {
	var patterns []string
	for _, t := range c.Terms {
		p, ok := value.Text(t)
		if !ok {
			return nil, failf("Invalid setting identifier, \"%s\" is not a string, it is a %s", t, describe(t))
		}
		patterns = append(patterns, p)
	}
	names := c.orderedNames()
	var out []value.Value
	for _, p := range patterns {
		re, err := regex.Compile(p, regex.Flags{})
		if err != nil {
			return nil, failf("Unable to use \"%s\" as a search parameter: %s", p, err)
		}
		for _, n := range names {
			if m, err := re.Search(n); err != nil {
				return nil, err
			} else if m != nil {
				out = append(out, value.String(n))
			}
		}
	}
	return out, nil
}

// orderedNames gives the names of all variables, the user's in the order of their layers.
func (c *Call) orderedNames() []string {
	before, behind := strings.Fields(namesBefore), strings.Fields(namesBehind)
	rank := func(name string) int {
		if i := slices.Index(before, name); i >= 0 {
			return i - len(before)
		}
		return slices.Index(behind, name) + 1
	}
	names := slices.DeleteFunc(slices.Collect(c.Host.Names()), func(n string) bool { return n == "omit" })
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	return names
}
