package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CheckFile says which sections and keys of ansible.cfg are none of a table's, in the file's order.
func (c *Config) CheckFile(table []*Setting) []string {
	if c.ini == nil {
		return nil
	}
	known := map[string]map[string]bool{}
	for _, s := range table {
		for word := range strings.FieldsSeq(s.Ini) {
			section, key := splitKey(word)
			if known[section] == nil {
				known[section] = map[string]bool{}
			}
			known[section][key] = true
		}
	}
	var wrong []string
	for _, section := range c.ini.sections() {
		if known[section] == nil {
			wrong = append(wrong, fmt.Sprintf("Found unknown section '%s' in '%s.", section, c.file))
			continue
		}
		for _, key := range c.ini.keys(section) {
			if !known[section][key] {
				wrong = append(wrong, fmt.Sprintf("Found unknown key '%s' in section '%s' in '%s.", key, section, c.file))
			}
		}
	}
	return wrong
}

// sections are in the order of their headers, without the one that all inherit from.
func (f iniFile) sections() []string {
	names := slices.DeleteFunc(slices.Collect(maps.Keys(f)), func(name string) bool { return name == "DEFAULT" })
	slices.SortFunc(names, func(a, b string) int { return f[a][headerKey].line - f[b][headerKey].line })
	return names
}

// keys are those of a section in the file's order, then the inherited ones.
func (f iniFile) keys(section string) []string {
	inOrder := func(from map[string]option) []string {
		names := slices.DeleteFunc(slices.Collect(maps.Keys(from)), func(name string) bool { return name == headerKey })
		slices.SortFunc(names, func(a, b string) int { return from[a].line - from[b].line })
		return names
	}
	own := inOrder(f[section])
	for _, name := range inOrder(f["DEFAULT"]) {
		if !slices.Contains(own, name) {
			own = append(own, name)
		}
	}
	return own
}

// CheckEnvironment says which of Ansible's environment variables are none of a table's. ANSIBLE_CONFIG is no setting, but known.
func CheckEnvironment(environment []string, table []*Setting) []string {
	known := map[string]bool{"ANSIBLE_CONFIG": true}
	for _, s := range table {
		for name := range strings.FieldsSeq(s.Env) {
			known[name] = true
		}
	}
	var wrong []string
	for _, pair := range environment {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "ANSIBLE_") && !known[name] {
			wrong = append(wrong, fmt.Sprintf("Found unknown environment variable '%s'.", name))
		}
	}
	slices.Sort(wrong)
	return wrong
}
