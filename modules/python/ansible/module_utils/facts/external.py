"""Facts of other programs, where those are installed: facter and ohai."""
import json

from ansible.module_utils.facts import command


def collect_facter(context):
    path = command.find('cfacter') or command.find('facter')
    found = asked([path, '--puppet', '--json']) if path else None
    if path and found is None:
        found = asked([path, '--json'])
    return prefixed('facter_', found)


def collect_ohai(context):
    path = command.find('ohai')
    return prefixed('ohai_', asked([path]) if path else None)


def asked(argv):
    rc, out, _ = command.output(argv)
    if rc != 0:
        return None
    try:
        return json.loads(out)
    except ValueError:
        return None


def prefixed(prefix, found):
    """Names of their own, outside the ansible_ ones (see registry.UNPREFIXED)."""
    return {prefix + name.replace('-', '_'): value for name, value in (found or {}).items()}
