package main

import "strings"

const usageText = `usage: PROG [options] playbook [playbook ...]
`

// helpText is written by hand: the everyday first, then everything.
const helpText = `usage: PROG [options] playbook [playbook ...]

Runs Ansible playbooks on the hosts of an inventory.

examples:
  PROG site.yml -i hosts                    run site.yml on the hosts of the file "hosts"
  PROG site.yml -i web1,web2, -bK           on two hosts, as root, asking for the sudo password
  PROG site.yml --check --diff -l staging   show what would change on the group staging
  PROG site.yml -t nginx -e version=1.2     only what is tagged nginx, with a variable
  PROG site.yml --list-tasks                show the tasks and run nothing

hosts:
  -i, --inventory FILE|FOLDER|SCRIPT|HOSTS  where hosts are; a list of names needs a comma; may be repeated
                                            (also --inventory-file)
  -l, --limit PATTERN                       only these of the hosts; @FILE reads the patterns from a file
  --list-hosts                              show the hosts that each play would run on

what to run:
  -t, --tags TAGS                           only plays and tasks with these tags; may be repeated
  --skip-tags TAGS                          leave out plays and tasks with these tags; may be repeated
  --start-at-task NAME                      begin at the task with this name
  --step                                    ask before each task
  --force-handlers                          run handlers even if a task fails
  -C, --check                               change nothing, show what would change
  -D, --diff                                show what changes in files
  --syntax-check                            read the playbooks and run nothing
  --list-tasks, --list-tags                 show tasks or tags and run nothing
  -f, --forks N                             hosts to work on at the same time (5)

variables:
  -e, --extra-vars VARS                     key=value, YAML, JSON or @FILE; may be repeated
  --flush-cache                             forget cached facts
  -M, --module-path DIRS                    where to look for modules first; may be repeated

connections:
  -u, --user USER                           log in as this user
  -c, --connection TYPE                     how to connect (ssh)
  -T, --timeout SECONDS                     how long to wait for a connection
  --private-key, --key-file FILE            the key to log in with
  -k, --ask-pass                            ask for the login password
  --connection-password-file FILE           read it from a file, or run the file (also --conn-pass-file)
  --ssh-common-args, --ssh-extra-args ARGS  options as for the program ssh
  --sftp-extra-args, --scp-extra-args ARGS  accepted for those who use them with Ansible

other users on the hosts:
  -b, --become                              run as another user
  --become-user USER                        which one (root)
  --become-method METHOD                    by which program (sudo)
  -K, --ask-become-pass                     ask for its password
  --become-password-file FILE               read it from a file, or run the file (also --become-pass-file)

vault:
  -J, --ask-vault-password                  ask for the vault password (also --ask-vault-pass)
  --vault-password-file FILE                read it from a file, or run the file; may be repeated (also --vault-pass-file)
  --vault-id [ID@]FILE|prompt               the same for one vault id; may be repeated

  -v, --verbose                             show more; up to -vvvvvv
  --version                                 show the version
  -h, --help                                show this help

PROG eval evaluates an expression or a template for a host: see PROG eval --help.
Settings are read from ansible.cfg and ANSIBLE_* variables as Ansible reads them.
`

// manual is what is told of a command; PROG stands for the name that it was called by.
type manual struct{ usage, help string }

var runManual = manual{usageText, helpText}

func (m manual) helpFor(prog string) string  { return strings.ReplaceAll(m.help, "PROG", prog) }
func (m manual) usageFor(prog string) string { return strings.ReplaceAll(m.usage, "PROG", prog) }
