package python

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

var (
	record = flag.String("record", "", "record what the ansible-core in this folder of Python packages gives, in place of testing")
	only   = flag.String("only", "", "record or test only the cases whose name contains this")
)

// A testCase is one call of one module in a fresh folder, which its arguments call $DIR;
// $URL is a server for the cases that need one.
type testCase struct {
	Name   string         `yaml:"name"`
	Before string         `yaml:"before"` // shell commands that make the folder's content
	Module string         `yaml:"module"` // if it is not the file's own
	Code   string         `yaml:"code"`   // the module itself, where it is written for the case
	Args   map[string]any `yaml:"args"`
	Root   bool           `yaml:"root"`   // needs to be root, or root's outcome is another
	After  string         `yaml:"after"`  // shell commands whose output belongs to the outcome
	Hide   []string       `yaml:"hide"`   // folders whose content is not compared
	Differ string         `yaml:"differ"` // why goplay's outcome differs from the reference's; the recorded one is goplay's
}

// An outcome is what a call gave: its result, and the folder's content after it.
type outcome struct {
	Result any      `json:"result"`
	Rc     int      `json:"rc"`
	After  []string `json:"after"`
}

// runner runs a module as an agent would, goplay's or the reference's.
const runner = `
import json, runpy, sys
import ansible.module_utils.basic as basic
basic._ANSIBLE_ARGS = sys.stdin.buffer.read()
basic._ANSIBLE_PROFILE = 'legacy'
name = sys.argv[1]
if len(sys.argv) > 2:
    code, sys.argv = sys.argv[2], ['/modules/' + name]
    exec(compile(code, name, 'exec'), {'__name__': '__main__'})
else:
    sys.argv = [name.rpartition('.')[2]]
    runpy.run_module(name, run_name='__main__')
`

// TestModules calls every module of testdata/*.yaml and compares with what the
// reference gave, which -record writes to the .golden.json beside it. A table's
// .sh file defines what its rows' shell commands use, and is run before them.
func TestModules(t *testing.T) {
	if testing.Short() {
		t.Skip("some 2,000 calls of modules in Python, in which the race detector finds nothing")
	}
	tables, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables in testdata: %v", err)
	}
	for _, table := range tables {
		name := strings.TrimSuffix(filepath.Base(table), ".yaml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runTable(t, table, name)
		})
	}
}

func runTable(t *testing.T, table, module string) {
	server := newServer(t)
	golden := strings.TrimSuffix(table, ".yaml") + ".golden.json"
	want := readGolden(t, golden)
	for _, c := range readTable(t, table) {
		if c.Module == "" {
			c.Module = module
		}
		if !strings.Contains(c.Name, *only) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			if c.Root && os.Geteuid() != 0 {
				t.Skip("only root gets this outcome")
			}
			got := runCase(t, c, prelude(t, table), server.URL)
			if *record != "" {
				want[c.Name] = got
				return
			}
			compare(t, want[c.Name], got)
		})
	}
	if *record != "" {
		writeGolden(t, golden, want)
	}
}

func readTable(t *testing.T, path string) []testCase {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []testCase
	if err := yaml.Unmarshal(data, &cases); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	seen := map[string]bool{}
	for _, c := range cases {
		if seen[c.Name] {
			t.Fatalf("%s: two cases are called %q", path, c.Name)
		}
		seen[c.Name] = true
	}
	return cases
}

