package endtoend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/goplay/goplay/internal/lab"
	"github.com/goplay/goplay/internal/windows"
)

// binary is the goplay that the tests run, built from this tree.
var binary string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	if root := os.Getenv("GOPLAY_WINDOWS_ROOT"); root != "" { // sshd runs it, as a Windows machine
		return windows.Serve(context.Background(), root, os.Getenv("SSH_ORIGINAL_COMMAND"))
	}
	dir, err := os.MkdirTemp("", "goplay-endtoend.")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "goplay")
	if out, err := exec.Command("go", "build", "-o", binary, "../../cmd/goplay").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building goplay: %v\n%s", err, out)
		return 1
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		panic(err)
	}
	return m.Run()
}

// project is a folder with a playbook, from which goplay is run.
type project struct {
	t   *testing.T
	dir string
	env []string // added to a clean environment
}

// here is an inventory of this machine.
const here = "here ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n"

// newProject unpacks a txtar archive, beside an inventory "hosts" of this machine.
func newProject(t *testing.T, archive string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir()}
	p.write("hosts", here)
	p.write("home/.keep", "")
	for _, f := range txtar.Parse([]byte(archive)).Files {
		p.write(f.Name, string(f.Data))
	}
	return p
}

// onLab is a project whose inventory has the shared lab's hosts.
func onLab(t *testing.T, user, archive string) (*project, *lab.Lab) {
	t.Helper()
	l := lab.Shared(t)
	p := newProject(t, archive)
	p.write("hosts", l.InventoryText(user))
	return p, l
}

func (p *project) write(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// command prepares goplay in the project's folder. All end at the latest after a time that no test takes.
func (p *project) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	p.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGQUIT) } // it tells where it waits
	cmd.WaitDelay = 10 * time.Second
	cmd.Dir = p.dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir + "/home", "LANG=C.UTF-8"}, p.env...)
	return cmd
}

// outcome is how a run of goplay ended.
type outcome struct {
	t              *testing.T
	stdout, stderr string
	exit           int
	took           time.Duration
	memory         int64 // the most that was resident, in bytes
}

// run runs goplay to its end.
func (p *project) run(args ...string) *outcome {
	p.t.Helper()
	return p.finish(p.command(args...))
}

// finish runs a prepared command to its end.
func (p *project) finish(cmd *exec.Cmd) *outcome {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &stdout
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &stderr
	}
	start := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return &outcome{
		t: p.t, stdout: stdout.String(), stderr: stderr.String(), exit: cmd.ProcessState.ExitCode(), took: time.Since(start),
		memory: cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024,
	}
}

// exits checks the exit code.
func (o *outcome) exits(code int) *outcome {
	o.t.Helper()
	if o.exit != code {
		o.t.Errorf("exit code %d, want %d\n%s", o.exit, code, o)
	}
	return o
}

// says checks that standard output has all of some texts.
func (o *outcome) says(texts ...string) *outcome {
	o.t.Helper()
	return o.has(o.stdout, texts)
}

// complains checks that standard error has all of some texts.
func (o *outcome) complains(texts ...string) *outcome {
	o.t.Helper()
	return o.has(o.stderr, texts)
}

func (o *outcome) has(where string, texts []string) *outcome {
	o.t.Helper()
	for _, text := range texts {
		if !strings.Contains(where, text) {
			o.t.Errorf("%q is missing in\n%s", text, o)
		}
	}
	return o
}

// never checks that neither output has a text.
func (o *outcome) never(texts ...string) *outcome {
	o.t.Helper()
	for _, text := range texts {
		if strings.Contains(o.stdout+o.stderr, text) {
			o.t.Errorf("%q shows in\n%s", text, o)
		}
	}
	return o
}

// within checks the time that the run took. A slow machine may take some more.
func (o *outcome) within(limit time.Duration) *outcome {
	o.t.Helper()
	if o.took > 5*limit {
		o.t.Errorf("took %v, want at most %v\n%s", o.took, limit, o)
	}
	return o
}

// recap checks hosts' lines of the recap: "h1 ok=1 unreachable=1" names the counts that matter.
func (o *outcome) recap(hosts ...string) *outcome {
	o.t.Helper()
	_, recap, _ := strings.Cut(o.stdout, "PLAY RECAP")
	for _, want := range hosts {
		name, counts, _ := strings.Cut(want, " ")
		line := hostLine(recap, name)
		for _, count := range strings.Fields(counts) {
			if !strings.Contains(line, " "+count+" ") {
				o.t.Errorf("recap of %s is %q, want %s\n%s", name, line, counts, o)
			}
		}
	}
	return o
}

func hostLine(recap, name string) string {
	for line := range strings.Lines(recap) {
		if strings.HasPrefix(line, name+" ") {
			return strings.Replace(line, ":", " ", 1)
		}
	}
	return ""
}

// String shows the start of what was printed, for failures.
func (o *outcome) String() string {
	return fmt.Sprintf("exit %d after %v\n[stdout]\n%.4000s\n[stderr]\n%.4000s", o.exit, o.took.Round(time.Millisecond), o.stdout, o.stderr)
}

// eventually waits for something to become true. A slow machine may take some more.
func eventually(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * limit); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("not within %v: %s", limit, what)
}
