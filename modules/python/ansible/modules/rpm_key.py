"""rpm_key: keys that rpm trusts."""
import os
import re
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.urls import fetch_url

ARGUMENTS = dict(
    state=dict(type='str', default='present', choices=['absent', 'present']),
    key=dict(type='str', required=True, no_log=False),    # a file, a URL, or the id of a key that rpm has
    fingerprint=dict(type='list', elements='str'),
    validate_certs=dict(type='bool', default=True),
)
_BLOCK = re.compile(r'BEGIN PGP PUBLIC KEY BLOCK')
_GPG = ['--no-tty', '--batch', '--with-colons', '--fixed-list-mode']


class Keys:
    """rpm's keys, by what rpm and gpg say of them."""

    def __init__(self, module):
        self.module = module
        self.rpm = module.get_bin_path('rpm', True)
        self.gpg = module.get_bin_path('gpg') or module.get_bin_path('gpg2', True)

    def call(self, *argv, **options):
        rc, out, err = self.module.run_command(list(argv), **options)
        if rc != 0:
            self.module.fail_json(msg=err)
        return out

    def id_of_file(self, path):
        """The id of a file's first key."""
        return self._id(self.call(self.gpg, *(_GPG + [path])))

    def _id(self, listing):
        for line in listing.splitlines():
            if line.startswith('pub:'):
                return line.split(':')[4]
        return self.module.fail_json(msg='Unexpected gpg output')

    def fingerprints(self, path):
        listing = self.call(self.gpg, *(_GPG + ['--import', '--import-options', 'show-only', '--dry-run', path]))
        fields = [line.split(':') for line in listing.splitlines()]
        return {line[9] for line in fields if line[0] == 'fpr'}

    def has(self, key_id):
        rc, dummy, dummy = self.module.run_command([self.rpm, '-q', 'gpg-pubkey'])
        if rc != 0:
            return False
        described = self.call(self.rpm, '-q', 'gpg-pubkey', '--qf', '%{description}')
        listing = self.call(self.gpg, *(_GPG + ['-']), data=described)
        known = [line.split(':')[4] for line in listing.splitlines() if line.startswith(('pub:', 'sub:'))]
        return any(key_id in each for each in known)

    def add(self, path):
        self.call(self.rpm, '--import', path)

    def remove(self, key_id):
        self.call(self.rpm, '--erase', '--allmatches', 'gpg-pubkey-%s' % key_id[-8:].lower())


def fetched(module, url):
    """A file with what a URL gives."""
    response, info = fetch_url(module, url)
    if info['status'] != 200:
        module.fail_json(msg='failed to fetch key at %s , error was: %s' % (url, info['msg']))
    data = response.read()
    if not _BLOCK.search(to_native(data, errors='surrogate_or_replace')):
        module.fail_json(msg='Not a public key: %s' % url)
    descriptor, path = tempfile.mkstemp()
    module.add_cleanup_file(path)
    with os.fdopen(descriptor, 'wb') as f:
        f.write(data)
    return path


def key_id_of(text):
    """An id without its 0x, in capitals; None if it is none."""
    text = text.replace(' ', '').upper()
    text = text[2:] if text.startswith('0X') else text
    return text if re.match(r'[0-9A-F]+$', text) and len(text) in (8, 16) else None


def check_fingerprint(module, keys, path):
    wanted = {each.replace(' ', '').upper() for each in module.params['fingerprint']}
    found = keys.fingerprints(path)
    if not wanted & found:
        module.fail_json(msg="The specified fingerprint, '%s', does not match any key fingerprints in '%s'" % (wanted, found))


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    key, path = module.params['key'], None
    keys = Keys(module)
    if '://' in key:
        path = fetched(module, key)
    elif os.path.isfile(key):
        path = key
    key_id = keys.id_of_file(path) if path else key_id_of(key)
    if not key_id:
        module.fail_json(msg='Not a valid key %s' % key)
    there, present = keys.has(key_id), module.params['state'] == 'present'
    if there == present:
        module.exit_json(changed=False)
    if present and not path:
        module.fail_json(msg='When importing a key, a valid file must be given')
    if present and module.params['fingerprint']:
        check_fingerprint(module, keys, path)
    if not module.check_mode:
        keys.add(path) if present else keys.remove(key_id)
    module.exit_json(changed=True)


if __name__ == '__main__':
    main()
