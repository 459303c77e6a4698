package parity

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/goplay/goplay/internal/lab"
	"github.com/goplay/goplay/internal/reference"
)

// program is one of the two that are compared.
type program struct {
	name string
	path string
}

// commandOf are goplay's words for the other programs of the reference.
var commandOf = map[string]string{"ansible": "adhoc", "ansible-inventory": "inventory", "ansible-vault": "vault", "ansible-config": "config"}

// command is the shell's command for a row's run: of ansible-playbook, unless its first word names another program.
func (p program) command(args string) string {
	word, rest, _ := strings.Cut(args, " ")
	switch command, other := commandOf[word]; {
	case !other:
		return p.path + " " + args
	case p.name == "goplay":
		return p.path + " " + command + " " + rest
	}
	return filepath.Join(filepath.Dir(p.path), word) + " " + rest
}

// runLimit bounds one command line of a row.
const runLimit = 5 * time.Minute

// outcomeOf runs a row by a program, in a fresh folder and on fresh hosts.
func (r *row) outcomeOf(ctx context.Context, p program, hosts *lab.Lab) (outcome, error) {
	folder, err := rowFolder()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := r.prepare(folder, hosts); err != nil {
		return nil, err
	}
	var o outcome
	for i, args := range r.runs {
		if r.each != nil {
			use := r.each.list[i]
			if err := r.each.put(r, folder, use); err != nil {
				return nil, err
			}
			o.add(fmt.Sprintf("%d/use", i+1), use)
		}
		if err := r.run(ctx, p, folder, i+1, args, &o); err != nil {
			return nil, err
		}
	}
	return o, r.collect(folder, hosts, &o)
}

// rowFolder makes a folder whose name has always the same length, as headings are padded
// to the screen's width.
func rowFolder() (string, error) {
	folder, err := os.MkdirTemp("", "row.")
	if err != nil {
		return "", err
	}
	fixed := fmt.Sprintf("/tmp/goplay-row.%010s", strings.TrimPrefix(filepath.Base(folder), "row."))
	if err := os.Rename(folder, fixed); err != nil {
		return "", errors.Join(err, os.RemoveAll(folder))
	}
	return fixed, os.Chmod(fixed, 0o755)
}

func (r *row) prepare(folder string, hosts *lab.Lab) error {
	if err := os.MkdirAll(filepath.Join(folder, "home"), 0o755); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, "play/out"), 0o755); err != nil {
		return err
	}
	if err := r.unpack(filepath.Join(folder, "play")); err != nil {
		return err
	}
	if hosts == nil {
		return nil
	}
	if err := hosts.Reset(r.numbers()...); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "play/hosts"), []byte(firstHosts(hosts.InventoryText(r.user), r.hosts)), 0o600)
}

// numbers are the lab hosts of the row.
func (r *row) numbers() []int {
	var n []int
	for i := 1; i <= r.hosts; i++ {
		n = append(n, i)
	}
	return n
}

// firstHosts drops the hosts beyond the first n from an inventory.
func firstHosts(inventory string, n int) string {
	var kept []string
	for _, line := range strings.Split(inventory, "\n") {
		var number int
		if _, err := fmt.Sscanf(line, "h%d ", &number); err == nil && number > n {
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// run runs one command line and adds its output to the outcome. The output goes to files,
// as the reference leaves ssh processes behind that would keep a pipe open. A program that
// hangs is made to tell where.
func (r *row) run(ctx context.Context, p program, folder string, number int, args string, o *outcome) error {
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", "umask 022; exec "+p.command(args))
	cmd.Dir = filepath.Join(folder, "play")
	cmd.Env = append(environment(folder), r.env...)
	if r.collected {
		cmd.Env = append(cmd.Env, "ANSIBLE_COLLECTIONS_PATH="+reference.Collections())
	}
	cmd.Stdin = strings.NewReader(r.stdin)
	out, err := os.Create(filepath.Join(folder, fmt.Sprintf("stdout-%d", number)))
	if err != nil {
		return err
	}
	defer out.Close()
	errs, err := os.Create(filepath.Join(folder, fmt.Sprintf("stderr-%d", number)))
	if err != nil {
		return err
	}
	defer errs.Close()
	cmd.Stdout, cmd.Stderr = out, errs
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGQUIT) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s %s: %w, where it waited:\n%s", p.name, args, ctx.Err(), readOr(errs.Name()))
	}
	return r.addRun(folder, number, cmd.ProcessState.ExitCode(), o)
}

// readOr gives a file's text, or why there is none.
func readOr(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (r *row) addRun(folder string, number, code int, o *outcome) error {
	stdout, err := os.ReadFile(filepath.Join(folder, fmt.Sprintf("stdout-%d", number)))
	if err != nil {
		return err
	}
	stderr, err := os.ReadFile(filepath.Join(folder, fmt.Sprintf("stderr-%d", number)))
	if err != nil {
		return err
	}
	told := func(text []byte) string {
		if r.unordered[everyRun] || r.unordered[number] {
			return sortResults(r.normal(folder, string(text)))
		}
		return r.normal(folder, string(text))
	}
	o.add(fmt.Sprintf("%d/stdout", number), told(stdout))
	if !r.noStderr {
		o.add(fmt.Sprintf("%d/stderr", number), told(stderr))
	}
	o.add(fmt.Sprintf("%d/code", number), fmt.Sprint(code))
	return nil
}

// environment is the same for both programs, and nothing of the caller's.
func environment(folder string) []string {
	return []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=" + filepath.Join(folder, "home"), "USER=" + os.Getenv("USER"), "LC_ALL=C.UTF-8", "TZ=UTC",
		"TERM=dumb", "COLUMNS=80", "ANSIBLE_NOCOLOR=1", "ANSIBLE_FORKS=1",
		"ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3",
		"ANSIBLE_SSH_ARGS=-o ControlMaster=auto -o ControlPersist=3s",
	}
}

// collect adds what the runs left behind.
func (r *row) collect(folder string, hosts *lab.Lab, o *outcome) error {
	if r.tree {
		tree, err := treeOf(filepath.Join(folder, "play/out"), func(s string) string { return r.normal(folder, s) })
		if err != nil {
			return err
		}
		o.add("out", tree)
	}
	for _, i := range r.numbers() {
		changes, err := hosts.Manifest(i)
		if err != nil {
			return err
		}
		var text strings.Builder
		for _, change := range changes {
			if line := r.normal(folder, change.String()); line != "" { // a row may ignore a file
				fmt.Fprintln(&text, line)
			}
		}
		o.add(hosts.Host(i).Name, text.String())
	}
	return nil
}
