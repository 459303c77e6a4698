package payload

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Script is a PowerShell module of users or of a collection, with what it needs.
type Script struct {
	Name   string // "ansible.legacy.win_x", "ns.col.win_x"
	Source string // the module's file
	Module Text
	Utils  []Text // module_utils in PowerShell, each behind those that it needs
	CSharp []Text // in C#
}

// Text is a file of a [Script].
type Text struct {
	Name   string // "Ansible.ModuleUtils.Legacy"
	Data   string
	Digest string // SHA-256, in small hexadecimal digits
}

func newText(name string, data []byte) Text {
	sum := sha256.Sum256(data)
	return Text{name, string(data), hex.EncodeToString(sum[:])}
}

// FindScript gives a PowerShell module as a task of a role sees it. The error is a *[NotFoundError], a *[RoutingError] or says why the module that
// was found cannot be used.
func (f *Finder) FindScript(name string, scope Scope) (*Script, error) {
	where, ok, err := f.findScript(name, scope)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &NotFoundError{Name: name}
	}
	data, err := f.files.read(where.tree, where.name)
	if err != nil {
		return nil, err
	}
	s := &scripting{finder: f, script: &Script{Name: where.fqcn, Source: path.Join(where.tree.base, where.name), Module: newText(where.fqcn, data)}, done: map[string]bool{}}
	for _, dir := range slices.Concat(f.opts.ModuleUtilsDirs, scope.ModuleUtilsDirs, f.opts.FurtherUtils) {
		s.utils = append(s.utils, dirTree(dir))
	}
	for _, dir := range f.cores() {
		s.cores = append(s.cores, dirTree(dir))
	}
	if err := s.follow(string(data), where.name); err != nil {
		return nil, fmt.Errorf("module %s (%s): %w", name, s.script.Source, err)
	}
	return s.script, nil
}

// findScript resolves a name: what a library folder has of a short one comes before redirects.
func (f *Finder) findScript(name string, scope Scope) (location, bool, error) {
	short := strings.TrimPrefix(name, "ansible.legacy.")
	if !strings.Contains(short, ".") {
		for _, dir := range f.libraryDirs(scope) {
			l := f.scripts(dir)
			if file, ok := l.find(short); ok {
				return location{tree: l.tree, name: file, fqcn: "ansible.legacy." + short}, true, nil
			}
		}
	}
	to, err := f.Route(name)
	if err != nil {
		return location{}, false, err
	}
	parts := strings.Split(to.Name, ".")
	if len(parts) < 3 {
		return location{}, false, nil
	}
	file := "ansible_collections/" + parts[0] + "/" + parts[1] + "/plugins/modules/" + path.Join(parts[2:]...) + ".ps1"
	for _, t := range f.roots {
		if f.has(t, file) {
			return location{tree: t, name: file, fqcn: to.Name}, true, nil
		}
	}
	return location{}, false, nil
}

func (f *Finder) has(t tree, name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	_, err := f.files.read(t, name)
	return err == nil
}

// cores are the folders of Python's packages that have an ansible-core.
func (f *Finder) cores() []string {
	f.coresOnce.Do(func() {
		for _, pattern := range f.opts.Packages {
			dirs, _ := filepath.Glob(filepath.Join(pattern, "ansible/module_utils/powershell")) // a pattern that cannot be leads nowhere
			for _, dir := range dirs {
				f.coreDirs = append(f.coreDirs, strings.TrimSuffix(dir, "/ansible/module_utils/powershell"))
			}
		}
	})
	return f.coreDirs
}

// Packages are the folders, as patterns, where Python's packages are: those of the virtual environment, of the user, of pipx and of the system.
func Packages() []string {
	home := os.Getenv("HOME")
	patterns := []string{
		filepath.Join(home, ".local/lib/python3*/site-packages"), filepath.Join(home, ".local/share/pipx/venvs/ansible*/lib/python3*/site-packages"),
		"/usr/local/lib/python3*/*-packages", "/usr/lib/python3*/*-packages",
	}
	if venv := os.Getenv("VIRTUAL_ENV"); venv != "" {
		patterns = append([]string{filepath.Join(venv, "lib/python3*/site-packages")}, patterns...)
	}
	return patterns
}

// scripting gathers what a module needs.
type scripting struct {
	finder *Finder
	script *Script
	utils  []tree // users' module_utils folders, the nearest first
	cores  []tree
	done   map[string]bool
}

