package test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/regex"
	"github.com/goplay/goplay/templating/value"
	"github.com/goplay/goplay/vars/vault"
)

// Ansible gives the tests of Ansible's language: Jinja2's ansible-core's, and that of community.general.
func Ansible() map[string]*eval.Func {
	t := Jinja()
	add(t, "", resultRows())
	add(t, "", matchRows())
	add(t, "", memberRows())
	add(t, "", fileRows())
	add(t, "", versionRows())
	t["version"].Name = "version_compare"
	t["same_file"].Name = "samefile"
	for _, a := range [][2]string{
		{"failure", "failed"},
		{"success", "succeeded"},
		{"successful", "succeeded"},
		{"change", "changed"},
		{"skip", "skipped"},
		{"issubset", "subset"},
		{"issuperset", "superset"},
		{"is_dir", "directory"},
		{"is_file", "file"},
		{"is_link", "link"},
		{"is_abs", "abs"},
		{"is_mount", "mount"},
		{"is_same_file", "same_file"},
		{"isnan", "nan"},
		{"version_compare", "version"},
	} {
		alias(t, a[0], a[1])
	}
	addGeneral(t)
	return t
}

func resultRows() []row {
	return []row{
		{name: "failed", run: result("failed", func(m value.Mapping) bool { return flag(m, "failed") })},
		{name: "succeeded", run: result("failed", func(m value.Mapping) bool { return !flag(m, "failed") })},
		{name: "changed", run: result("changed", isChanged)},
		{name: "skipped", run: result("skipped", func(m value.Mapping) bool { return flag(m, "skipped") })},
		{name: "unreachable", run: result("unreachable", func(m value.Mapping) bool { return flag(m, "unreachable") })},
		{name: "reachable", run: result("unreachable", func(m value.Mapping) bool { return !flag(m, "unreachable") })},
		{name: "timedout", run: result("timedout", timedOut)},
		{name: "started", run: async("started")},
		{name: "finished", run: async("finished")},
	}
}

// result makes a test of a task's result.
func result(name string, f func(m value.Mapping) bool) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
		m, ok := in.(value.Mapping)
		if !ok {
			return false, value.Errorf("AnsibleFilterError", "The '%s' test expects a dictionary", name)
		}
		return f(m), nil
	}
}

func flag(m value.Mapping, key string) bool {
	v, ok := m.Lookup(key)
	return ok && v.Truth()
}

func isChanged(m value.Mapping) bool {
	if _, ok := m.Lookup("changed"); ok {
		return flag(m, "changed")
	}
	results, ok := m.Lookup("results")
	if !ok {
		return false
	}
	if l, ok := results.(*value.List); ok {
		for _, e := range l.Elems {
			if r, ok := e.(value.Mapping); ok && flag(r, "changed") {
				return true
			}
		}
	}
	return false
}

func timedOut(m value.Mapping) bool {
	v, ok := m.Lookup("timedout")
	if !ok {
		return false
	}
	if t, ok := v.(value.Mapping); ok {
		return flag(t, "period")
	}
	return false
}

// async makes a test of an asynchronous task's result; a result that is not asynchronous has started and finished, with a warning.
func async(key string) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, args []value.Value) (bool, error) {
		return result(key, func(m value.Mapping) bool {
			v, ok := m.Lookup(key)
			if !ok {
				warn(s, "The '"+key+"' test expects an async task, but a non-async task was tested")
			}
			return !ok || v.Truth()
		})(s, in, args)
	}
}

// warn hands a warning to the user, where the host of templates takes any.
func warn(s *eval.State, msg string) {
	if host, ok := s.Host.(interface{ Warn(msg string) }); ok {
		host.Warn(msg)
	}
}

