package inventory

// Limit checks what a run would have to do, as ansible-playbook does before it starts: an inventory without hosts is worth a warning, and
// a --limit that leaves no host is an error. It gives the hosts that the limit names, or nil without a limit; the implicit localhost is
// never among "all".
func (inv *Inventory) Limit(limit string) (map[*Host]bool, []string, error) {
	all := inv.Hosts()
	var warnings []string
	if len(all) == 0 && inv.opts.Config.Bool("LOCALHOST_WARNING") {
		warnings = append(warnings, "provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'")
	}
	if limit == "" {
		return nil, warnings, nil
	}
	hosts, more, err := inv.Limited(limit)
	warnings = append(warnings, more...)
	if err != nil {
		return nil, warnings, err
	}
	set := make(map[*Host]bool, len(hosts))
	for _, h := range hosts {
		set[h] = true
	}
	for _, h := range all {
		if set[h] {
			return set, warnings, nil
		}
	}
	if len(all) == 0 {
		return set, warnings, nil
	}
	return nil, warnings, said("Specified inventory, host pattern and/or --limit leaves us with no hosts to target.")
}

// Limited gives the hosts of a limit, which may be none, and warnings. Parts of it may be files of patterns: @file.
func (inv *Inventory) Limited(limit string) ([]*Host, []string, error) {
	parts, err := inv.limitParts(limit)
	if err != nil {
		return nil, nil, err
	}
	return inv.match(parts)
}
