package main

var evalManual = manual{evalUsage, evalHelp}

const evalUsage = `usage: PROG [options] [HOST] [EXPRESSION]
`

const evalHelp = `usage: PROG [options] [HOST] [EXPRESSION]

Shows what an expression or a template is for a host.

examples:
  PROG -i hosts web1 '{{ groups.db | map("extract", hostvars, "addr") | list }}'
  PROG -i hosts web1 http_port                  an expression needs no markers
  PROG -i hosts web1 http_port --trace          and where its variables come from
  PROG -i hosts web1 -t nginx.conf.j2           the file that the template module would write
  PROG '{{ 10 | random(seed="x") }}'            for localhost
  PROG -i hosts web1                            a prompt; lines of standard input if that is no terminal
  PROG --json < requests                        for editors, tests and CI

HOST is one of the inventory, or localhost, which is meant where none is named. A single argument is the host if the inventory
has it, or with -t; otherwise it is the expression.

what to show:
  -t, --template FILE                       the text of a rendered template file
  --type json|yaml                          how to write the value (json)
  --raw                                     the value as a template would print it
  --trace                                   tell on standard error where each variable comes from
  --json                                    read requests, one line of JSON each, and answer them so
  --no-history                              do not keep the lines of the prompt

hosts and variables:
  -i, --inventory FILE|FOLDER|SCRIPT|HOSTS  where hosts are; may be repeated (also --inventory-file)
  -e, --extra-vars VARS                     key=value, YAML, JSON or @FILE; may be repeated
  --playbook-dir FOLDER                     what stands for a playbook's folder, with its group_vars and host_vars (the current one)

vault:
  -J, --ask-vault-password                  ask for the vault password (also --ask-vault-pass)
  --vault-password-file FILE                read it from a file, or run the file; may be repeated (also --vault-pass-file)
  --vault-id [ID@]FILE|prompt               the same for one vault id; may be repeated

  -v, --verbose                             show more
  --version                                 show the version
  -h, --help                                show this help

Nothing is connected to, so facts are unknown. The exit code is 0, 2 if an evaluation fails or the command line is wrong, and otherwise
that of a run: 1, 4 or 5 for what cannot be read, 99 for ^C.
`