func matchRows() []row {
	return []row{
		{name: "match", params: "pattern='', ignorecase=False, multiline=False", run: matches("match")},
		{name: "search", params: "pattern='', ignorecase=False, multiline=False", run: matches("search")},
		{name: "regex", params: "pattern='', ignorecase=False, multiline=False, match_type='search'", run: matches("regex")},
		{name: "uri", params: "schemes=None", run: uri(false, nil)},
		{name: "url", params: "schemes=None", run: uri(true, nil)},
		{name: "urn", run: uri(false, []string{"urn"})},
		{name: "vault_encrypted", run: vaultEncrypted},
		{name: "vaulted_file", run: vaultedFile},
	}
}

func matches(kind string) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, a []value.Value) (bool, error) {
		t, err := s.Text(in)
		if err != nil {
			return false, err
		}
		pattern, err := s.Text(a[0])
		if err != nil {
			return false, err
		}
		how := kind
		if kind == "regex" {
			how = a[3].String()
		}
		switch how {
		case "match", "search":
		case "fullmatch":
			pattern = `\A(?:` + pattern + `)\Z`
		default:
			return false, value.TypeError("'str' object is not callable")
		}
		re, err := s.Env.Regexps.Compile(pattern, regex.Flags{IgnoreCase: a[1].Truth(), Multiline: a[2].Truth()})
		if err != nil {
			return false, err
		}
		find := re.Search
		if how == "match" {
			find = re.MatchStart
		}
		m, err := find(t)
		return m != nil, err
	}
}

var uriPattern = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):(//)?(.*)$`)

func uri(needHost bool, only []string) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, a []value.Value) (bool, error) {
		schemes := only
		if len(a) > 0 {
			if l, ok := a[0].(*value.List); ok {
				for _, e := range l.Elems {
					schemes = append(schemes, e.String())
				}
			}
		}
		m := uriPattern.FindStringSubmatch(in.String())
		if m == nil {
			return !needHost && len(schemes) == 0, nil
		}
		host, _, _ := strings.Cut(m[3], "/")
		ok := !needHost || m[2] != "" && host != ""
		if len(schemes) > 0 {
			ok = ok && containsText(schemes, strings.ToLower(m[1]))
		}
		return ok, nil
	}
}

func containsText(list []string, t string) bool {
	for _, e := range list {
		if e == t {
			return true
		}
	}
	return false
}

func vaultEncrypted(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
	text, ok := in.(value.String)
	return ok && text.Vaulted() != nil, nil
}

func vaultedFile(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
	f, err := os.Open(in.String())
	if err != nil {
		return false, value.Errorf("AnsibleError", "Cannot test if the file %s is a vault: %s", value.Repr(in), fileTrouble(in, err))
	}
	defer f.Close()
	head := make([]byte, 32)
	n, _ := f.Read(head) // an empty file is no vault
	return vault.IsVault(head[:n]), nil
}

// fileTrouble words a file's error as Python does.
func fileTrouble(path value.Value, err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error()
	}
	reason := no.Error()
	return fmt.Sprintf("[Errno %d] %s: b%s", int(no), strings.ToUpper(reason[:1])+reason[1:], value.Repr(value.String(path.String())))
}

func memberRows() []row {
	return []row{
		{name: "all", run: every(true)},
		{name: "any", run: every(false)},
		{name: "contains", params: "value", run: contains},
		{name: "subset", params: "b", run: subset(false)},
		{name: "superset", params: "b", run: subset(true)},
		{name: "nan", run: check(func(v value.Value) bool { f, ok := v.(value.Float); return ok && math.IsNaN(float64(f)) })},
		{name: "truthy", params: "convert_bool=False", run: truthy},
		{name: "falsy", params: "convert_bool=False", run: falsy},
	}
}

// every makes all (which holds without elements) and any.
func every(all bool) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, _ []value.Value) (bool, error) {
		elems, err := s.Elements(in)
		if err != nil {
			return false, err
		}
		for _, e := range elems {
			ok, err := s.Truth(e)
			if err != nil || ok != all {
				return ok, err
			}
		}
		return all, nil
	}
}

