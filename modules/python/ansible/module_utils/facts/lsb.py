"""What lsb_release, or /etc/lsb-release, says of the distribution."""
from ansible.module_utils.facts import command
from ansible.module_utils.facts.utils import get_file_content, key_values

PROGRAM = {'Distributor ID': 'id', 'Release': 'release', 'Description': 'description',
           'Codename': 'codename', 'LSB Version': 'release'}
FILE = {'DISTRIB_ID': 'id', 'DISTRIB_RELEASE': 'release',
        'DISTRIB_DESCRIPTION': 'description', 'DISTRIB_CODENAME': 'codename'}


def collect(context):
    found = from_program() or named(get_file_content('/etc/lsb-release', ''), '=', FILE)
    if 'release' in found:
        found['major_release'] = found['release'].split('.')[0]
    return {'lsb': found}


def from_program():
    path = command.find('lsb_release')
    if not path:
        return {}
    rc, out, _ = command.output([path, '-a'])
    return named(out, ':', PROGRAM) if rc == 0 else {}


def named(text, separator, names):
    pairs = key_values(text, separator)
    return {names[key]: value for key, value in pairs.items() if key in names}
