package main

var configManual = manual{configUsage, configHelp}

const configUsage = `usage: PROG list|dump|view|init [options]
`

const configHelp = `usage: PROG list|dump|view|init [options]

Shows settings and where they come from.

examples:
  PROG dump --only-changed                  what is set, and where
  PROG view                                 the ansible.cfg that is read
  PROG list                                 all settings, and how they are set
  PROG init --disabled >ansible.cfg         a file with all of them, as comments

actions:
  list                                      every setting: default, type, environment variables, keys of ansible.cfg, and whether
                                            goplay obeys it
  dump                                      every setting's value and where it comes from
  view                                      the settings' file
  init                                      an example of such a file

  -c, --config FILE                         this file in place of the one that would be read
  --only-changed                            only what is set somewhere (dump; also --changed-only)
  -f, --format json|yaml|display            how to show it (dump, list)
  --disabled                                make comments of all settings (init)

  -v, --verbose                             show more
  --version                                 show the version; stands before the action
  -h, --help                                show this help

Options of plugins are not among these settings: docs/configuration.md has them.
`
