package main

import (
	"os"

	"github.com/goplay/goplay/config"
)

// command is what goplay does beside running playbooks.
type command struct {
	name    string
	ansible string // the program of Ansible that does the same; "": none
	manual  manual
	read    func(args []string) (*commandLine, error)
	do      func(*program, *config.Config, *commandLine) int
}

// commands are all of them.
func commands() []command {
	return []command{
		{"adhoc", "ansible", adHocManual, readAdHoc, (*program).adHoc},
		{"config", "ansible-config", configManual, readConfig, (*program).config},
		{"eval", "", evalManual, readEval, (*program).eval},
		{"inventory", "ansible-inventory", inventoryManual, readInventory, (*program).inventory},
		{"vault", "ansible-vault", vaultManual, readVault, (*program).vault},
	}
}

// command finds the command that is meant: the one whose program's name this one has, or that the first argument names. A file of
// that name is a playbook, as is everything under the name ansible-playbook.
func (p *program) command(args []string) (*command, []string) {
	for _, c := range commands() {
		if p.name == c.ansible {
			return &c, args
		}
		if len(args) > 0 && args[0] == c.name && p.name != "ansible-playbook" && !isFile(c.name) {
			return &c, args[1:]
		}
	}
	return nil, nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}

// as is the program as a command.
func (p *program) as(c *command) *program {
	q := *p
	if q.manual = c.manual; p.name != c.ansible {
		q.name = p.name + " " + c.name
	}
	return &q
}
