"""Capabilities of the module's process, in libcap's own words."""
from ansible.module_utils.facts import command


def collect(context):
    path = command.find('capsh')
    if not path:
        return {'system_capabilities_enforced': 'N/A', 'system_capabilities': 'N/A'}
    rc, out, _ = command.output([path, '--print'])
    return parse(out if rc == 0 else '')


def parse(text):
    enforced, caps = 'NA', []
    for line in text.splitlines():
        if not line.startswith('Current:'):
            continue
        current = line.split(':', 1)[1].strip()
        if current == '=ep':
            enforced, caps = 'False', []
        else:
            enforced = 'True'
            caps = [name.strip() for name in line.split('=')[1].split(',')]
    return {'system_capabilities_enforced': enforced, 'system_capabilities': caps}
