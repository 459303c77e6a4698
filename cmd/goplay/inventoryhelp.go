package main

var inventoryManual = manual{inventoryUsage, inventoryHelp}

const inventoryUsage = `usage: PROG --list|--host HOST|--graph [options] [GROUP]
`

const inventoryHelp = `usage: PROG --list|--host HOST|--graph [options] [GROUP]

Shows the hosts, groups and variables of an inventory.

examples:
  PROG -i hosts --graph                     the groups and hosts, as a tree
  PROG -i hosts --graph web --vars          one group, with variables
  PROG -i hosts --host web1 --yaml          the variables of a host
  PROG -i hosts --list --export -y          the inventory as a YAML inventory

what to show (one of them):
  --list                                    all hosts and groups
  --host HOST                               the variables of one host
  --graph [GROUP]                           a tree; of one group, if one is named

how to show it:
  -y, --yaml                                as YAML in place of JSON
  --toml                                    as TOML
  --vars                                    with variables (--graph)
  --export                                  variables where they are defined, not as hosts see them
  --output FILE                             write it to a file

hosts and variables:
  -i, --inventory FILE|FOLDER|SCRIPT|HOSTS  where hosts are; may be repeated (also --inventory-file)
  -l, --limit PATTERN                       only these of the hosts (--list)
  -e, --extra-vars VARS                     key=value, YAML, JSON or @FILE; may be repeated
  --playbook-dir FOLDER                     what stands for a playbook's folder, with its group_vars and host_vars (the current one)
  --flush-cache                             forget kept facts

vault:
  -J, --ask-vault-password                  ask for the vault password (also --ask-vault-pass)
  --vault-password-file FILE                read it from a file, or run the file; may be repeated (also --vault-pass-file)
  --vault-id [ID@]FILE|prompt               the same for one vault id; may be repeated

  -v, --verbose                             show more
  --version                                 show the version
  -h, --help                                show this help

The exit code is 0, 2 for a wrong command line, 5 for options or names that do not fit, and 1 or 4 for what cannot be read.
`
