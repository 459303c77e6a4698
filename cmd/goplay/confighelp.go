package main

var configManual = manual{configUsage, configHelp}

const configUsage = `usage: PROG list|dump|view|init|validate [options] [PLUGIN…]
`

const configHelp = `usage: PROG list|dump|view|init|validate [options] [PLUGIN…]

Shows settings and where they come from.

examples:
  PROG dump --only-changed                  what is set, and where
  PROG view                                 the ansible.cfg that is read
  PROG list                                 all settings, and how they are set
  PROG init --disabled >ansible.cfg         a file with all of them, as comments
  PROG dump -t connection ssh               the options of a plugin
  PROG validate -t all                      whether the file has only settings that exist

actions:
  list                                      every setting: default, type, environment variables, keys of ansible.cfg, and whether
                                            goplay obeys it
  dump                                      every setting's value and where it comes from
  view                                      the settings' file
  init                                      an example of such a file, of environment variables or of variables
  validate                                  what the file, or the environment, sets and no setting is

  -c, --config FILE                         this file in place of the one that would be read
  --only-changed                            only what is set somewhere (dump; also --changed-only)
  -t, --type TYPE                           base (what is meant otherwise), all, or a kind of plugins: become, cache, callback, cliconf,
                                            connection, httpapi, inventory, lookup, netconf, shell, vars
  -f, --format FORMAT                       yaml or json (list), display, json or yaml (dump), ini, env or vars (init), ini or env (validate)
  --disabled                                make comments of all settings (init)

  -v, --verbose                             show more
  --version                                 show the version; stands before the action
  -h, --help                                show this help
`
