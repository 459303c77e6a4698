"""apt_repository: repositories of apt, in files of one line for each."""
import json
import os
import random
import re
import tempfile
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.deb import sources
from ansible.module_utils.urls import fetch_url

ARGUMENTS = dict(
    repo=dict(type='str', required=True),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    mode=dict(type='raw'),
    update_cache=dict(type='bool', default=True, aliases=['update-cache']),
    update_cache_retries=dict(type='int', default=5),
    update_cache_retry_max_delay=dict(type='int', default=12),   # seconds
    filename=dict(type='str'),
    install_python_apt=dict(type='bool', default=True),          # nothing here needs it
    validate_certs=dict(type='bool', default=True),
    codename=dict(type='str'),                                   # of a PPA
)
_LAUNCHPAD = 'https://api.launchpad.net/1.0/~%s/+archive/%s'
_PPA = 'http://ppa.launchpad.net/%s/%s/ubuntu'
_KEYSERVER = 'hkp://keyserver.ubuntu.com:80'


class Task:

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.sources = sources.Sources()
        self.before = self.sources.texts()
        self.originals = {path: ''.join(line.text for line in lines) for path, lines in self.sources.files.items()}

    def run(self):
        repo, ppa = self.params['repo'], None
        if repo.startswith('ppa:'):
            ppa = self._ppa(repo[4:])
        source = self._source(ppa['source'] if ppa else repo)
        if self.params['state'] == 'absent':
            self.sources.remove(source)
        else:
            self.sources.add(source, self.params['filename'])
        after = self.sources.texts()
        changed = self.before != after
        if changed and not self.module.check_mode:
            self._apply(after, ppa)
        self._finish(after, changed)

    def _source(self, repo):
        try:
            return sources.normal(repo)
        except sources.InvalidSource:
            disabled = repo[1:] if repo.startswith('#') else repo
            self.module.fail_json(msg='Invalid repository string: %s' % disabled)

    def _finish(self, after, changed):
        after = {path: text for path, text in after.items() if text}
        before = {path: text for path, text in self.before.items() if text}
        added, removed = sorted(set(after) - set(before)), sorted(set(before) - set(after))
        diff = []
        if changed and self.module._diff:
            diff = [dict(before=self.originals.get(path, ''), after=after.get(path, ''),
                         before_header=path if path in before else '/dev/null',
                         after_header=path if path in after else '/dev/null')
                    for path in added + removed]
        self.module.exit_json(changed=changed, repo=self.params['repo'], sources_added=added, sources_removed=removed,
                              state=self.params['state'], diff=diff)

    # writing

    def _apply(self, after, ppa):
        if ppa and self.params['state'] == 'present':
            self._add_key(ppa['fingerprint'])
        for path, text in after.items():
            if text != self.before.get(path):
                self._write(path, text)
        if not self.params['update_cache']:
            return
        try:
            self._update_cache()
        except Exception:
            self._restore(after)
            raise

    def _write(self, path, text):
        if not text:
            os.remove(path)
            return
        os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
        fd, temporary = tempfile.mkstemp(prefix='.%s-' % os.path.basename(path), dir=os.path.dirname(path) or '.')
        with os.fdopen(fd, 'w', encoding='utf-8', errors='surrogateescape') as f:
            f.write(text)
        self.module.atomic_move(temporary, path)
        if self.params['mode'] is not None and path not in self.before:
            self.module.set_mode_if_different(path, self.params['mode'], False)

    def _restore(self, after):
        """The files as they were before."""
        for path in after:
            if path not in self.originals:
                os.remove(path)
            elif after[path] != self.before[path]:
                with open(path, 'w', encoding='utf-8', errors='surrogateescape') as f:
                    f.write(self.originals[path])

    def _update_cache(self):
        """apt-get update, again with growing pauses while it fails."""
        argv = [self.module.get_bin_path('apt-get', True), '-q', 'update']
        limit, reason = self.params['update_cache_retry_max_delay'], ''
        for attempt in range(self.params['update_cache_retries']):
            rc, out, err = self.module.run_command(argv)
            lines = (out + err).splitlines()
            if rc == 0 and not any(re.match(r'E: |W: Failed', line) for line in lines):
                return
            reason = ', '.join('E:' + line[3:] for line in lines if line.startswith('E: '))
            self.module.warn('Failed to update cache after %d due to %s retry, retrying' % (attempt + 1, reason))
            pause = min(2 ** attempt, limit) + random.randint(0, 1000) / 1000.0
            self.module.warn('Sleeping for %d seconds, before attempting to update the cache again' % round(pause))
            time.sleep(pause)
        raise UpdateError(reason)

    # PPAs

    def _ppa(self, name):
        """The source of ppa:owner/name (or ppa:owner), and the fingerprint of its key."""
        owner, slash, archive = name.partition('/')
        archive = archive or 'ppa'
        codename = self.params['codename'] or release_codename()
        info = self._launchpad(owner, archive) if self.params['state'] == 'present' else {}
        return dict(source='deb %s %s main' % (_PPA % (owner, archive), codename), fingerprint=info.get('signing_key_fingerprint'))

    def _launchpad(self, owner, archive):
        response, info = fetch_url(self.module, _LAUNCHPAD % (owner, archive), headers=dict(Accept='application/json'))
        if info['status'] != 200:
            self.module.fail_json(msg='failed to fetch PPA information, error was: %s' % info['msg'])
        return json.loads(to_native(response.read()))

    def _add_key(self, fingerprint):
        """The key of a PPA, from the key server of Ubuntu."""
        apt_key = self.module.get_bin_path('apt-key')
        if apt_key:
            rc, dummy, dummy = self.module.run_command([apt_key, 'export', fingerprint])
            argv = [apt_key, 'adv', '--recv-keys', '--no-tty', '--keyserver', _KEYSERVER, fingerprint]
        else:
            keyring = '/etc/apt/keyrings/%s.gpg' % fingerprint
            rc = 0 if os.path.exists(keyring) else 1
            argv = [self.module.get_bin_path('gpg', True), '--no-tty', '--no-default-keyring', '--keyring', keyring,
                    '--keyserver', _KEYSERVER, '--recv-keys', fingerprint]
        if rc != 0 or not apt_key:
            self.module.run_command(argv, check_rc=True)


class UpdateError(Exception):
    """apt-get update failed, each time."""


def release_codename():
    """VERSION_CODENAME of os-release; '' without one."""
    try:
        with open('/etc/os-release') as f:
            values = dict(line.rstrip().split('=', 1) for line in f if '=' in line)
    except OSError:
        return ''
    return (values.get('UBUNTU_CODENAME') or values.get('VERSION_CODENAME') or '').strip('"')


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    if not module.params['repo']:
        module.fail_json(msg="Please set argument 'repo' to a non-empty value")
    try:
        Task(module).run()
    except UpdateError as e:
        module.fail_json(msg='Failed to update apt cache after %d retries: %s' % (module.params['update_cache_retries'], e))


if __name__ == '__main__':
    main()