func readGolden(t *testing.T, path string) map[string]outcome {
	t.Helper()
	want := map[string]outcome{}
	data, err := os.ReadFile(path)
	if err != nil {
		if *record == "" {
			t.Fatal(err)
		}
		return want
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return want
}

func writeGolden(t *testing.T, path string, outcomes map[string]outcome) {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(outcomes); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// prelude is the text of a table's .sh file; "" for a table without one.
func prelude(t *testing.T, table string) string {
	t.Helper()
	data, err := os.ReadFile(strings.TrimSuffix(table, ".yaml") + ".sh")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(data)
}

func runCase(t *testing.T, c testCase, prelude, url string) outcome {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	runShell(t, dir, prelude+"\n"+c.Before)
	stdout, stderr, rc := callModule(t, c, dir, url)
	norm := newNormalizer(dir, url)
	result := norm.value("", decodeResult(t, stdout, stderr))
	after := listFolder(t, dir, c.Hide, norm)
	if c.After != "" {
		after = append(after, norm.text(runShell(t, dir, c.After)))
	}
	return outcome{Result: result, Rc: rc, After: after}
}

// runShell runs commands in a folder and gives their output.
func runShell(t *testing.T, dir, commands string) string {
	t.Helper()
	shell := exec.Command("/bin/sh", "-ec", "umask 022\n"+commands)
	shell.Dir = dir
	shell.Env = environ(dir)
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", commands, err, out)
	}
	return string(out)
}

func callModule(t *testing.T, c testCase, dir, url string) (stdout, stderr []byte, rc int) {
	t.Helper()
	args := map[string]any{"_ansible_module_name": fullName(c.Module)}
	for k, v := range c.Args {
		args[k] = v
	}
	input, err := json.Marshal(map[string]any{"ANSIBLE_MODULE_ARGS": args})
	if err != nil {
		t.Fatal(err)
	}
	input = bytes.ReplaceAll(input, []byte("$DIR"), []byte(dir))
	input = bytes.ReplaceAll(input, []byte("$URL"), []byte(url))
	input = bytes.ReplaceAll(input, []byte("$HOST"), []byte(strings.TrimPrefix(url, "http://")))
	input = bytes.ReplaceAll(input, []byte(`"$PORT"`), []byte(url[strings.LastIndex(url, ":")+1:]))
	cmd := overlaid(t, pythonCommand(t, c), dir)
	cmd.Dir = dir
	cmd.Env = append(cmd.Env, environ(dir)...)
	cmd.Stdin = bytes.NewReader(input)
	var stderrText bytes.Buffer
	cmd.Stderr = &stderrText
	stdout, err = cmd.Output()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return stdout, stderrText.Bytes(), cmd.ProcessState.ExitCode()
}

// fullName gives a module's name with that of its collection.
func fullName(module string) string {
	found, err := filepath.Glob("collections/ansible_collections/*/*/plugins/modules/" + module + ".py")
	if err != nil || len(found) == 0 {
		return "ansible.builtin." + module
	}
	parts := strings.Split(found[0], "/")
	return parts[2] + "." + parts[3] + "." + module
}

// pythonName is the name by which Python knows a module.
func pythonName(module string) string {
	name := strings.TrimSuffix(fullName(module), "."+module)
	if name == "ansible.builtin" {
		return "ansible.modules." + module
	}
	return "ansible_collections." + name + ".plugins.modules." + module
}

func pythonCommand(t *testing.T, c testCase) *exec.Cmd {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	packages := root + ":" + root + "/collections"
	if *record != "" && c.Differ == "" {
		packages = *record
	}
	cmd := exec.Command("/usr/bin/python3", "-c", runner, pythonName(c.Module))
	if c.Code != "" {
		cmd.Args = append(cmd.Args[:3], c.Module, c.Code)
	}
	// Sets in messages come in one order.
	cmd.Env = []string{"PYTHONPATH=" + packages, "PYTHONHASHSEED=0"}
	return cmd
}

// overlay runs a command whose system is called "row" and has the folders of $DIR/over, such as over/etc, laid over its own.
const overlay = `echo row > /proc/sys/kernel/hostname
for name in $(ls over); do
	[ $name != proc ] || { mount --bind over/proc /proc; continue; } # nothing can be laid over the kernel's
	mkdir $WORK/$name
	mount -t overlay overlay -o lowerdir=/$name,upperdir=$DIR/over/$name,workdir=$WORK/$name /$name
done
exec "$@"`

// overlaid is the command in a system of its own, if the row's folder has one. What it changes there is found below over.
func overlaid(t *testing.T, cmd *exec.Cmd, dir string) *exec.Cmd {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "over")); err != nil {
		return cmd
	}
	own := exec.Command("unshare", append([]string{"--mount", "--uts", "sh", "-ec", overlay, "overlay"}, cmd.Args...)...)
	own.Env = append(cmd.Env, "WORK="+t.TempDir())
	return own
}

