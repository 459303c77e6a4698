"""known_hosts: host keys in a known_hosts file."""
import base64
import fnmatch
import hashlib
import hmac
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

OPTIONS = dict(
    name=dict(required=True, type='str', aliases=['host']),
    key=dict(required=False, type='str', no_log=False),
    path=dict(default='~/.ssh/known_hosts', type='path'),
    hash_host=dict(required=False, type='bool', default=False),
    state=dict(default='present', choices=['absent', 'present']),
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    params = module.params
    host = params['name'].lower()
    if params['state'] == 'present' and not params['key']:
        module.fail_json(msg='No key specified when adding a host')
    if params['key'] and ',' in host:
        module.fail_json(msg='Comma separated list of names is not supported. Please pass a single name to lookup in the known_hosts file.')
    if params['key'] and not any(line_is_for(line, host) for line in params['key'].splitlines()):
        module.fail_json(msg='Host parameter does not match hashed host field in supplied key')
    header = params['path'] if os.path.exists(params['path']) else os.devnull
    before = read(module, params['path'])
    after = edited(before, host, params)
    diff = dict(before_header=header, after_header=params['path'], before=before, after=after)
    changed = before != after
    if module.check_mode:
        module.exit_json(changed=changed, diff=diff)
    if changed:
        write(module, params['path'], after)
    module.exit_json(changed=changed, name=params['name'], key=params['key'], path=params['path'],
                     hash_host=params['hash_host'], state=params['state'], diff=diff)


# --- the file

def read(module, path):
    try:
        with open(path, encoding='utf-8', errors='surrogateescape') as stream:
            return stream.read()
    except FileNotFoundError:
        return ''
    except OSError as error:
        module.fail_json(msg="Failed to read %s: %s" % (path, error))


def write(module, path, text):
    folder = os.path.dirname(path) or '.'
    try:
        handle, temporary = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, 'w', encoding='utf-8', errors='surrogateescape') as stream:
            stream.write(text)
    except OSError as error:
        module.fail_json(msg="Failed to write to file '%s': %s" % (path, error))
    module.atomic_move(temporary, path)


# --- lines

def fields(line):
    """(marker, hosts, key type and key) of a line; None for blank lines and comments."""
    words = line.split()
    if not words or words[0].startswith('#'):
        return None
    marker = words.pop(0) if words[0].startswith('@') else ''
    return (marker, words[0], tuple(words[1:3])) if len(words) >= 3 else None


def line_is_for(line, host):
    found = fields(line)
    return found is not None and names_host(found[1], host)


def names_host(hosts, host):
    """Whether a line's first field means host: hashed, listed or by a pattern."""
    if hosts.startswith('|1|'):
        return unhashed(hosts, host)
    hit = False
    for pattern in hosts.lower().split(','):
        if pattern.startswith('!') and matches(host, pattern[1:]):
            return False
        hit = hit or matches(host, pattern)
    return hit


def matches(host, pattern):
    """ssh's patterns know * and ? only; the brackets of [host]:port mean themselves."""
    return host == pattern or fnmatch.fnmatchcase(host, pattern.replace('[', '[[]'))


def unhashed(hosts, host):
    try:
        _, _, salt, digest = hosts.split('|')
        made = hmac.new(base64.b64decode(salt), host.encode(), hashlib.sha1).digest()
        return hmac.compare_digest(made, base64.b64decode(digest))
    except ValueError:
        return False


def hashed(line, host):
    """line with its hosts field made unreadable."""
    _, hosts, _ = fields(line)
    salt = os.urandom(20)
    digest = hmac.new(salt, host.encode(), hashlib.sha1).digest()
    shown = '|1|%s|%s' % (base64.b64encode(salt).decode(), base64.b64encode(digest).decode())
    return line.replace(hosts, shown, 1)


def edited(text, host, params):
    """The file's text as it should be."""
    lines = text.splitlines(True)
    if params['state'] == 'absent':
        return ''.join(line for line in lines if not goes(line, host, params['key']))
    for wanted in params['key'].splitlines():
        if fields(wanted):
            lines = with_key(lines, host, wanted.strip(), params['hash_host'])
    return ''.join(lines)


def goes(line, host, key):
    if not line_is_for(line, host):
        return False
    return not key or fields(line)[2] in [fields(each)[2] for each in key.splitlines() if fields(each)]


def with_key(lines, host, wanted, hide):
    """lines with wanted in them once, in place of an older key of the same type."""
    marker, _, (kind, value) = fields(wanted)
    kept, present = [], False
    for line in lines:
        if line_is_for(line, host) and fields(line)[0] == marker and fields(line)[2][0] == kind:
            same = fields(line)[2][1] == value and (not hide or fields(line)[1].startswith('|1|'))
            if not same:
                continue
            present = True
        kept.append(line)
    if present:
        return kept
    if kept and not kept[-1].endswith('\n'):
        kept[-1] += '\n'
    return kept + [(hashed(wanted, host) if hide else wanted) + '\n']


if __name__ == '__main__':
    main()
