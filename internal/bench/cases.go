package main

import (
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed plays
var plays embed.FS

// playCase is a playbook that is measured.
type playCase struct {
	name string
	file string
}

// writeCases writes the playbooks into a folder.
func writeCases(folder string) ([]playCase, error) {
	tree, err := fs.Sub(plays, "plays")
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		os.CopyFS(folder, tree),
		os.WriteFile(filepath.Join(folder, "tasks.yml"), []byte(hundredTasks()), 0o644),
	)
	return []playCase{
		{"100 command tasks", "tasks.yml"},
		{"loop of 100 commands", "loop.yml"},
		{"60-task mix", "mix.yml"},
	}, err
}

func hundredTasks() string {
	return "- hosts: all\n  gather_facts: false\n  tasks:\n" + strings.Repeat("    - command: hostname\n", 100)
}
