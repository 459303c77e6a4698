"""deb822_repository: repositories of apt in files of the deb822 format."""
import os
import re
import tempfile
import textwrap

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_native
from ansible.module_utils.urls import open_url

ARGUMENTS = dict(
    allow_downgrade_to_insecure=dict(type='bool'),
    allow_insecure=dict(type='bool'),
    allow_weak=dict(type='bool'),
    architectures=dict(elements='str', type='list'),
    by_hash=dict(type='bool'),
    check_date=dict(type='bool'),
    check_valid_until=dict(type='bool'),
    components=dict(elements='str', type='list'),
    date_max_future=dict(type='int'),
    enabled=dict(type='bool'),
    inrelease_path=dict(type='str'),
    languages=dict(elements='str', type='list'),
    name=dict(type='str', required=True),
    pdiffs=dict(type='bool'),
    signed_by=dict(type='str'),                           # an address, a path, fingerprints or the key itself
    suites=dict(elements='str', type='list'),
    targets=dict(elements='str', type='list'),
    trusted=dict(type='bool'),
    types=dict(choices=['deb', 'deb-src'], elements='str', type='list', default=['deb']),
    uris=dict(elements='str', type='list'),
    mode=dict(type='raw', default='0644'),
    state=dict(type='str', choices=['present', 'absent'], default='present'),
)
KEYRINGS = '/etc/apt/keyrings'
SOURCES = '/etc/apt/sources.list.d'
_FIELDS = {'name': 'X-Repolib-Name', 'uris': 'URIs'}
_ARMOR = b'-----BEGIN PGP PUBLIC KEY BLOCK-----'


def slug(name):
    """The base name of a repository's files."""
    return re.sub(r'[^a-z0-9-]+', '', re.sub(r'[_\s]+', '-', name).lower())


def field(option):
    return _FIELDS.get(option) or '-'.join(part.capitalize() for part in option.split('_'))


def shown(value):
    """A value as deb822 writes it; a key with newlines becomes lines of its own."""
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    if isinstance(value, list):
        return ' '.join(value)
    value = str(value)
    if '\n' not in value:
        return value
    lines = [line if line.strip() else '.' for line in value.strip().splitlines()]
    return '\n' + textwrap.indent('\n'.join(lines), '    ')


class Repository:

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.slug = slug(self.params['name'])
        self.path = os.path.join(SOURCES, self.slug + '.sources')
        self.changed = False

    def present(self):
        key_file = self._take_key()
        options = sorted(set(ARGUMENTS) - {'mode', 'state'})
        text = ''.join('%s:%s\n' % (field(option), self._value(option)) for option in options if self.params[option] is not None)
        self._write(to_bytes(text), self.path)
        self.changed |= self.module.set_mode_if_different(self.path, self.params['mode'], False)
        self.module.exit_json(repo=text, changed=self.changed, dest=self.path, key_filename=key_file)

    def _value(self, option):
        value = shown(self.params[option])
        return value if value.startswith('\n') or not value else ' ' + value

    def absent(self):
        key_file = self._key_path('.gpg')
        for path in (key_file, self._key_path('.asc'), self.path):
            if os.path.exists(path):
                self.changed = True
                if not self.module.check_mode:
                    os.unlink(path)
        self.module.exit_json(repo=None, changed=self.changed, dest=self.path, key_filename=key_file)

    def _key_path(self, extension):
        return os.path.join(KEYRINGS, self.slug + extension)

    # the key

    def _take_key(self):
        """The path of the key that signed_by's address has, which signed_by then is; None for keys of other kinds."""
        if not re.match(r'^[a-z]+://', self.params['signed_by'] or ''):
            return None
        data = self._fetch(self.params['signed_by'])
        path = self._key_path('.asc' if data.lstrip().startswith(_ARMOR) else '.gpg')
        self._make_keyrings()
        self._write(data, path)
        self.changed |= self.module.set_mode_if_different(path, 0o0644, False)
        self.params['signed_by'] = path
        return path

    def _fetch(self, url):
        try:
            response = open_url(url, http_agent='ansible-httpget')
            return response.read()
        except Exception as e:
            self.module.fail_json(msg='Could not fetch signed_by key: %s' % to_native(e))

    def _make_keyrings(self):
        if os.path.isdir(KEYRINGS):
            return
        self.changed = True
        if not self.module.check_mode:
            os.mkdir(KEYRINGS, 0o755)
            self.module.set_mode_if_different(KEYRINGS, 0o0755, False)

    def _write(self, data, path):
        """Have data in a file."""
        fd, temporary = tempfile.mkstemp(dir=self.module.tmpdir)
        with os.fdopen(fd, 'wb') as f:
            f.write(data)
        if self.module.sha256(temporary) == self.module.sha256(path):
            return
        self.changed = True
        if not self.module.check_mode:
            self.module.atomic_move(temporary, path)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    repository = Repository(module)
    if module.params['state'] == 'absent':
        repository.absent()
    repository.present()


if __name__ == '__main__':
    main()
