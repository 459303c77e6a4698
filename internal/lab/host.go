package lab

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// host is one host's processes and file system.
type host struct {
	number int
	dir    string    // mount point of its tmpfs in the holder's namespace
	cmd    *exec.Cmd // nsenter, whose grandchild is the host's init
	init   int       // in this process's pid namespace
}

// boot starts a host on an empty upper layer and waits for its sshd.
func (l *Lab) boot(ctx context.Context, h *host) error {
	if err := l.mountUpper(ctx, h); err != nil {
		return err
	}
	log, err := os.Create(h.dir + ".log")
	if err != nil {
		return err
	}
	defer log.Close()
	h.cmd = exec.Command("nsenter", "-t", strconv.Itoa(l.holder.pid), "-m", "-p", "--",
		"unshare", "-m", "-p", "-u", "-i", "--fork", "--kill-child",
		"sh", filepath.Join(l.dir, "boot.sh"), filepath.Join(l.dir, "layer")+":"+l.base, h.dir,
		hostName(h.number), l.block.host(h.number), strconv.Itoa(l.block.port))
	h.cmd.Env, h.cmd.Stdout, h.cmd.Stderr = cleanEnv, log, log
	h.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := h.cmd.Start(); err != nil {
		return err
	}
	if h.init, err = descendant(h.cmd.Process.Pid, 2); err != nil {
		return fmt.Errorf("%s did not start: %w", hostName(h.number), err)
	}
	if err := l.awaitSSH(ctx, h); err != nil {
		text, _ := os.ReadFile(h.dir + ".log")
		return fmt.Errorf("%s: %w: %s", hostName(h.number), err, text)
	}
	return nil
}

// mountUpper gives a host its tmpfs, with the files that differ from host to host.
func (l *Lab) mountUpper(ctx context.Context, h *host) error {
	if err := os.MkdirAll(h.dir, 0o755); err != nil {
		return err
	}
	name := hostName(h.number)
	if err := l.holder.inside(ctx, "mount", "-t", "tmpfs", "-o", "size=3g,mode=755", "lab-"+name, h.dir); err != nil {
		return err
	}
	for _, folder := range []string{"u", "w", "r", "u/etc"} {
		if err := os.Mkdir(l.holder.path(filepath.Join(h.dir, folder)), 0o755); err != nil {
			return err
		}
	}
	etc := l.holder.path(filepath.Join(h.dir, "u/etc"))
	return errors.Join(
		os.WriteFile(filepath.Join(etc, "hostname"), []byte(name+"\n"), 0o644),
		os.WriteFile(filepath.Join(etc, "machine-id"), fmt.Appendf(nil, "%x\n", md5.Sum([]byte(name))), 0o444),
	)
}

// awaitSSH returns when the host's sshd greets.
func (l *Lab) awaitSSH(ctx context.Context, h *host) error {
	address := net.JoinHostPort(l.block.host(h.number), strconv.Itoa(l.block.port))
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		if greets(address) {
			return nil
		}
		if syscall.Kill(h.init, 0) != nil {
			return errors.New("ended while booting")
		}
		time.Sleep(5 * time.Millisecond)
	}
	return errors.New("sshd does not answer")
}

func greets(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	greeting := make([]byte, 4)
	_ = conn.SetReadDeadline(time.Now().Add(3 * time.Second))
	_, err = conn.Read(greeting)
	return err == nil && string(greeting) == "SSH-"
}

// halt kills what runs on a host and drops its file system.
func (l *Lab) halt(h *host) error {
	if h.cmd == nil {
		return nil
	}
	_ = syscall.Kill(h.init, syscall.SIGKILL) // already dead is as good
	h.reap()
	return l.holder.inside(context.Background(), "umount", "-l", h.dir)
}

func (h *host) reap() {
	if h.cmd != nil {
		_ = h.cmd.Wait() // killed, whatever it says
		h.cmd = nil
	}
}

// Command prepares a program that runs as root inside host i, not over ssh.
func (l *Lab) Command(ctx context.Context, i int, args ...string) *exec.Cmd {
	l.mu.Lock()
	pid := l.hosts[i-1].init
	l.mu.Unlock()
	enter := []string{
		"-t", strconv.Itoa(pid), "-m", "-p", "-u", "-i", "--",
		"setpriv", "--bounding-set", "-sys_time,-sys_module,-sys_rawio,-syslog,-wake_alarm",
	}
	cmd := exec.CommandContext(ctx, "nsenter", append(enter, args...)...)
	cmd.Env, cmd.Dir = cleanEnv, "/"
	return cmd
}

// Exec runs a program as root inside host i and returns what it wrote.
func (l *Lab) Exec(i int, args ...string) (string, error) {
	out, err := l.Command(context.Background(), i, args...).CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s on %s: %w: %s", strings.Join(args, " "), hostName(i), err, out)
	}
	return string(out), nil
}
