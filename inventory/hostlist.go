package inventory

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/goplay/goplay/config"
)

// parseHostList reads names with commas between: "web1,web2:2222,".
func parseHostList(_ context.Context, inv *Inventory, src string) error {
	return inv.listedHosts(src, func(name string) ([]string, int, error) {
		host, port, ok := parseAddress(name, false)
		if !ok {
			host, port = name, 0
		}
		return []string{host}, port, nil
	})
}

// parseRangeList reads names and ranges with commas between: "web[1:3],db1,".
func parseRangeList(_ context.Context, inv *Inventory, src string) error {
	return inv.listedHosts(src, hostPattern)
}

func (inv *Inventory) listedHosts(src string, read func(string) (names []string, port int, err error)) error {
	if _, err := os.Stat(src); err == nil || !isList(src) {
		return errNotMine
	}
	if err := inv.begin(); err != nil {
		return err
	}
	for _, part := range strings.Split(src, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		names, port, err := read(part)
		if err != nil {
			return err
		}
		for _, n := range names {
			if inv.hosts[n] == nil {
				inv.addToGroup(inv.ungrouped, inv.addHost(n, src, port))
			}
		}
	}
	return nil
}

// ignoredNames gives the test of names in inventory folders that are no sources.
func ignoredNames(cfg *config.Config) (func(name string) bool, error) {
	var patterns []*regexp.Regexp
	for _, p := range cfg.List("INVENTORY_IGNORE_PATTERNS") {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("inventory_ignore_patterns: %w", err)
		}
		patterns = append(patterns, re)
	}
	exts := cfg.List("INVENTORY_IGNORE_EXTS")
	return func(name string) bool {
		if name[0] == '.' || name == "host_vars" || name == "group_vars" || name == "vars_plugins" {
			return true
		}
		for _, e := range exts {
			if strings.HasSuffix(name, e) {
				return true
			}
		}
		for _, re := range patterns {
			if re.MatchString(name) {
				return true
			}
		}
		return false
	}, nil
}
