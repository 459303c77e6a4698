package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Inventory writes an inventory of all hosts, with one of the lab's users to log in as,
// and returns its path. The reference and goplay both read it. While there is a delay
// line, the addresses are its addresses.
func (l *Lab) Inventory(user string) string {
	path := filepath.Join(l.dir, "inventory-"+user+".ini")
	if err := os.WriteFile(path, []byte(l.InventoryText(user)), 0o600); err != nil {
		panic(fmt.Sprintf("lab: %v", err)) // the lab's own folder
	}
	return path
}

// InventoryText returns what Inventory writes.
func (l *Lab) InventoryText(user string) string {
	var text strings.Builder
	text.WriteString("[lab]\n")
	for i := 1; i <= l.Len(); i++ {
		h := l.Host(i)
		fmt.Fprintf(&text, "%s ansible_host=%s ansible_port=%d\n", h.Name, h.Addr, h.Port)
	}
	fmt.Fprintf(&text, "\n[lab:vars]\nansible_user=%s\nansible_python_interpreter=/usr/bin/python3\n", user)
	fmt.Fprintf(&text, "ansible_ssh_common_args='-o UserKnownHostsFile=%s -o GlobalKnownHostsFile=/dev/null'\n", l.KnownHosts())
	if user == "pwuser" {
		fmt.Fprintf(&text, "ansible_password=%s\nansible_become_password=%s\n", Password, Password)
	} else {
		fmt.Fprintf(&text, "ansible_ssh_private_key_file=%s\n", l.Key())
	}
	return text.String()
}
