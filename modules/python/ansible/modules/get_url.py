"""get_url: download a file."""
import datetime
import os
import re
import shutil
import tempfile
from urllib.parse import urlsplit

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.urls import fetch_url, get_response_filename, url_argument_spec

ARGUMENTS = dict(
    url_argument_spec(),
    url=dict(type='str', required=True),
    url_username=dict(type='str', aliases=['username']),
    url_password=dict(type='str', no_log=True, aliases=['password']),
    dest=dict(type='path', required=True),                # a file, or a folder that gets one
    backup=dict(type='bool', default=False),
    checksum=dict(type='str', default=''),                # algorithm:hash or algorithm:address of a list
    timeout=dict(type='int', default=10),
    headers=dict(type='dict'),
    tmp_dest=dict(type='path'),
    unredirected_headers=dict(type='list', elements='str', default=[]),
    decompress=dict(type='bool', default=True),
    ciphers=dict(type='list', elements='str'),
    use_netrc=dict(type='bool', default=True),
)

_SUM_LINES = (
    re.compile(r'^(?P<sum>\S+)\s+\*?(?:\./)?(?P<name>.+?)\s*$'),            # GNU: hash *name
    re.compile(r'^\S+\s*\((?:\./)?(?P<name>.+?)\)\s*=\s*(?P<sum>\S+)\s*$'),  # BSD: SHA1 (name) = hash
)


def name_from_url(url):
    """The last part of an address's path; index.html if there is none."""
    return os.path.basename(urlsplit(url).path) or 'index.html'


def find_checksum(lines, filename):
    """The hash of filename in a list of hashes; None if it is not in it."""
    if len(lines) == 1 and len(lines[0].split()) == 1:
        return lines[0].strip()
    for line in lines:
        for pattern in _SUM_LINES:
            match = pattern.match(line)
            if match and os.path.basename(match.group('name')) == filename:
                return match.group('sum')
    return None


