"""The kinds of values that YAML files gave in older releases of ansible-core."""
AnsibleMapping, AnsibleSequence, AnsibleUnicode = dict, list, str


class AnsibleVaultEncryptedUnicode(str):
    """Encrypted text. Plugins get what it says, so that none of their values is one."""
