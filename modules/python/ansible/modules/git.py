"""git: a work tree of a git repository, at a wanted version."""
import filecmp
import os
import re
import shutil
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.locale import get_best_parsable_locale
from ansible.module_utils.vcs import ssh
from ansible.module_utils.vcs.repository import Repository

ARGUMENTS = dict(
    dest=dict(type='path'),                               # may be left out with clone: no
    repo=dict(required=True, aliases=['name']),
    version=dict(default='HEAD'),                         # a branch, a tag or a commit
    remote=dict(default='origin'),
    refspec=dict(default=None),                           # fetched besides
    reference=dict(default=None),
    force=dict(default='no', type='bool'),                # local changes go
    depth=dict(default=None, type='int'),
    clone=dict(default='yes', type='bool'),
    update=dict(default='yes', type='bool'),
    verify_commit=dict(default='no', type='bool'),
    gpg_allowlist=dict(default=[], type='list', aliases=['gpg_whitelist'], elements='str',
                       deprecated_aliases=[dict(name='gpg_whitelist', version='2.21', collection_name='ansible.builtin')]),
    accept_hostkey=dict(default='no', type='bool'),
    accept_newhostkey=dict(default='no', type='bool'),
    key_file=dict(default=None, type='path', required=False),
    ssh_opts=dict(default=None, required=False),
    executable=dict(default=None, type='path'),
    bare=dict(default='no', type='bool'),
    recursive=dict(default='yes', type='bool'),           # with submodules
    single_branch=dict(default=False, type='bool'),
    track_submodules=dict(default='no', type='bool'),
    umask=dict(default=None, type='raw'),
    archive=dict(type='path'),
    archive_prefix=dict(),
    separate_git_dir=dict(type='path'),
)
FORMATS = ('tar.gz', 'tar', 'tgz', 'zip')


def set_umask(module):
    umask = module.params['umask']
    if umask is None:
        return
    if not isinstance(umask, str):
        module.fail_json(msg='umask must be defined as a quoted octal integer')
    try:
        os.umask(int(umask, 8))
    except ValueError as e:
        module.fail_json(msg='umask must be an octal integer', details=str(e))


def git_version(module, git):
    """Such as (2, 39, 5)."""
    dummy, out, dummy = module.run_command([git, '--version'])
    match = re.search(r'(\d+(?:\.\d+)+)', out)
    return tuple(int(part) for part in match.group(1).split('.')) if match else (0,)


class Task:
    """One call; result is what it reports."""

    def __init__(self, module, repository):
        self.module, self.params, self.repository = module, module.params, repository
        self.result = dict(changed=False)

    def run(self):
        moved = self.params['separate_git_dir'] and self.repository.exists() and self._move_git_dir()
        if not self.repository.exists():
            self.new()
        elif not self.params['update']:
            self.result['before'] = self.result['after'] = self.repository.head()
        else:
            self.existing()
        if moved:
            self.result['changed'] = True
        self._archive()
        self.module.exit_json(**self.result)

    def _move_git_dir(self):
        wanted, now = self.params['separate_git_dir'], self.repository.git_dir()
        if os.path.realpath(now) == os.path.realpath(wanted):
            return False
        if not self.module.check_mode:
            self.result.update(git_dir_before=now, git_dir_now=wanted)
            self.repository.move_git_dir(wanted)
        return True

    def new(self):
        self.result.update(changed=True, before=None)
        if self.module.check_mode or not self.params['clone']:
            self.result['after'] = self.repository.remote_head(self.repository.url)
            self._diff()
            self.module.exit_json(**self.result)
        self.repository.clone()
        self._take_version()

    def existing(self):
        repository, result = self.repository, self.result
        modified = repository.is_modified()
        result['before'] = repository.head()
        if modified:
            self._drop_changes()
        result['remote_url_changed'] = self._set_url()
        if self.module.check_mode:
            result['after'] = repository.remote_head(repository.remote)
            result['changed'] = result['remote_url_changed'] or result['before'] != result['after']
            self._diff()
            self.module.exit_json(**result)
        repository.fetch()
        result['changed'] = modified or result['remote_url_changed']
        self._take_version()

    def _drop_changes(self):
        msg = 'Local modifications exist in the destination: ' + self.repository.dest
        if not self.params['force']:
            self.module.fail_json(msg=msg + ' (force=no).', **self.result)
        if not self.module.check_mode:
            self.result['msg'] = msg
            self.repository.reset()

    def _set_url(self):
        now = self.repository.remote_url()
        if now is None or now == self.repository.url:
            return False
        if not self.module.check_mode:
            self.repository.set_remote_url()
        return True

    def _take_version(self):
        repository, result = self.repository, self.result
        if not repository.bare:
            repository.switch()
            if self.params['recursive'] and repository.update_submodules():
                result.update(submodules_changed=True, changed=True)
        result['after'] = repository.head()
        result['changed'] = result['changed'] or result['before'] != result['after']
        self._diff()

    def _diff(self):
        if self.module._diff:
            diff = self.repository.difference(self.result['before'], self.result['after'])
            if diff:
                self.result['diff'] = diff

    # the archive

    def _archive(self):
        path = self.params['archive']
        if not path or self.module.check_mode:
            return
        form = next((each for each in FORMATS if path.endswith('.' + each)), None)
        if form is None:
            self.module.fail_json(msg='Unable to get file extension from archive file name : %s' % path,
                                  details="Please specify archive as filename with extension. File extension can be one of "
                                          "['tar', 'tar.gz', 'zip', 'tgz']")
        if not os.path.exists(path):
            self._write_archive(form, path)
            self.result['changed'] = True
            return
        folder = tempfile.mkdtemp(dir=self.module.tmpdir)
        new = os.path.join(folder, os.path.basename(path))
        self._write_archive(form, new)
        if not filecmp.cmp(new, path, shallow=False):
            shutil.move(new, path)
            self.result['changed'] = True

    def _write_archive(self, form, path):
        prefix = self.params['archive_prefix']
        argv = ['archive', '--format', form, '--output', path] + (['--prefix', prefix] if prefix else [])
        self.repository.must('Failed to perform archive operation', *(argv + [self.repository.version]))


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, supports_check_mode=True, required_by={'archive_prefix': ['archive']},
        mutually_exclusive=[('separate_git_dir', 'bare'), ('accept_hostkey', 'accept_newhostkey')])
    params = module.params
    set_umask(module)
    dest = params['dest'] and os.path.abspath(params['dest'])
    if not dest and params['clone']:
        module.fail_json(msg='the destination directory must be specified unless clone=no')
    repo = 'file://' + params['repo'] if params['repo'].startswith('/') else params['repo']
    module.run_command_environ_update = dict.fromkeys(('LANG', 'LC_ALL', 'LC_MESSAGES', 'LC_CTYPE'), get_best_parsable_locale(module))
    git = params['executable'] or module.get_bin_path('git', True)
    module.run_command_environ_update.update(ssh.environment(module, git_version(module, git)))
    Task(module, Repository(module, git, dest, repo)).run()


if __name__ == '__main__':
    main()
