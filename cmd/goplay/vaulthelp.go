package main

var vaultManual = manual{vaultUsage, vaultHelp}

const vaultUsage = `usage: PROG create|decrypt|edit|view|encrypt|encrypt_string|rekey [options] [FILE …]
`

const vaultHelp = `usage: PROG ACTION [options] [FILE …]

Encrypts and decrypts files and strings as Ansible Vault does.

examples:
  PROG create group_vars/prod/secrets.yml            write a new encrypted file in your editor
  PROG edit group_vars/prod/secrets.yml              change it
  PROG encrypt --vault-id prod@prompt key.pem        encrypt a file in its place, with a password for the id prod
  PROG encrypt_string -n db_password -p              a value for a variables file, typed at a prompt
  PROG rekey --new-vault-id prod@new.txt vars.yml    another password

actions:
  create FILE                               open an editor ($EDITOR, or vi) and encrypt what is written there
  edit FILE …                               decrypt, open an editor, encrypt again where something was changed
  view FILE …                               show ($PAGER, or less, at a terminal)
  encrypt [FILE …]                          encrypt in place, or standard input to standard output
  decrypt [FILE …]                          decrypt in place, or standard input to standard output
  encrypt_string [STRING …]                 encrypt strings as values of YAML; without one, or for "-", standard input
  rekey FILE …                              encrypt with another password

passwords:
  -J, --ask-vault-password                  ask for the vault password (also --ask-vault-pass), as happens where none is given
  --vault-password-file FILE                read it from a file, or run the file; may be repeated (also --vault-pass-file)
  --vault-id [ID@]FILE|prompt               the same for one vault id; may be repeated
  --encrypt-vault-id ID                     which of several ids encrypts (create, edit, encrypt, encrypt_string, rekey)
  --new-vault-password-file FILE            the new password's file (rekey)
  --new-vault-id [ID@]FILE|prompt           the new password and its id (rekey)

files and strings:
  --output FILE                             where the result goes (encrypt, decrypt, encrypt_string); - is standard output
  -n, --name NAME                           the variable that a string is for; may be repeated (encrypt_string)
  --stdin-name NAME                         the same for standard input (encrypt_string)
  -p, --prompt                              ask for the string (encrypt_string)
  --show-input                              and show what is typed (encrypt_string)
  --skip-tty-check                          open the editor though there is no terminal (create)

  -v, --verbose                             show more
  --version                                 show the version; stands before the action
  -h, --help                                show this help

The exit code is 0, 1 for what cannot be read, decrypted or written, 2 for a wrong command line, 5 for options that do not fit, 99 for ^C.
`
