package parity

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/txtar"
)

// row is one playbook with how to run it.
type row struct {
	name      string
	runs      []string
	each      *usesOf // nil: runs are as written
	files     []txtar.File
	hosts     int    // lab hosts it needs
	user      string // who logs in there
	container string // what kind of container it needs
	windows   bool   // it needs a Windows machine
	execs     []string
	env       []string
	stdin     string
	root      bool
	collected bool // the reference's collections, which goplay gets too
	tree      bool
	unordered map[int]bool // the runs in which hosts answer in any order; everyRun
	noStderr  bool
	ignore    []replacement
	deviation string
}

// replacement is a normalisation that a row adds.
type replacement struct {
	pattern *regexp.Regexp
	text    string
}

// loadRows reads all rows of a folder.
func loadRows(folder string) ([]*row, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil {
		return nil, err
	}
	var rows []*row
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		r, err := parseRow(strings.TrimSuffix(filepath.Base(path), ".txtar"), data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func parseRow(name string, data []byte) (*row, error) {
	archive := txtar.Parse(data)
	r := &row{name: name, files: archive.Files, tree: true}
	for i, line := range strings.Split(string(archive.Comment), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		if err := r.set(key, strings.TrimSpace(value)); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if err := r.expand(); err != nil {
		return nil, err
	}
	if len(r.runs) == 0 {
		return nil, fmt.Errorf("no run")
	}
	return r, nil
}

func (r *row) set(key, value string) (err error) {
	switch key {
	case "run":
		r.runs = append(r.runs, value)
	case "each":
		err = r.setEach(value)
	case "lab":
		number, user, found := strings.Cut(value, " ")
		if r.user = user; !found {
			r.user = "deploy"
		}
		r.hosts, err = strconv.Atoi(number)
	case "windows":
		r.windows = value == "yes"
	case "container":
		r.container = value
	case "exec":
		r.execs = append(r.execs, value)
	case "env":
		r.env = append(r.env, value)
	case "stdin":
		r.stdin += value + "\n"
	case "needs":
		r.root, r.collected = value == "root", value == "collections"
	case "tree":
		r.tree = value != "no"
	case "unordered":
		err = r.setUnordered(value)
	case "stderr":
		r.noStderr = value == "no"
	case "deviation":
		r.deviation = value
	case "ignore":
		err = r.addIgnore(value)
	default:
		err = fmt.Errorf("unknown key %q", key)
	}
	return err
}

const everyRun = 0

func (r *row) setUnordered(value string) error {
	r.unordered = map[int]bool{}
	if value == "yes" {
		r.unordered[everyRun] = true
		return nil
	}
	for _, field := range strings.Fields(value) {
		number, err := strconv.Atoi(field)
		if err != nil || number < 1 {
			return fmt.Errorf("unordered: %q is not the number of a run", field)
		}
		r.unordered[number] = true
	}
	return nil
}

func (r *row) addIgnore(value string) error {
	pattern, text, found := strings.Cut(value+" ", " => ")
	if !found {
		return fmt.Errorf("ignore: want REGEXP => TEXT, have %q", value)
	}
	compiled, err := regexp.Compile(pattern)
	r.ignore = append(r.ignore, replacement{compiled, strings.TrimSuffix(text, " ")})
	return err
}

// writeFile writes a file that may be run next. Nothing forks meanwhile: a child that had it open for writing would keep it busy.
func writeFile(path string, data []byte) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, data, 0o644)
}

// unpack writes the row's files into a folder.
func (r *row) unpack(folder string) error {
	for _, file := range r.files {
		path := filepath.Join(folder, file.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := writeFile(path, file.Data); err != nil {
			return err
		}
	}
	for _, name := range r.execs {
		if err := os.Chmod(filepath.Join(folder, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}