// environ is the environment of a row; its folder's bin, where it has one, comes first in PATH.
func environ(dir string) []string {
	path := "/usr/sbin:/usr/bin:/sbin:/bin"
	if _, err := os.Stat(filepath.Join(dir, "bin")); err == nil {
		path = filepath.Join(dir, "bin") + ":" + path
	}
	return []string{
		"PATH=" + path, "LANG=C.UTF-8", "TZ=UTC", "HOME=" + dir, "DIR=" + dir,
		"PYTHONDONTWRITEBYTECODE=1",
	}
}

// decodeResult reads a module's result; a module that crashed has its exception as its result.
func decodeResult(t *testing.T, stdout, stderr []byte) any {
	t.Helper()
	if len(bytes.TrimSpace(stdout)) == 0 && len(stderr) > 0 {
		lines := strings.Split(strings.TrimSpace(string(stderr)), "\n")
		return map[string]any{"crash": lines[len(lines)-1]}
	}
	decoder := json.NewDecoder(bytes.NewReader(stdout))
	decoder.UseNumber()
	var result any
	if err := decoder.Decode(&result); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, stdout)
	}
	return result
}

// listFolder describes every file below dir: type, mode, name and content or target.
func listFolder(t *testing.T, dir string, hide []string, norm *normalizer) []string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		line, err := describe(dir, path, entry)
		lines = append(lines, norm.text(line))
		if err == nil && entry.IsDir() && hidden(strings.TrimPrefix(path, dir+"/"), hide) {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(lines)
	return lines
}

// hidden tells of folders whose content has what differs from run to run: the insides of git's, and those that a row names.
func hidden(name string, hide []string) bool {
	return strings.HasSuffix(name, ".git") || slices.Contains(hide, name)
}

// archived are files whose content differs with the program that made them.
var archived = regexp.MustCompile(`\.(whl|zip|tgz|tar|zst|xz|bz2|t?gz)$|/\.git/|\.git/`)

func describe(dir, path string, entry fs.DirEntry) (string, error) {
	info, err := entry.Info()
	if err != nil {
		return "", err
	}
	content := ""
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		content, err = os.Readlink(path)
	case info.Mode().IsRegular():
		var data []byte
		data, err = os.ReadFile(path)
		content = string(data)
		if archived.MatchString(path) && (!utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0) {
			content = "<binary>"
		}
	}
	name := strings.TrimPrefix(path, dir+"/")
	return fmt.Sprintf("%s %s %q", name, info.Mode(), content), err
}

func compare(t *testing.T, want, got outcome) {
	t.Helper()
	// Through JSON, so that both have the same Go types.
	var normalized outcome
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &normalized); err != nil {
		t.Fatal(err)
	}
	if reflect.DeepEqual(want, normalized) {
		return
	}
	t.Errorf("differs:\n%s", strings.Join(differences("", asAny(t, want), asAny(t, normalized)), "\n"))
}

func asAny(t *testing.T, o outcome) any {
	t.Helper()
	data, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// differences lists the paths at which two JSON values differ.
func differences(path string, want, got any) []string {
	w, wok := want.(map[string]any)
	g, gok := got.(map[string]any)
	if !wok || !gok {
		if reflect.DeepEqual(want, got) {
			return nil
		}
		return []string{fmt.Sprintf("%s:\n  want %#v\n  got  %#v", path, want, got)}
	}
	var found []string
	for _, k := range keys(w, g) {
		_, inWant := w[k]
		_, inGot := g[k]
		switch {
		case !inGot:
			found = append(found, fmt.Sprintf("%s.%s: lacks %#v", path, k, w[k]))
		case !inWant:
			found = append(found, fmt.Sprintf("%s.%s: is extra %#v", path, k, g[k]))
		default:
			found = append(found, differences(path+"."+k, w[k], g[k])...)
		}
	}
	return found
}

func keys(maps ...map[string]any) []string {
	set := map[string]bool{}
	for _, m := range maps {
		for k := range m {
			set[k] = true
		}
	}
	list := make([]string, 0, len(set))
	for k := range set {
		list = append(list, k)
	}
	sort.Strings(list)
	return list
}
