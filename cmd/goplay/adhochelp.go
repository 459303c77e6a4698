package main

var adHocManual = manual{adHocUsage, adHocHelp}

const adHocUsage = `usage: PROG [options] PATTERN
`

const adHocHelp = `usage: PROG [options] PATTERN

Runs one task on the hosts of a pattern.

examples:
  PROG all -i hosts -m ping                 do they answer?
  PROG web -i hosts -a uptime               a command (the module command)
  PROG web -i hosts -b -m apt -a 'name=nginx state=latest'
  PROG web1 -i hosts -m setup -a 'filter=ansible_distribution*'
  PROG localhost -m debug -a 'msg={{ 1 + 1 }}'

what to run:
  -m, --module-name NAME                    the module (command)
  -a, --args ARGUMENTS                      its arguments: key=value, free text, or a JSON object
  -B, --background SECONDS                  run it in the background, for at most so long
  -P, --poll SECONDS                        how often to ask whether it is done; 0 does not wait (15)
  --task-timeout SECONDS                    fail a task that runs longer
  -C, --check                               change nothing, tell what would change
  -D, --diff                                show what changes in files and templates
  -o, --one-line                            a line for each host
  -t, --tree FOLDER                         keep the results in files of a folder
  -M, --module-path FOLDERS                 where modules are, with colons between; may be repeated
  --playbook-dir FOLDER                     what stands for a playbook's folder (the current one)

hosts and variables:
  -i, --inventory FILE|FOLDER|SCRIPT|HOSTS  where hosts are; may be repeated (also --inventory-file)
  -l, --limit PATTERN                       only these of the hosts
  --list-hosts                              show the hosts and run nothing
  -e, --extra-vars VARS                     key=value, YAML, JSON or @FILE; may be repeated
  -f, --forks NUMBER                        how many hosts at a time (5)
  --flush-cache                             forget kept facts

connections:
  -u, --user USER                           who logs in
  -k, --ask-pass                            ask for the login's password
  --connection-password-file FILE           read it from a file, or run the file (also --conn-pass-file)
  --private-key FILE                        the key for the login (also --key-file)
  -c, --connection NAME                     how to connect (ssh)
  -T, --timeout SECONDS                     how long a connection may take
  --ssh-common-args, --ssh-extra-args ARGS  more options of ssh
  --sftp-extra-args, --scp-extra-args ARGS  accepted; goplay runs neither program

become:
  -b, --become                              run the task as another user
  --become-user USER                        as whom (root)
  --become-method NAME                      by what (sudo)
  -K, --ask-become-pass                     ask for the password
  --become-password-file FILE               read it from a file, or run the file (also --become-pass-file)

vault:
  -J, --ask-vault-password                  ask for the vault password (also --ask-vault-pass)
  --vault-password-file FILE                read it from a file, or run the file; may be repeated (also --vault-pass-file)
  --vault-id [ID@]FILE|prompt               the same for one vault id; may be repeated

  -v, --verbose                             show more; up to -vvvvvv
  --version                                 show the version
  -h, --help                                show this help

Exit codes are those of a run of playbooks.
`
