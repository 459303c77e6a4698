"""apt_key: keys that apt trusts."""
import re

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.locale import get_best_parsable_locale
from ansible.module_utils.urls import fetch_url

ARGUMENTS = dict(
    id=dict(type='str'),
    url=dict(type='str'),
    data=dict(type='str'),
    file=dict(type='path'),
    keyring=dict(type='path'),
    validate_certs=dict(type='bool', default=True),
    keyserver=dict(type='str'),
    state=dict(type='str', default='present', choices=['absent', 'present']),
)


class KeyId:
    """The forms of a key's id: all of it (key), its last 8 digits (short), and its last 16 if it has so many (fp)."""

    def __init__(self, text):
        self.key = re.sub(r'^0X', '', text.upper())
        digits = self.key.strip()
        if not re.match(r'^[0-9A-F]+$', digits) or len(digits) != 8 and len(digits) < 16:
            raise ValueError(text)
        self.short, self.fp = digits[-8:], digits[-16:]
        self.is_short = len(digits) == 8


class Task:

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.apt_key = module.get_bin_path('apt-key', True)
        self.gpg = module.get_bin_path('gpg', True)
        self.result = {}

    def run(self):
        key_id = self.params['id']
        if self.params['keyserver'] and not key_id:
            self.module.fail_json(msg='Missing key_id, required with keyserver.')
        if self.params['url']:
            self.params['data'] = self._download(self.params['url'])
        if not key_id and (self.params['file'] or self.params['data']):
            key_id = self._id_of_key()
        try:
            found = KeyId(key_id or '')
        except ValueError:
            self.module.fail_json(msg='Invalid key_id', changed=False, id=key_id)
        self.id = found
        self.result = dict(changed=False, id=key_id, short_id=found.short, fp=found.fp, key_id=found.key)
        keys = self.result['before'] = self._keys()
        if self.params['state'] == 'present' and found.fp not in keys:
            self._change(self._add, 'failed to add the key')
        elif self.params['state'] == 'absent' and found.fp in keys:
            self._change(self._remove, 'the key was not removed')
        self.module.exit_json(**self.result)

    def _change(self, act, in_vain):
        self.result['changed'] = True
        if self.module.check_mode:
            return
        act()
        after = self._keys()
        if (self.id.fp in after) != (self.params['state'] == 'present'):
            self.module.fail_json(msg='apt-key did not return an error, but %s (check that the id is correct and *not* a subkey)' % in_vain,
                                  **self.result)
        self.result['after'] = after

    # where the key is from

    def _download(self, url):
        response, info = fetch_url(self.module, url)
        if info['status'] != 200:
            self.module.fail_json(msg='Failed to download key at %s: %s' % (url, info['msg']))
        return response.read().decode('utf-8', 'surrogateescape')

    def _id_of_key(self):
        """The id of the first key in the file or the data."""
        name, data = self.params['file'] or '-', self.params['data']
        locale = get_best_parsable_locale(self.module)
        rc, out, err = self.module.run_command([self.gpg, '--with-colons', name], data=data if name == '-' else None, binary_data=True,
                                               environ_update=dict(LANG=locale, LC_ALL=locale, LC_MESSAGES=locale))
        for line in out.splitlines() if rc == 0 else ():
            if line.startswith('pub:'):
                return line.split(':')[4]
        self.module.fail_json(msg="Unable to extract key from '%s'" % ('inline data' if name == '-' else name), stdout=out, stderr=err)

    # apt-key

    def _run(self, *args, **kwargs):
        keyring = ['--keyring', self.params['keyring']] if self.params['keyring'] else []
        return self.module.run_command([self.apt_key] + keyring + list(args), **kwargs)

    def _keys(self):
        """The ids of all keys and subkeys that sign, long or, where the wanted one is short, short."""
        rc, out, err = self._run('adv', '--list-public-keys', '--keyid-format=long')
        if rc != 0:
            self.module.fail_json(msg='Unable to list public keys', cmd='%s adv --list-public-keys' % self.apt_key, rc=rc, stdout=out, stderr=err)
        found = re.findall(r'^(?:pub|sub)\s+\S+/([0-9A-F]{8,})', out, re.M)
        return [key[-8:] for key in found] if self.id.is_short else found

    def _add(self):
        params = self.params
        if params['keyserver']:
            self._receive()
        elif params['file']:
            self._must('Unable to add a key from file %s' % params['file'], ['add', params['file']], keyfile=params['file'])
        elif params['data']:
            self._must('Unable to add a key from binary data', ['add', '-'], data=params['data'])
        else:
            self.module.fail_json(msg='No key to add ... how did i get here?!?!', **self.result)

    def _receive(self):
        """The key from a key server, which may need several tries."""
        params, locale = self.params, get_best_parsable_locale(self.module)
        env = dict(LANG=locale, LC_ALL=locale, LC_MESSAGES=locale, LANGUAGE=locale)
        argv = ['adv', '--no-tty', '--keyserver', params['keyserver'], '--recv', self.id.key]
        for dummy in range(5):
            rc, out, err = self._run(*argv, environ_update=env)
            if rc == 0:
                return
        if rc == 2 and 'not found on keyserver' in out:
            self.module.fail_json(msg='Key %s not found on keyserver %s' % (self.id.key, params['keyserver']))
        self.module.fail_json(msg='Error fetching key %s from keyserver: %s' % (self.id.key, params['keyserver']), forced_environment=env,
                              cmd=' '.join([self.apt_key] + argv), rc=rc, stdout=out, stderr=err)

    def _remove(self):
        self._must('Unable to remove a key with id: %s' % self.id.short, ['del', self.id.short])

    def _must(self, msg, args, data=None, **more):
        rc, out, err = self._run(*args, data=data, binary_data=True)
        if rc != 0:
            self.module.fail_json(msg=msg, cmd=' '.join([self.apt_key] + args), rc=rc, stdout=out, stderr=err, **more)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True,
                           mutually_exclusive=(('data', 'file', 'keyserver', 'url'),))
    Task(module).run()


if __name__ == '__main__':
    main()
