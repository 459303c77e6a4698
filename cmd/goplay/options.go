package main

// kind is what an option takes.
type kind int

const (
	flag   kind = iota // nothing
	count              // nothing; each use counts
	text               // a value; the last use counts
	number             // a whole number
	many               // a value; every use counts
	helpFlag
	versionFlag
)

// option is one option of the command line, with its names in the order in which ansible-playbook shows them.
type option struct {
	names []string
	kind  kind
	// excludes names the group of options of which only one may be used.
	excludes string
}

// optionTable are the options of a command.
type optionTable []option

// options are those of ansible-playbook 2.19, in its order: messages about ambiguous names list them so.
var options = optionTable{
	{names: []string{"-h", "--help"}, kind: helpFlag},
	{names: []string{"--version"}, kind: versionFlag},
	{names: []string{"-v", "--verbose"}, kind: count},
	{names: []string{"--private-key", "--key-file"}, kind: text},
	{names: []string{"-u", "--user"}, kind: text},
	{names: []string{"-c", "--connection"}, kind: text},
	{names: []string{"-T", "--timeout"}, kind: number},
	{names: []string{"--ssh-common-args"}, kind: text},
	{names: []string{"--sftp-extra-args"}, kind: text},
	{names: []string{"--scp-extra-args"}, kind: text},
	{names: []string{"--ssh-extra-args"}, kind: text},
	{names: []string{"-k", "--ask-pass"}, kind: flag, excludes: "connection password"},
	{names: []string{"--connection-password-file", "--conn-pass-file"}, kind: text, excludes: "connection password"},
	{names: []string{"--force-handlers"}, kind: flag},
	{names: []string{"-b", "--become"}, kind: flag},
	{names: []string{"--become-method"}, kind: text},
	{names: []string{"--become-user"}, kind: text},
	{names: []string{"-K", "--ask-become-pass"}, kind: flag, excludes: "become password"},
	{names: []string{"--become-password-file", "--become-pass-file"}, kind: text, excludes: "become password"},
	{names: []string{"-t", "--tags"}, kind: many},
	{names: []string{"--skip-tags"}, kind: many},
	{names: []string{"-C", "--check"}, kind: flag},
	{names: []string{"-D", "--diff"}, kind: flag},
	{names: []string{"-i", "--inventory", "--inventory-file"}, kind: many},
	{names: []string{"--list-hosts"}, kind: flag},
	{names: []string{"-l", "--limit"}, kind: text},
	{names: []string{"--flush-cache"}, kind: flag},
	{names: []string{"-e", "--extra-vars"}, kind: many},
	{names: []string{"--vault-id"}, kind: many},
	{names: []string{"-J", "--ask-vault-password", "--ask-vault-pass"}, kind: flag, excludes: "vault password"},
	{names: []string{"--vault-password-file", "--vault-pass-file"}, kind: many, excludes: "vault password"},
	{names: []string{"-f", "--forks"}, kind: number},
	{names: []string{"-M", "--module-path"}, kind: many},
	{names: []string{"--syntax-check"}, kind: flag},
	{names: []string{"--list-tasks"}, kind: flag},
	{names: []string{"--list-tags"}, kind: flag},
	{names: []string{"--step"}, kind: flag},
	{names: []string{"--start-at-task"}, kind: text},
}

// takesValue tells whether a value follows.
func (o *option) takesValue() bool { return o.kind == text || o.kind == number || o.kind == many }

// long is the option's first long name, without its dashes.
func (o *option) long() string {
	for _, n := range o.names {
		if len(n) > 2 {
			return n[2:]
		}
	}
	return o.names[0][1:]
}

// find finds an option by one of its full names.
func (table optionTable) find(name string) *option {
	for i := range table {
		for _, n := range table[i].names {
			if n == name {
				return &table[i]
			}
		}
	}
	return nil
}
