"""subversion: a work tree of a Subversion repository, or an export of it."""
import os
import re

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.locale import get_best_parsable_locale
from ansible.module_utils.compat.version import LooseVersion

ARGUMENTS = dict(
    dest=dict(type='path'),
    repo=dict(type='str', required=True, aliases=['name', 'repository']),
    revision=dict(type='str', default='HEAD', aliases=['rev', 'version']),
    force=dict(type='bool', default=False),               # local changes go
    username=dict(type='str'),
    password=dict(type='str', no_log=True),
    executable=dict(type='path'),
    export=dict(type='bool', default=False),
    checkout=dict(type='bool', default=True),
    update=dict(type='bool', default=True),
    switch=dict(type='bool', default=True),
    in_place=dict(type='bool', default=False),            # check out over what is there
    validate_certs=dict(type='bool', default=False),
)
# How svn shows a file that it changed, and one that it put back.
_CHANGED = re.compile(r'[ABDUCGER]', re.I)


class WorkTree:
    """The folder dest, and what svn does with it."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.dest, self.repo, self.revision = (module.params[name] for name in ('dest', 'repo', 'revision'))
        self.svn = module.params['executable'] or module.get_bin_path('svn', True)

    def run(self, *args, **options):
        """svn's output, by lines; with check_rc=False its return code."""
        argv = [self.svn, '--non-interactive', '--no-auth-cache']
        if not self.params['validate_certs']:
            argv.append('--trust-server-cert')
        if self.params['username']:
            argv += ['--username', self.params['username']]
        password, data = self._password()
        check_rc = options.get('check_rc', True)
        rc, out, dummy = self.module.run_command(argv + password + list(args), check_rc=check_rc, data=data)
        return out.splitlines() if check_rc else rc

    def _password(self):
        """The arguments and the input by which svn gets the password."""
        password = self.params['password']
        if not password:
            return [], None
        dummy, version, dummy = self.module.run_command([self.svn, '--version', '--quiet'], check_rc=True)
        if LooseVersion(version.strip()) >= LooseVersion('1.10.0'):
            return ['--password-from-stdin'], password
        self.module.warn('The authentication provided will be used on the svn command line and is not secure. '
                         'To securely pass credentials, upgrade svn to version 1.10.0 or greater.')
        return ['--password', password], None

    def exists(self):
        return self.run('info', self.dest, check_rc=False) == 0

    def check_out(self, force=False):
        self.run('checkout', *(['--force'] if force else []) + ['-r', self.revision, self.repo, self.dest])

    def export(self, force):
        self.run('export', *(['--force'] if force else []) + ['-r', self.revision, self.repo, self.dest])

    def switch(self):
        return _any_file(self.run('switch', '--revision', self.revision, self.repo, self.dest))

    def update(self):
        return _any_file(self.run('update', '-r', self.revision, self.dest))

    def revert(self):
        return bool(self.run('revert', '-R', self.dest))

    def modified(self):
        """Whether files under version control were changed here."""
        lines = self.run('status', '--quiet', '--ignore-externals', self.dest)
        return any(line[:1] not in ('', '?', 'X') for line in lines)

    def state(self):
        """[revision, URL] as svn shows them."""
        return _facts(self.run('info', self.dest))

    def remote_revision(self):
        return _revision(self.run('info', self.repo))

    def revisions(self):
        """The revision here and the wanted one."""
        here = _revision(self.run('info', self.dest))
        return here, _revision(self.run('info', '-r', self.revision, self.dest))


def _any_file(lines):
    return any(_CHANGED.match(line) and line[1:5].strip() == '' for line in lines)


def _facts(lines):
    """The lines of the revision and the URL; in every language they have these places."""
    return [next((line for line in lines if line.startswith(name)), 'Unable to get ' + what)
            for name, what in (('Revision:', 'revision'), ('URL:', 'URL'))]


def _revision(lines):
    return _facts(lines)[0]


def new(module, tree):
    """There is nothing yet."""
    params = module.params
    if module.check_mode:
        module.exit_json(changed=True)
    if params['export']:
        tree.export(params['force'])
        module.exit_json(changed=True)
    tree.check_out()
    module.exit_json(changed=True, before=None, after=tree.state())


def preview(module, tree):
    """What check mode tells of a work tree."""
    if tree.modified() and not module.params['force']:
        module.fail_json(msg='ERROR: modified files exist in the repository.')
    before, after = tree.revisions()
    number = [int(text.partition(':')[2]) if text.partition(':')[2].strip().isdigit() else 0 for text in (before, after)]
    module.exit_json(changed=number[0] < number[1], before=before, after=after)


def existing(module, tree):
    """There is a work tree."""
    params = module.params
    if not params['update']:
        module.exit_json(changed=False)
    if module.check_mode:
        preview(module, tree)
    before = tree.state()
    changed = False
    if tree.modified():
        if not params['force']:
            module.fail_json(msg='ERROR: modified files exist in the repository.')
        changed = tree.revert()
    if params['switch']:
        changed = tree.switch() or changed
    changed = tree.update() or changed
    module.exit_json(changed=changed, before=before, after=tree.state())


def over(module, tree):
    """Check out over a folder's files."""
    tree.check_out(force=True)
    if module.params['force'] and tree.modified():
        tree.revert()
    module.exit_json(changed=True, before=None, after=tree.state())


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    locale = get_best_parsable_locale(module)
    module.run_command_environ_update = dict(LANG=locale, LC_MESSAGES=locale)
    dest = params['dest']
    if not dest and (params['checkout'] or params['update'] or params['export']):
        module.fail_json(msg='the destination directory must be specified unless checkout=no, update=no, and export=no')
    tree = WorkTree(module)
    if not params['checkout'] and not params['update'] and not params['export']:
        module.exit_json(changed=False, after=tree.remote_revision())
    if params['export'] or not os.path.exists(dest):
        if not params['export'] and not params['checkout']:
            module.exit_json(changed=False)
        new(module, tree)
    if tree.exists():
        existing(module, tree)
    if params['in_place']:
        over(module, tree)
    module.fail_json(msg='ERROR: %s folder already exists, but its not a subversion repository.' % dest)


if __name__ == '__main__':
    main()
