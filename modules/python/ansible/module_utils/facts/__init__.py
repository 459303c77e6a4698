"""Facts: what a target tells about itself, gathered by the setup module.

registry   the table of collectors: subset names, what each needs, its loader
subsets    turns gather_subset into the list of collectors to run
gather     runs them, the slow ones side by side, and names the results
files      reading /proc, /sys and /etc; command: running a program in a thread
compat     ansible_facts(module), for modules that want facts themselves

Every other file is one collector: a function collect(context) that returns
facts without their ansible_ prefix. Collectors read files, sockets and netlink
rather than start programs, because a subprocess costs more than a whole file.
"""
