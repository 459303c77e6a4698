package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

// At a terminal success is told, files are shown by a pager, and an editor needs no option.
func TestVaultAtTerminal(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "pw", "secret\n", 0o600)
	write(t, "text", "clear\n", 0o600)
	write(t, "editor", "#!/bin/sh\necho from an editor >\"$1\"\n", 0o700)
	env := "ANSIBLE_VAULT_PASSWORD_FILE=pw ANSIBLE_HOME=$PWD/home EDITOR=./editor PAGER='sed s/^/paged:/'"
	for _, step := range []struct{ args, want string }{
		{"vault encrypt text", "Encryption successful"},
		{"vault view text", "paged:clear"},
		{"vault decrypt text", "Decryption successful"},
		{"vault create new", ""},
		{"vault view new", "paged:from an editor"},
		{"vault encrypt_string x", "Encryption successful"},
	} {
		s := atTerminalOf(t, env, step.args)
		s.want(step.want)
		s.ends()
	}
	if data, err := os.ReadFile("text"); err != nil || string(data) != "clear\n" {
		t.Errorf("text has %q, %v", data, err)
	}
}

// A prompt at a terminal does not show what is typed.
func TestVaultPromptHides(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "pw", "secret\n", 0o600)
	s := atTerminalOf(t, "ANSIBLE_HOME=$PWD/home", "vault encrypt_string -p --vault-id pw")
	s.want("Variable name (enter for no name): ")
	s.keys("name\n", "String to encrypt (hidden): ")
	time.Sleep(300 * time.Millisecond) // the terminal stops showing what is typed
	s.keys("hidden text\n", "name: !vault |")
	s.ends()
	if strings.Contains(s.all, "hidden text") {
		t.Errorf("the terminal shows %q", s.all)
	}
}
