"""The kinds of values that YAML files gave in older releases of ansible-core."""
AnsibleMapping, AnsibleSequence, AnsibleUnicode = dict, list, str
