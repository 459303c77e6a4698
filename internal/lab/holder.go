package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cleanEnv is what programs inside a lab are started with.
var cleanEnv = []string{
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root", "TERM=dumb", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
}

// keeper survives what kills this process: it waits for the holder, whose standard
// input then closes, and removes the lab's folder.
const keeper = `trap "" INT TERM HUP QUIT
unshare -m -p --fork --kill-child --mount-proc sh "$0/holder.sh" "$0"
rm -rf "$0"`

// holder is the process whose namespaces contain a lab.
type holder struct {
	cmd   *exec.Cmd
	input io.Closer
	pid   int // in this process's pid namespace
}

func startHolder(dir string) (*holder, error) {
	if err := os.Mkdir(filepath.Join(dir, "run"), 0o755); err != nil {
		return nil, err
	}
	cmd := exec.Command("sh", "-c", keeper, dir)
	cmd.Env, cmd.Dir, cmd.Stderr = cleanEnv, "/", os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	h := &holder{cmd: cmd, input: input}
	if line, _ := bufio.NewReader(output).ReadString('\n'); line != "ready\n" {
		h.end()
		return nil, errors.New("the lab's namespaces could not be made")
	}
	h.pid, err = descendant(cmd.Process.Pid, 2)
	return h, err
}

// end stops everything in the lab and waits until its folder is gone.
func (h *holder) end() {
	h.input.Close()
	_ = h.cmd.Wait() // the holder's exit code says nothing
}

// inside runs a program in the holder's mount and pid namespaces (umount needs its own /proc).
func (h *holder) inside(ctx context.Context, args ...string) error {
	enter := []string{"-t", strconv.Itoa(h.pid), "-m", "-p", "--"}
	cmd := exec.CommandContext(ctx, "nsenter", append(enter, args...)...)
	cmd.Env = cleanEnv
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

// path is how this process sees a path of the holder's mount namespace.
func (h *holder) path(path string) string {
	return filepath.Join("/proc", strconv.Itoa(h.pid), "root", path)
}

// descendant follows a chain of only children downward, waiting for each to be born.
func descendant(pid, levels int) (int, error) {
	deadline := time.Now().Add(10 * time.Second)
	for range levels {
		child, err := onlyChild(pid, deadline)
		if err != nil {
			return 0, err
		}
		pid = child
	}
	return pid, nil
}

func onlyChild(pid int, deadline time.Time) (int, error) {
	file := fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)
	for {
		data, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		if fields := strings.Fields(string(data)); len(fields) > 0 {
			return strconv.Atoi(fields[0])
		}
		if time.Now().After(deadline) {
			return 0, fmt.Errorf("process %d starts no child", pid)
		}
		time.Sleep(time.Millisecond)
	}
}
