package payload

import (
	"errors"
	"strings"
	"testing"
)

// scripts are a project's files and an installed ansible-core.
var scripts = map[string]string{
	"library/win_a.ps1":      "#AnsibleRequires -CSharpUtil Ansible.One\n# Requires -Module Ansible.ModuleUtils.Legacy, Ansible.ModuleUtils.Own\n",
	"library/win_old.ps1":    "# POWERSHELL_COMMON\n",
	"library/win_wraps.ps1":  "#AnsibleRequires -Wrapper become_wrapper\n",
	"library/win_maybe.ps1":  "#AnsibleRequires -PowerShell Ansible.ModuleUtils.None -Optional\n",
	"library/win_lacks.ps1":  "#AnsibleRequires -PowerShell Ansible.ModuleUtils.None\n",
	"library/_win_dep.ps1":   "1\n",
	"library/win_python.py":  "",
	"further/deep/win_d.ps1": "1\n",
	"collections/ansible_collections/a/b/plugins/modules/sub/win_c.ps1":            "#AnsibleRequires -PowerShell ...module_utils.p\n#ansiblerequires -csharputil ansible_collections.a.b.plugins.module_utils.c\n",
	"collections/ansible_collections/a/b/plugins/module_utils/p.psm1":              "#AnsibleRequires -PowerShell .q\n",
	"collections/ansible_collections/a/b/plugins/module_utils/q.psm1":              "#AnsibleRequires -PowerShell .p\n",
	"collections/ansible_collections/a/b/plugins/module_utils/c.cs":                "using System;\nusing Ansible.Two;\n",
	"module_utils/Ansible.ModuleUtils.Own.psm1":                                    "own\n",
	"py/python3.9/ansible/module_utils/powershell/" + addType + ".psm1":            "add\n",
	"py/python3.9/ansible/module_utils/powershell/Ansible.ModuleUtils.Own.psm1":    "core's\n",
	"py/python3.9/ansible/module_utils/powershell/Ansible.ModuleUtils.Legacy.psm1": "legacy\n",
	"py/python3.9/ansible/module_utils/csharp/Ansible.One.cs":                      "using Ansible.Two;\nusing Ansible.Inner;\n",
	"py/python3.9/ansible/module_utils/csharp/Ansible.Two.cs":                      "two\n",
}

func TestFindScript(t *testing.T) {
	dir := t.TempDir()
	for name, text := range scripts {
		write(t, dir, name, text)
	}
	o := Options{
		LibraryDirs: []string{dir + "/library"}, FurtherDirs: []string{dir + "/further"}, ModuleUtilsDirs: []string{dir + "/module_utils"},
		CollectionPaths: []string{dir + "/collections"}, Packages: []string{dir + "/py/python3*"},
	}
	f := NewFinder(o)
	bare := NewFinder(Options{LibraryDirs: o.LibraryDirs, ModuleUtilsDirs: o.ModuleUtilsDirs})
	for name, want := range map[string]string{
		"win_a":         "ansible.legacy.win_a: Ansible.ModuleUtils.Legacy=legacy Ansible.ModuleUtils.Own=own " + addType + "=add; Ansible.Two Ansible.One",
		"win_old":       "ansible.legacy.win_old: Ansible.ModuleUtils.Legacy=legacy;",
		"win_maybe":     "ansible.legacy.win_maybe: ;",
		"win_dep":       "ansible.legacy.win_dep: ;",
		"win_d":         "ansible.legacy.win_d: ;",
		"a.b.sub.win_c": "a.b.sub.win_c: ansible_collections.a.b.plugins.module_utils.q=#AnsibleRequires -PowerShell .p ansible_collections.a.b.plugins.module_utils.p=#AnsibleRequires -PowerShell .q " + addType + "=add; Ansible.Two ansible_collections.a.b.plugins.module_utils.c",
		"win_wraps":     "it wants Ansible's own wrapper become_wrapper",
		"win_lacks":     "could not find the module_utils 'Ansible.ModuleUtils.None' that it needs",
		"bare win_a":    "'Ansible.ModuleUtils.Legacy' that it needs; it is a part of ansible-core, which is not installed on this machine",
		"win_python":    "couldn't resolve module/action 'win_python'",
		"a.b.sub.other": "couldn't resolve",
		"a.b.../x":      "couldn't resolve",
	} {
		finder := f
		if rest, ok := strings.CutPrefix(name, "bare "); ok {
			finder, name = bare, rest
		}
		s, err := finder.FindScript(name, Scope{})
		none := (*NotFoundError)(nil)
		if strings.HasPrefix(want, "couldn't") != errors.As(err, &none) {
			t.Errorf("%s: error is %v", name, err)
		}
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = told(s)
		}
		if !strings.Contains(got, strings.TrimSuffix(want, " ")) {
			t.Errorf("%s is\n%s, want\n%s", name, got, want)
		}
	}
}

func told(s *Script) string {
	var utils, csharp []string
	for _, u := range s.Utils {
		utils = append(utils, u.Name+"="+strings.TrimSpace(u.Data))
	}
	for _, c := range s.CSharp {
		csharp = append(csharp, c.Name)
	}
	return s.Name + ": " + strings.Join(utils, " ") + "; " + strings.Join(csharp, " ")
}
