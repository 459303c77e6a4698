package lab

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// suite is fixed, so that hosts are the same whatever Debian the machine runs.
const suite = "bookworm"

// packages is what a host has beyond a minimal Debian. Python is the reference's need too.
const packages = "python3,python3-apt,sudo,openssh-server,ca-certificates,iproute2,procps,netbase,cron"

// baseAge is how long a base serves before it is built anew, with the archive's updates.
const baseAge = 30 * 24 * time.Hour

//go:embed base.sh
var baseScript string

// cacheFolder returns a folder of this user's cache, which it makes.
func cacheFolder(name string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "goplay", "lab", name)
	return folder, os.MkdirAll(folder, 0o755)
}

// buildBase returns the folder of the base, which it makes if there is none for this recipe.
func buildBase(ctx context.Context, a archive) (string, error) {
	folder, err := cacheFolder("base")
	if err != nil {
		return "", err
	}
	recipe := sha256.Sum256([]byte(packages + baseScript + a.sources()))
	base := filepath.Join(folder, fmt.Sprintf("%s-%x", suite, recipe[:6]))
	if fresh(base) {
		return base, nil
	}
	unlock, err := lockFile(base + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if fresh(base) { // another process was quicker
		return base, nil
	}
	part, err := os.MkdirTemp(folder, "part-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(part)
	if err := makeBase(ctx, part, a); err != nil {
		return "", err
	}
	return base, replace(part, base)
}

// fresh tells whether a base is there and new enough. Its folder's date is that of its making.
func fresh(base string) bool {
	info, err := os.Stat(base)
	return err == nil && time.Since(info.ModTime()) < baseAge
}

// replace puts a finished base in its place. Labs that run on an old one keep it mounted.
func replace(part, base string) error {
	if err := os.Chmod(part, 0o755); err != nil {
		return err
	}
	if err := os.Chtimes(part, time.Now(), time.Now()); err != nil {
		return err
	}
	if err := os.RemoveAll(base); err != nil {
		return err
	}
	return os.Rename(part, base)
}

func makeBase(ctx context.Context, root string, a archive) error {
	fmt.Fprintln(os.Stderr, "lab: building the base of the hosts, once:", root)
	cache, err := startAptCache("127.0.0.1:0", a)
	if err != nil {
		return err
	}
	defer cache.close()
	proxy := "http://" + cache.address
	debootstrap := exec.CommandContext(ctx, "debootstrap", "--variant=minbase", "--include="+packages, suite, root, plain(a.main))
	if err := build(debootstrap, proxy); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "etc/apt/sources.list"), []byte(a.sources()), 0o644); err != nil {
		return err
	}
	finish := exec.CommandContext(ctx, "unshare", "-m", "-p", "--fork", "--kill-child", "sh", "-c", baseScript, "base", root, Password, RootPassword)
	return build(finish, proxy)
}

func build(cmd *exec.Cmd, proxy string) error {
	cmd.Env = append(append([]string{}, cleanEnv...), "http_proxy="+proxy)
	cmd.Dir = "/"
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w:\n%s", filepath.Base(cmd.Path), err, lastLines(string(out), 20))
	}
	return nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// lockFile waits for the file's lock, which the kernel gives back if this process dies.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}