func contains(s *eval.State, in value.Value, a []value.Value) (bool, error) {
	return s.Contains(in, a[0])
}

func subset(swap bool) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(s *eval.State, in value.Value, a []value.Value) (bool, error) {
		small, big := in, a[0]
		if swap {
			small, big = big, small
		}
		part, err := setOf(s, small)
		if err != nil {
			return false, err
		}
		whole, err := setOf(s, big)
		if err != nil {
			return false, err
		}
		for e := range part.Elements() {
			if ok, err := whole.Has(e); err != nil || !ok {
				return false, err
			}
		}
		return true, nil
	}
}

func setOf(s *eval.State, v value.Value) (*value.Set, error) {
	elems, err := s.Elements(v)
	if err != nil {
		return nil, err
	}
	return value.NewSet(elems...)
}

func truthy(s *eval.State, in value.Value, a []value.Value) (bool, error) {
	if t, ok := value.Text(in); ok && a[0].Truth() {
		switch strings.ToLower(t) {
		case "no", "off", "false", "0", "n", "f":
			return false, nil
		}
	}
	return s.Truth(in)
}

func falsy(s *eval.State, in value.Value, a []value.Value) (bool, error) {
	ok, err := truthy(s, in, a)
	return !ok, err
}

func fileRows() []row {
	return []row{
		{name: "abs", run: absolute},
		{name: "directory", run: stat(func(i os.FileInfo) bool { return i.IsDir() })},
		{name: "exists", run: stat(func(os.FileInfo) bool { return true })},
		{name: "file", run: stat(func(i os.FileInfo) bool { return i.Mode().IsRegular() })},
		{name: "link", run: lstat(func(i os.FileInfo) bool { return i.Mode()&os.ModeSymlink != 0 })},
		{name: "link_exists", run: lstat(func(os.FileInfo) bool { return true })},
		{name: "mount", run: mount},
		{name: "same_file", params: "f2", run: sameFile},
	}
}

func stat(f func(os.FileInfo) bool) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
		i, err := os.Stat(in.String())
		return err == nil && f(i), nil
	}
}

func absolute(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
	path, ok := value.Text(in)
	if !ok {
		return false, value.TypeError("expected str, bytes or os.PathLike object, not %s", in.Type())
	}
	return filepath.IsAbs(path), nil
}

func lstat(f func(os.FileInfo) bool) func(*eval.State, value.Value, []value.Value) (bool, error) {
	return func(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
		if _, ok := value.Text(in); !ok {
			return false, value.TypeError("lstat: path should be string, bytes or os.PathLike, not %s", in.Type())
		}
		i, err := os.Lstat(in.String())
		return err == nil && f(i), nil
	}
}

// mount tells of a folder on another device than its parent, or the root.
func mount(_ *eval.State, in value.Value, _ []value.Value) (bool, error) {
	here, err := os.Lstat(in.String())
	if err != nil || here.Mode()&os.ModeSymlink != 0 {
		return false, nil
	}
	above, err := os.Lstat(filepath.Join(in.String(), ".."))
	if err != nil {
		return false, nil
	}
	a, ok := here.Sys().(*syscall.Stat_t)
	b, ok2 := above.Sys().(*syscall.Stat_t)
	return ok && ok2 && (a.Dev != b.Dev || a.Ino == b.Ino), nil
}

func sameFile(_ *eval.State, in value.Value, a []value.Value) (bool, error) {
	x, err := os.Stat(in.String())
	if err != nil {
		return false, notFound(in, err)
	}
	y, err := os.Stat(a[0].String())
	if err != nil {
		return false, notFound(a[0], err)
	}
	return os.SameFile(x, y), nil
}

func notFound(path value.Value, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return value.Errorf("FileNotFoundError", "[Errno 2] No such file or directory: %s", value.Repr(path))
	}
	return err
}
