"""authorized_key: keys with which a user may log in by SSH."""
import os
import pwd
import re
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.urls import fetch_url

ARGUMENTS = dict(
    user=dict(type='str', required=True),
    key=dict(type='str', required=True, no_log=False),    # keys by lines, a URL, or file:// and a path on the host
    path=dict(type='path'),                               # .ssh/authorized_keys of the user's home if it is left out
    manage_dir=dict(type='bool', default=True),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    key_options=dict(type='str', no_log=False),
    exclusive=dict(type='bool', default=False),
    comment=dict(type='str'),
    validate_certs=dict(type='bool', default=True),
    follow=dict(type='bool', default=False),
)
TYPES = ('ssh-ed25519', 'ssh-rsa', 'ssh-dss', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521',
         'sk-ecdsa-sha2-nistp256@openssh.com', 'sk-ssh-ed25519@openssh.com')
TYPES += tuple(re.sub('(@openssh.com)?$', '-cert-v01@openssh.com', name) for name in TYPES)
# Words, in which quoted parts may have blanks and quotes after a backslash.
_WORD = re.compile(r'(?:[^\s"]|"(?:\\.|[^"\\])*")+')
_OPTION = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*")+')


class Key:
    """A line of authorized_keys: options type key comment."""

    def __init__(self, options, kind, blob, comment):
        self.options, self.kind, self.blob, self.comment = options, kind, blob, comment

    def __eq__(self, other):
        return self._compared() == other._compared()

    def _compared(self):
        return sorted(_OPTION.findall(self.options)), self.kind, self.blob, self.comment

    def line(self):
        return ' '.join(([self.options] if self.options else []) + [self.kind, self.blob, self.comment])


def parsed(line):
    """The key of a line, None if it has none."""
    words = list(_WORD.finditer(line))
    at = next((n for n, word in enumerate(words) if word.group() in TYPES), None)
    if at is None or at + 1 >= len(words):
        return None
    options = line[words[0].start():words[at].start()].strip()
    return Key(options, words[at].group(), words[at + 1].group(), line[words[at + 1].end():].strip())


def wanted_keys(module, text):
    """The keys of a text; the same key's last line counts."""
    found = {}
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith('#'):
            continue
        key = parsed(line)
        if key is None:
            module.fail_json(msg='invalid key specified: %s' % line)
        if module.params['key_options'] is not None:
            key.options = module.params['key_options']
        if module.params['comment'] is not None:
            key.comment = module.params['comment']
        found[key.blob] = key
    return found


def key_text(module):
    key = module.params['key']
    if key.startswith('file://'):
        path = key[len('file://'):]
        if not os.path.exists(path):
            module.fail_json(msg='Path to a key file not found: %s' % path)
        with open(path) as f:
            return f.read()
    if not key.startswith('http'):
        return key
    response, info = fetch_url(module, key)
    if info['status'] != 200:
        module.fail_json(msg='Error getting key from: %s' % key)
    return to_native(response.read(), errors='surrogate_or_strict')


def account(module):
    try:
        return pwd.getpwnam(module.params['user'])
    except KeyError as e:
        if module.check_mode and module.params['path'] is None:
            module.fail_json(msg='Either user must exist or you must provide full path to key file in check mode')
        return module.fail_json(msg='Failed to lookup user %s: %s' % (module.params['user'], to_native(e)))


def key_file(module):
    path = module.params['path']
    if path is None:
        path = os.path.join(account(module).pw_dir, '.ssh', 'authorized_keys')
    return os.path.realpath(path) if module.params['follow'] else path


def read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ''


def changed_lines(lines, wanted, params):
    """The lines as they have to be, without their ends. Of a key that is there twice the last line stays, if any changes."""
    if params['state'] == 'absent':
        return [line for line in lines if _blob(line) not in wanted]
    if params['exclusive']:
        kept = [wanted[_blob(line)] for line in lines if _blob(line) in wanted]
        return _unique([key.line() for key in kept] + [key.line() for key in wanted.values()]) if not _same(lines, wanted) else lines
    there = {}
    for line in lines:
        there.setdefault(_blob(line), []).append(line)
    right = {blob for blob, key in wanted.items() if len(there.get(blob, [])) == 1 and parsed(there[blob][0]) == key}
    if len(right) == len(wanted):
        return lines
    kept = [line for line in lines if _blob(line) is None or _blob(line) not in wanted and there[_blob(line)][-1] is line or _blob(line) in right]
    return kept + [key.line() for blob, key in wanted.items() if blob not in right]


def _blob(line):
    key = parsed(line)
    return key.blob if key else None


def _same(lines, wanted):
    """Whether the lines are the wanted keys and nothing else."""
    keys = [parsed(line) for line in lines]
    return all(key and wanted.get(key.blob) == key for key in keys) and len(keys) == len(wanted)


def _unique(lines):
    return list(dict.fromkeys(lines))


def prepare(module, path):
    """The folder and the file, with the owner and modes that sshd wants."""
    user, folder = account(module), os.path.dirname(path)
    if module.params['manage_dir']:
        try:
            if not os.path.exists(folder):
                os.mkdir(folder, int('0700', 8))
        except OSError as e:
            module.fail_json(msg='Failed to create directory %s : %s' % (folder, to_native(e)))
        own(module, folder, user, int('0700', 8))
    elif not os.path.exists(folder):
        os.makedirs(folder)
    if not os.path.exists(path):
        open(path, 'w').close()
    own(module, path, user, int('0600', 8))


def own(module, path, user, mode):
    if module.selinux_enabled():
        module.set_default_selinux_context(path, False)
    os.chown(path, user.pw_uid, user.pw_gid)
    os.chmod(path, mode)


def write(module, path, text):
    prepare(module, path)
    descriptor, temporary = tempfile.mkstemp('', 'tmp', os.path.dirname(path))
    with os.fdopen(descriptor, 'w') as f:
        f.write(text)
    module.atomic_move(temporary, path)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    result, text = module.params, key_text(module)
    if not module.check_mode:
        account(module)
    path = key_file(module)
    result['keyfile'] = result['path'] or path
    before = read(path)
    lines = changed_lines(before.splitlines(), wanted_keys(module, text), module.params)
    if lines != before.splitlines():
        after = ''.join(line + '\n' for line in lines)
        if not module.check_mode:
            write(module, path, after)
        result['changed'] = True
        if module._diff:
            result['diff'] = dict(before_header=path, after_header=path, before=before, after=after)
    module.exit_json(**result)


if __name__ == '__main__':
    main()
