package inventory

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// killTree ends a child of this process with all its descendants. (A process group of their own would end them, too, but could not ask the
// user at the terminal.) The child is stopped first, so that it starts nothing more meanwhile. Where there is no /proc, the child alone ends.
func killTree(pid int) error {
	_ = syscall.Kill(pid, syscall.SIGSTOP)
	for _, child := range childrenOf(pid) {
		_ = killTree(child) // it may have ended
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}

// childrenOf lists the processes that another one has started.
func childrenOf(pid int) (children []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil && parentIn(path) == pid {
			children = append(children, child)
		}
	}
	return children
}

// parentIn reads the parent from a process's stat, proc(5): it is the second field behind the name, which is in brackets.
func parentIn(path string) (pid int) {
	stat, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	pid, _ = strconv.Atoi(fields[1])
	return pid
}
