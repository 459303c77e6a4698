package inventory

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hanging writes a script that starts a child, tells its number in a file and then waits.
func hanging(t *testing.T) (script, told string) {
	t.Helper()
	dir := t.TempDir()
	script, told = filepath.Join(dir, "inv.sh"), filepath.Join(dir, "child")
	text := fmt.Sprintf("#!/bin/sh\nsh -c 'sleep 1000 & echo $! > %s.part; mv %[1]s.part %[1]s; wait' &\nwait\n", told)
	syscall.ForkLock.RLock() // no other test's child holds the script open
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return script, told
}

// gone fails where the process whose number is in a file still runs.
func gone(t *testing.T, told string) {
	t.Helper()
	text, err := os.ReadFile(told)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("the script's child %d still runs", pid)
}

func TestScriptTakesTooLong(t *testing.T) {
	script, told := hanging(t)
	dir := filepath.Dir(script)
	if err := os.WriteFile(filepath.Join(dir, "ansible.cfg"), []byte("[goplay]\nscript_timeout = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inv := newInventory(Options{Config: testConfig(t, dir)})
	err := parseScript(t.Context(), inv, script)
	if err == nil || !strings.Contains(err.Error(), "did not end within 1s (script_timeout") {
		t.Errorf("the error is %v", err)
	}
	gone(t, told)
}

func TestScriptIsInterrupted(t *testing.T) {
	script, told := hanging(t)
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		for range 500 {
			if _, err := os.Stat(told); err == nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		stop()
	}()
	if err := parseScript(ctx, newInventory(Options{Config: testConfig(t, filepath.Dir(script))}), script); err == nil {
		t.Error("no error")
	}
	gone(t, told)
}
