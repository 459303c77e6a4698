"""The host's public ssh keys."""
from ansible.module_utils.facts.utils import get_file_content

FOLDERS = ('/etc/ssh', '/etc/openssh', '/etc')
KINDS = ('dsa', 'rsa', 'ecdsa', 'ed25519')


def collect(context):
    for folder in FOLDERS:
        facts = in_folder(folder)
        if facts:
            return facts
    return {}


def in_folder(folder):
    facts = {}
    for kind in KINDS:
        words = get_file_content('%s/ssh_host_%s_key.pub' % (folder, kind), '').split()
        if len(words) >= 2:
            name = 'ssh_host_key_%s_public' % kind
            facts[name], facts[name + '_keytype'] = words[1], words[0]
    return facts
