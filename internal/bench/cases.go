package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
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
	// inventory is a file of hosts that need no connection, for a case that is measured without a line; "": the lab host.
	inventory string
	args      []string // further ones of the command line
	names     int      // the lab host under so many names, each a host of its own with a line of its own, all at once; 0: as one
	cpu       bool     // what is measured is the processor's time at both ends
	// alone says that goplay alone plays the case, which would take the others many minutes.
	alone bool
}

// writeCases writes the playbooks into a folder.
func writeCases(folder string) ([]playCase, error) {
	tree, err := fs.Sub(plays, "plays")
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		os.CopyFS(folder, tree),
		write(folder, "tasks.yml", commands(100)),
		write(folder, "skip-10.yml", skippedTasks(10)),
		write(folder, "skip-100.yml", skippedTasks(100)),
		write(folder, "include-200.yml", includes(200)),
		write(folder, "include-1000.yml", includes(1000)),
		write(folder, "included.yml", "- debug: msg={{ item }}\n  when: item > 5000\n"),
		writeVaulted(folder),
		writeFiles(folder),
		write(folder, "tree-100.yml", copies(100)),
		write(folder, "tree-1000.yml", copies(1000)),
		write(folder, "big.yml", "- hosts: all\n  gather_facts: false\n  tasks:\n    - copy: {src: hundred-megabytes, dest: /tmp/copied}\n"),
		write(folder, "twenty.yml", commands(20)),
		write(folder, "one", "h1 ansible_connection=local\n"),
		write(folder, "two-hundred", "h[001:200]\n"),
		write(folder, "thousand", "h[0001:1000]\n"),
		write(folder, "join-200.yml", joins()),
		write(folder, "some.yml", "- hosts: region3:&g03*:!g0305\n  gather_facts: false\n  tasks:\n    - debug: msg={{ port }}\n"),
		writeLarge(filepath.Join(folder, "hundred-thousand")),
	)
	return []playCase{
		{name: "100 command tasks", file: "tasks.yml"},
		{name: "loop of 100 commands", file: "loop.yml"},
		{name: "60-task mix", file: "mix.yml"},
		{name: "with_filetree, 100 files", file: "tree-100.yml"},
		{name: "with_filetree, 1000 files", file: "tree-1000.yml", alone: true},
		{name: "100 MB file, CPU seconds", file: "big.yml", cpu: true},
		{name: "100 hosts, 20 tasks", file: "twenty.yml", names: 100},
		{name: "200 hosts skip 10", file: "skip-10.yml", inventory: "two-hundred"},
		{name: "1000 hosts skip 100", file: "skip-100.yml", inventory: "thousand", alone: true},
		{name: "include_tasks x 200", file: "include-200.yml", inventory: "one"},
		{name: "include_tasks x 1000", file: "include-1000.yml", inventory: "one", alone: true},
		{name: "1 of 2000 vaulted values", file: "inline-1.yml", inventory: "one"},
		{name: "2000 vaulted values", file: "inline-2000.yml", inventory: "one"},
		{name: "10 MB vault, 20 hosts", file: "large.yml", inventory: "twenty"},
		{name: "200 hosts join hostvars", file: "join-200.yml", inventory: "two-hundred"},
		{name: "list of 100,000 hosts", file: "some.yml", inventory: "hundred-thousand/hosts", args: []string{"--list-hosts"}},
		{name: "1 host of 100,000", file: "some.yml", inventory: "hundred-thousand/hosts", args: []string{"--limit", "host-030001"}},
	}, err
}

func write(folder, name, text string) error {
	return os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644)
}

// joins are tasks in which every host joins one variable of all hosts.
func joins() string {
	return "- hosts: all\n  gather_facts: false\n  tasks:\n" +
		"    - set_fact: {base: net}\n" +
		"    - set_fact:\n        joined: \"{{ groups.all | map('extract', hostvars, 'base') | join(',') }}\"\n"
}

// writeLarge writes an inventory of 100,000 hosts in 1,000 groups below ten others, each with a file of group_vars.
func writeLarge(folder string) error {
	if err := os.MkdirAll(filepath.Join(folder, "group_vars"), 0o755); err != nil {
		return err
	}
	var hosts strings.Builder
	for g := range 1000 {
		fmt.Fprintf(&hosts, "[g%04d]\n", g)
		for h := range 100 {
			fmt.Fprintf(&hosts, "host-%06d ansible_host=10.%d.%d.%d rack=%d\n", 100*g+h, g>>8, g&255, h, h%50)
		}
		vars := fmt.Sprintf("port: %d\nsettings: {name: g%d, level: %d}\nurl: 'http://{{ inventory_hostname }}:{{ port }}/'\n", 8000+g, g, g%7)
		if err := write(folder, fmt.Sprintf("group_vars/g%04d.yml", g), vars); err != nil {
			return err
		}
	}
	for r := range 10 {
		fmt.Fprintf(&hosts, "[region%d:children]\n", r)
		for g := range 100 {
			fmt.Fprintf(&hosts, "g%04d\n", 100*r+g)
		}
	}
	return write(folder, "hosts", hosts.String())
}

// skippedTasks are tasks that every host skips after it has evaluated a condition.
func skippedTasks(n int) string {
	return "- hosts: all\n  gather_facts: false\n  vars: {flag: {limit: 2}}\n  tasks:\n" +
		strings.Repeat("    - command: hostname\n      when: flag.limit > 3\n", n)
}

// includes is an include in a loop of n items.
func includes(n int) string {
	return fmt.Sprintf("- hosts: all\n  gather_facts: false\n  tasks:\n    - include_tasks: included.yml\n      loop: \"{{ range(%d) | list }}\"\n", n)
}

func commands(n int) string {
	return "- hosts: all\n  gather_facts: false\n  tasks:\n" + strings.Repeat("    - command: hostname\n", n)
}

// copies is a loop that copies n empty files, each as an item of its own.
func copies(n int) string {
	return fmt.Sprintf("- hosts: all\n  gather_facts: false\n  tasks:\n    - copy: {src: '{{ item.src }}', dest: '/tmp/{{ item.path }}'}\n"+
		"      when: item.state == 'file'\n      with_community.general.filetree: tree-%d/\n      loop_control: {label: '{{ item.path }}'}\n", n)
}

// writeFiles writes the files that are copied.
func writeFiles(folder string) error {
	for _, n := range []int{100, 1000} {
		if err := os.Mkdir(filepath.Join(folder, fmt.Sprintf("tree-%d", n)), 0o755); err != nil {
			return err
		}
		for i := range n {
			if err := write(folder, fmt.Sprintf("tree-%d/file-%04d", n, i), ""); err != nil {
				return err
			}
		}
	}
	data := make([]byte, 100<<20)
	rand.NewChaCha8([32]byte{}).Read(data)
	return os.WriteFile(filepath.Join(folder, "hundred-megabytes"), data, 0o644)
}
