package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// launchWord is the first word of the command line by which bench has a program started: "launch FILE PROGRAM ARGUMENTS…".
//
// Linux counts into a process's peak of memory that of the process which forked it, until the program is loaded. The bench itself holds much,
// so a process of its own, which holds next to nothing, starts what is measured.
const launchWord = "launch"

// usage is what a program took.
type usage struct {
	took   time.Duration
	memory int64         // the most bytes that the program itself held
	cpu    time.Duration // of the program and of those that it waited for
}

// launch runs a program as a child of this process, writes its usage to a file and gives its exit code.
func launch(file string, command []string) (code int, err error) {
	runtime.LockOSThread() // the thread's end would be the program's
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	start := time.Now()
	err = cmd.Run()
	took := time.Since(start)
	if cmd.ProcessState == nil {
		return 1, err
	}
	text := fmt.Sprintf("%d %d %d", took, maxMemory(cmd), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	return cmd.ProcessState.ExitCode(), os.WriteFile(file, []byte(text), 0o600)
}

func maxMemory(cmd *exec.Cmd) int64 {
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10
	}
	return 0
}

// launcher is the command that launches a program and leaves its usage in a file.
func launcher(ctx context.Context, file, program string, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	return exec.CommandContext(ctx, self, append([]string{launchWord, file, program}, args...)...), err
}

// readUsage reads what launch wrote.
func readUsage(file string) (u usage, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return u, err
	}
	_, err = fmt.Sscan(string(text), (*int64)(&u.took), &u.memory, (*int64)(&u.cpu))
	return u, err
}

// launched tells whether this process is a launcher, and does its work then.
func launched(args []string) (code int, ok bool) {
	if len(args) < 3 || args[0] != launchWord {
		return 0, false
	}
	code, err := launch(args[1], args[2:])
	if err != nil {
		fail(errors.Join(errors.New("launch "+strconv.Quote(args[2])), err))
	}
	return code, true
}