// The lines by which modules and module_utils name what they need: as Ansible's documentation of Windows modules has them.
var (
	requires = regexp.MustCompile(`(?im)^#\s*requires\s+-modules?\s+(ansible\.moduleutils\.[^\r\n]+)`)
	wants    = regexp.MustCompile(`(?im)^#\s*ansiblerequires\s+-(csharputil|powershell|wrapper)\s+([^\s#]+)([^\r\n]*)`)
	using    = regexp.MustCompile(`(?m)^using\s+((?:Ansible|ansible_collections)\.[\w.]+);`)
	legacy   = regexp.MustCompile(`(?i)#\s*POWERSHELL_COMMON|<<INCLUDE_POWERSHELL`)
	optional = regexp.MustCompile(`(?i)\s-optional\b`)
)

// addType is the module_utils that compiles C#.
const addType = "Ansible.ModuleUtils.AddType"

// follow adds what a text in PowerShell names. from is its path, for names that begin with dots.
func (s *scripting) follow(text, from string) error {
	for _, m := range requires.FindAllStringSubmatch(text, -1) {
		for name := range strings.SplitSeq(m[1], ",") {
			if err := s.add("powershell", strings.Trim(name, " \t\"'"), from, false); err != nil {
				return err
			}
		}
	}
	for _, m := range wants.FindAllStringSubmatch(text, -1) {
		kind := strings.ToLower(m[1])
		if kind == "wrapper" {
			return fmt.Errorf("it wants Ansible's own wrapper %s (#AnsibleRequires -Wrapper), which goplay does not have", m[2])
		}
		if err := s.add(kind, strings.Trim(m[2], `"'`), from, optional.MatchString(m[3])); err != nil {
			return err
		}
	}
	if legacy.MatchString(text) {
		return s.add("powershell", "Ansible.ModuleUtils.Legacy", from, false)
	}
	return nil
}

// add adds a module_utils, behind what it needs itself.
func (s *scripting) add(kind, name, from string, maybe bool) error {
	name = absolute(name, from)
	if key := kind + strings.ToLower(name); s.done[key] {
		return nil
	} else {
		s.done[key] = true
	}
	data, where, err := s.find(kind, name)
	if errors.Is(err, fs.ErrNotExist) && maybe {
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		hint := ""
		if len(s.cores) == 0 && strings.HasPrefix(name, "Ansible.") {
			hint = "; it is a part of ansible-core, which is not installed on this machine"
		}
		return fmt.Errorf("could not find the module_utils '%s' that it needs%s", name, hint)
	}
	if err != nil {
		return err
	}
	if kind == "powershell" {
		if err := s.follow(string(data), where); err != nil {
			return err
		}
		s.script.Utils = append(s.script.Utils, newText(name, data))
		return nil
	}
	if err := s.add("powershell", addType, from, false); err != nil {
		return err
	}
	for _, m := range using.FindAllStringSubmatch(string(data), -1) {
		if err := s.add(kind, m[1], where, true); err != nil { // a name of the same text is none of a file
			return err
		}
	}
	s.script.CSharp = append(s.script.CSharp, newText(name, data))
	return nil
}

// absolute gives a name that begins with dots in full, as seen from a collection's file.
func absolute(name, from string) string {
	rest := strings.TrimLeft(name, ".")
	dots := len(name) - len(rest)
	if dots == 0 {
		return name
	}
	dir := from
	for range dots {
		dir = path.Dir(dir)
	}
	return strings.ReplaceAll(dir, "/", ".") + "." + rest
}

// find reads a module_utils. The error is fs.ErrNotExist if there is none.
func (s *scripting) find(kind, name string) (data []byte, where string, err error) {
	end, folder := ".psm1", "powershell"
	if kind == "csharputil" {
		end, folder = ".cs", "csharp"
	}
	if strings.HasPrefix(name, "ansible_collections.") {
		return s.read(s.finder.roots, strings.ReplaceAll(name, ".", "/")+end)
	}
	if data, where, err = s.read(s.utils, name+end); err == nil {
		return data, where, nil
	}
	return s.read(s.cores, "ansible/module_utils/"+folder+"/"+name+end)
}

func (s *scripting) read(trees []tree, name string) ([]byte, string, error) {
	if !fs.ValidPath(name) {
		return nil, "", fs.ErrNotExist
	}
	for _, t := range trees {
		data, err := s.finder.files.read(t, name)
		if !errors.Is(err, fs.ErrNotExist) {
			return data, name, err
		}
	}
	return nil, "", fs.ErrNotExist
}