class Download:
    """One call; result is what it reports, in whatever way it ends."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.url, self.dest = self.params['url'], self.params['dest']
        self.force = self.params['force']
        self.is_dir = os.path.isdir(self.dest)
        self.algorithm = self.checksum = ''
        self.last_mod_time = None
        self.result = dict(changed=False, checksum_dest=None, checksum_src=None, dest=self.dest, elapsed=0, url=self.url)

    def run(self):
        if self.params['checksum']:
            self._parse_checksum()
        if not self.is_dir and os.path.exists(self.dest):
            self._check_existing()
        temp, info, response = self._get(self.url, self.module.check_mode)
        self.result['src'] = temp
        if self.is_dir:
            self.dest = os.path.join(self.dest, get_response_filename(response) or name_from_url(info['url']))
            self.result['dest'] = self.dest
        self._compare(temp)
        if self.module.check_mode:
            self._finish_check(temp, info)
        self._verify(temp)
        self._install(temp)
        self.module.exit_json(msg=info.get('msg', ''), status_code=info.get('status'), **self.result)

    def _fail(self, msg):
        self.module.fail_json(msg=msg, **self.result)

    # the checksum that was asked for

    def _parse_checksum(self):
        algorithm, colon, checksum = self.params['checksum'].partition(':')
        if not colon:
            self._fail('The checksum parameter has to be in format <algorithm>:<checksum>')
        if checksum.startswith(('http://', 'https://', 'ftp://', 'file://')):
            checksum = self._fetch_checksum(checksum)
        self.algorithm, self.checksum = algorithm.strip(), re.sub(r'\W+', '', checksum).lower()
        try:
            int(self.checksum, 16)
        except ValueError:
            self._fail('The checksum format is invalid')

    def _fetch_checksum(self, url):
        temp = self._get(url, False)[0]
        with open(temp, 'r') as f:
            lines = [line.rstrip('\n') for line in f if line.strip()]
        os.remove(temp)
        filename = name_from_url(self.url)
        checksum = find_checksum(lines, filename)
        if checksum is None:
            self.module.fail_json(msg="Unable to find a checksum for file '%s' in '%s'" % (filename, url))
        return checksum

    def _check_existing(self):
        """End if the file is the right one already; else see from when it is."""
        if not self.force and self.checksum:
            if self.module.digest_from_file(self.dest, self.algorithm) == self.checksum:
                self._finish_existing()
            self.force = True
        self.last_mod_time = datetime.datetime.utcfromtimestamp(os.path.getmtime(self.dest))

    def _finish_existing(self):
        args = self.module.load_file_common_arguments(self.params, path=self.dest)
        self.result['changed'] = self.module.set_fs_attributes_if_different(args, False)
        if self.result['changed']:
            self.module.exit_json(msg='file already exists but file attributes changed', **self.result)
        self.module.exit_json(msg='file already exists', **self.result)

    # the download

    def _get(self, url, head):
        """(temporary file, info, response); what is no success ends the module."""
        start = datetime.datetime.utcnow()
        params = self.params
        response, info = fetch_url(
            self.module, url, use_proxy=params['use_proxy'], force=self.force, last_mod_time=self.last_mod_time,
            timeout=params['timeout'], headers=params['headers'], method='HEAD' if head else 'GET',
            unredirected_headers=params['unredirected_headers'], decompress=params['decompress'],
            ciphers=params['ciphers'], use_netrc=params['use_netrc'])
        elapsed = (datetime.datetime.utcnow() - start).seconds
        self._check_status(url, info, elapsed)
        self.result['elapsed'] = elapsed
        return self._save(response, elapsed), info, response

    def _check_status(self, url, info, elapsed):
        keys = dict(url=url, dest=self.dest, elapsed=elapsed)
        if info['status'] == 304:
            self.module.exit_json(changed=False, msg=info.get('msg', ''), status_code=304, **keys)
        if info['status'] == -1:
            self.module.fail_json(msg=info['msg'], **keys)
        if info['status'] != 200 and not url.startswith('file:/') and not (url.startswith('ftp:/') and info.get('msg', '').startswith('OK')):
            self.module.fail_json(msg='Request failed', status_code=info['status'], response=info['msg'], **keys)

    def _save(self, response, elapsed):
        folder = self.params['tmp_dest'] or self.module.tmpdir
        if not os.path.isdir(folder):
            problem = 'is a file but should be a directory.' if os.path.exists(folder) else 'directory does not exist.'
            self.module.fail_json(msg='%s %s' % (folder, problem), elapsed=elapsed)
        fd, temp = tempfile.mkstemp(dir=folder)
        self.module.add_cleanup_file(temp)
        try:
            with os.fdopen(fd, 'wb') as f:
                shutil.copyfileobj(response, f)
        except Exception as e:
            self.module.fail_json(msg='failed to create temporary content file: %s' % to_native(e), elapsed=elapsed, exception=e)
        response.close()
        return temp

    def _compare(self, temp):
        self.result['checksum_src'] = self.module.sha1(temp)
        if os.path.exists(self.dest):
            if not os.access(self.dest, os.W_OK):
                self._fail('Destination %s is not writable' % self.dest)
            if not os.access(self.dest, os.R_OK):
                self._fail('Destination %s is not readable' % self.dest)
            self.result['checksum_dest'] = self.module.sha1(self.dest)
            return
        parent = os.path.dirname(self.dest)
        if not os.path.exists(parent):
            self._fail('Destination %s does not exist' % parent)
        if not os.access(parent, os.W_OK):
            self._fail('Destination %s is not writable' % parent)

    def _finish_check(self, temp, info):
        os.remove(temp)
        self.result['changed'] = self.result['checksum_dest'] != self.result['checksum_src']
        self.module.exit_json(msg=info.get('msg', ''), **self.result)

    def _verify(self, temp):
        if not self.checksum:
            return
        actual = self.module.digest_from_file(temp, self.algorithm)
        if actual != self.checksum:
            self._fail('The checksum for %s did not match %s; it was %s.' % (temp, self.checksum, actual))

    def _install(self, temp):
        changed = self.result['checksum_src'] != self.result['checksum_dest']
        if changed:
            self._replace(temp)
        try:
            self.result['md5sum'] = self.module.md5(self.dest)
        except ValueError:
            self.result['md5sum'] = None
        args = self.module.load_file_common_arguments(self.params, path=self.dest)
        self.result['changed'] = self.module.set_fs_attributes_if_different(args, changed)

    def _replace(self, temp):
        if self.params['backup'] and os.path.exists(self.dest):
            self.result['backup_file'] = self.module.backup_local(self.dest)
        try:
            self.module.atomic_move(temp, self.dest, unsafe_writes=self.params['unsafe_writes'])
        except Exception as e:
            self.module.fail_json(msg='failed to copy %s to %s: %s' % (temp, self.dest, to_native(e)), exception=e, **self.result)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True)
    Download(module).run()


if __name__ == '__main__':
    main()
