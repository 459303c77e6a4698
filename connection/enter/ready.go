package enter

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Ready tells whether this machine has what the kind needs, in the words that the plugins have for it. The result of the task is a failure.
func (k *Kind) Ready(o Options) error {
	if k.ready != nil {
		return k.ready(o)
	}
	program := k.program(o)
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%s command not found in PATH", program)
	}
	return nil
}

func chrootReady(o Options) error {
	if os.Geteuid() != 0 && o.Str("disable_root_check") != "True" {
		return errors.New("chroot connection requires running as root")
	}
	root := o.Str("remote_addr")
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is not a directory", root)
	}
	// The shell may be an absolute link within the root.
	shell := filepath.Join(root, "bin/sh")
	if _, err := os.Lstat(shell); err != nil {
		return fmt.Errorf("[Errno %d] No such file or directory: '%s'", int(syscall.ENOENT), shell)
	}
	program := o.Str("chroot_exe")
	_, err := exec.LookPath(program)
	switch {
	case err != nil && filepath.IsAbs(program):
		return fmt.Errorf("[Errno %d] No such file or directory: b'%s'", int(syscall.ENOENT), program)
	case err != nil:
		words := fmt.Sprintf("Failed to find required executable \"%s\" in paths: %s", program, os.Getenv("PATH"))
		return errors.New(words)
	}
	return nil
}
