package wsman

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"
)

// Sh runs a command line with /bin/sh, for [Options.Run]. One that is told to end gets SIGTERM, and SIGKILL half a second later.
func Sh(ctx context.Context, c *Command) int {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", c.Line)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout, cmd.Stderr = c.Stdout(), c.Stderr()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 500 * time.Millisecond
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(c.Stderr(), err)
		return 127
	}
	go func() {
		_, _ = io.Copy(stdin, c.Stdin())
		_ = stdin.Close()
	}()
	err = cmd.Wait()
	if ctx.Err() != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what ignores the other signal
	}
	return exitOf(err)
}

func exitOf(err error) int {
	failed := (*exec.ExitError)(nil)
	if !errors.As(err, &failed) {
		return 0
	}
	if status, ok := failed.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return failed.ExitCode()
}
