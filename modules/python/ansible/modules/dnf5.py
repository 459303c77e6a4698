"""dnf5: packages and groups of rpm, by the library of dnf 5."""
import fnmatch
import os
import sys

from ansible.module_utils import rpm
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.respawn import has_respawned, probe_interpreters_for_module, respawn_module

try:
    import libdnf5
except ImportError:
    libdnf5 = None

ARGUMENTS = dict((name, spec) for name, spec in rpm.ARGUMENTS.items() if name != 'use_backend')
ARGUMENTS['auto_install_module_deps'] = dict(type='bool', default=True)
INTERPRETERS = ['/usr/libexec/platform-python', '/usr/bin/python3', '/usr/bin/python']
WORDS = {'Install': 'Installed', 'Upgrade': 'Installed', 'Remove': 'Removed', 'Replaced': 'Removed'}
LISTS = {'installed': 'installed', 'available': 'available', 'updates': 'upgrades', 'upgrades': 'upgrades'}


def fail(module, msg, failures=()):
    module.fail_json(msg=str(msg), failures=list(failures), rc=1)


def configured(module, wanted):
    """A Base with its configuration, not set up yet."""
    params, base = module.params, libdnf5.base.Base()
    conf = base.get_config()
    if params['conf_file']:
        conf.config_file_path = params['conf_file']
    base.load_config()
    if params['releasever'] is not None:
        base.get_vars().set('releasever', params['releasever'])
    if params['exclude']:
        conf.excludepkgs = rpm.listed(params, 'exclude')
    if params['disable_excludes']:
        conf.disable_excludes = '*' if params['disable_excludes'] == 'all' else params['disable_excludes']
    conf.skip_broken = params['skip_broken']
    if wanted.best is not None:
        conf.best = wanted.best
    conf.install_weak_deps = params['install_weak_deps']
    setattr(conf, 'pkg_gpgcheck' if hasattr(conf, 'pkg_gpgcheck') else 'gpgcheck', not params['disable_gpg_check'])
    conf.localpkg_gpgcheck = not params['disable_gpg_check']
    conf.sslverify = params['sslverify']
    conf.clean_requirements_on_remove = params['autoremove']
    conf.installroot = params['installroot']
    conf.use_host_config = True  # as dnf 4 does, below another root, too
    conf.cacheonly = 'all' if params['cacheonly'] else 'none'
    if params['download_only'] and params['download_dir']:
        conf.destdir = params['download_dir']
    return base


def set_up(module, base):
    """Plugins, repositories and what they have."""
    for option, on in (('enable_plugin', True), ('disable_plugin', False)):
        if module.params[option]:
            base.enable_disable_plugins(rpm.listed(module.params, option), on)
    base.setup()
    if module.params['enable_plugin'] or module.params['disable_plugin']:
        check_plugins(module, base)
    base.get_logger().add_logger(libdnf5.logger.create_file_logger(base, 'dnf5.log'))
    sack = base.get_repo_sack()
    sack.create_repos_from_system_configuration()
    for option, method in (('disablerepo', 'disable'), ('enablerepo', 'enable')):
        choose(base, rpm.listed(module.params, option), method)
    if module.params['update_cache']:
        query = libdnf5.repo.RepoQuery(base)
        query.filter_type(libdnf5.repo.Repo.Type_AVAILABLE)
        for repo in query:
            repo.expire()
    sack.load_repos()


def check_plugins(module, base):
    """Names that no plugin has are a mistake."""
    there = [plugin.get_name() for plugin in base.get_plugins_info()]
    mistakes = []
    for option, what in (('enable_plugin', 'enabling'), ('disable_plugin', 'disabling')):
        unmatched = [pattern for pattern in rpm.listed(module.params, option) if not fnmatch.filter(there, pattern)]
        if unmatched:
            mistakes.append('No matches were found for the following plugin name patterns while %s libdnf5 plugins: %s.' % (what, ', '.join(unmatched)))
    if mistakes:
        module.fail_json(msg=' '.join(mistakes))


def choose(base, patterns, method):
    if not patterns:
        return
    query = libdnf5.repo.RepoQuery(base)
    query.filter_id(patterns, libdnf5.common.QueryCmp_IGLOB)
    for repo in query:
        getattr(repo, method)()


class Transaction:
    """What is asked of a base, and what came of it."""

    def __init__(self, module, base, wanted):
        self.module, self.params, self.base, self.wanted = module, module.params, base, wanted
        self.said = []
        self.settings = libdnf5.base.GoalJobSettings()
        self.settings.set_group_with_name(True)
        self.settings.set_with_binaries(False)
        self.only_advised()
        self.goal = libdnf5.base.Goal(base)

    def only_advised(self):
        types = [name for name in ('bugfix', 'security') if self.params[name]]
        if types:
            advisories = libdnf5.advisory.AdvisoryQuery(self.base)
            advisories.filter_type(types)
            self.base.get_config().skip_unavailable = True
            self.settings.set_advisory_filter(advisories)

    def mark(self):
        """Put what is wanted into the goal."""
        if self.wanted.names == ['*'] and self.wanted.latest:
            self.goal.add_rpm_upgrade(self.settings)
            return
        for spec in self.wanted.names:
            self.goal.add_remove(spec, self.settings) if self.wanted.absent else self.install(spec)
        if self.params['autoremove']:
            query = self.installed()
            query.filter_unneeded()
            for package in query:
                self.goal.add_rpm_remove(package, self.settings)

    # packages

    def installed(self):
        query = libdnf5.rpm.PackageQuery(self.base)
        query.filter_installed()
        return query

    def resolved(self, query, spec):
        """Narrow a query to what a specification means; gives the name, epoch, version, release and arch that were found in it."""
        settings = libdnf5.base.ResolveSpecSettings()
        settings.set_group_with_name(True)
        settings.set_with_binaries(False)
        settings.set_with_provides(False)
        return query.resolve_pkg_spec(spec, settings, True)

    def is_installed(self, spec):
        return self.resolved(self.installed(), spec)[0]

    def newer_is_installed(self, spec):
        """Whether the version that is named is older than the one that is there."""
        if '/' in spec:
            spec = spec.split('/')[-1]
            spec = spec[:-len('.rpm')] if spec.endswith('.rpm') else spec
        found, nevra = self.resolved(libdnf5.rpm.PackageQuery(self.base), spec)
        if not found or nevra.has_just_name():
            return False
        there, named = self.installed(), libdnf5.rpm.PackageQuery(self.base)
        there.filter_name([nevra.get_name()])
        there.filter_latest_evr()
        named.filter_name([nevra.get_name()])
        for part in ('version', 'release', 'epoch'):
            value = getattr(nevra, 'get_' + part)()
            if value:
                getattr(named, 'filter_' + part)([value])
        named.filter_latest_evr()
        there, named = list(there), list(named)
        return bool(there and named) and libdnf5.rpm.rpmvercmp(there[0].get_evr(), named[0].get_evr()) == 1

    def install(self, spec):
        if self.newer_is_installed(spec) and not self.params['allow_downgrade']:
            return
        if not self.is_installed(spec):
            if self.params['update_only']:
                self.said.append('Packages providing %s not installed due to update_only specified' % spec)
            else:
                self.goal.add_install(spec, self.settings)
        elif self.wanted.latest:
            self.goal.add_upgrade(spec, self.settings)
            if '*' in spec and not self.params['update_only']:
                self.goal.add_install(spec, self.settings)

    # what is done

    def run(self):
        self.goal.set_allow_erasing(self.params['allowerasing'])
        transaction = self.goal.resolve()
        self.check(transaction)
        items = list(transaction.get_transaction_packages())
        if not items:
            self.module.exit_json(changed=False, msg='' if self.said else 'Nothing to do', rc=0, results=self.said)
        self.said += [self.told(item) for item in items]
        if self.module.check_mode:
            self.leave('Check mode: No changes made, but would have if not in check mode')
        transaction.download()
        if not self.params['download_only']:
            self.change(transaction)
        self.leave('')

    def check(self, transaction):
        problems = transaction.get_problems()
        if not problems:
            return
        msg = 'Depsolve Error occurred' if problems & libdnf5.base.GoalProblem_SOLVER_ERROR else 'Failed to install some of the specified packages'
        fail(self.module, msg, [problem(event) for event in transaction.get_resolve_logs()])

    def told(self, item):
        if self.params['download_only']:
            word = 'Downloaded'
        else:
            word = libdnf5.transaction.transaction_item_action_to_string(item.get_action())
        return '%s: %s' % (WORDS.get(word, word), item.get_package().get_nevra())

    def leave(self, msg):
        self.module.exit_json(changed=True, msg=msg, rc=0, results=self.said)

    def change(self, transaction):
        transaction.set_description('ansible dnf5 module')
        result = transaction.run()
        if result == libdnf5.base.Transaction.TransactionRunResult_ERROR_GPG_CHECK:
            fail(self.module, 'Failed to validate GPG signatures: ' + ','.join(transaction.get_gpg_signature_problems()))
        if result != libdnf5.base.Transaction.TransactionRunResult_SUCCESS:
            fail(self.module, 'Failed to install some of the specified packages', [
                '%s: %s' % (transaction.transaction_result_to_string(result), each) for each in transaction.get_transaction_problems()])


def problem(event):
    if event.get_problem() in (libdnf5.base.GoalProblem_NOT_FOUND, libdnf5.base.GoalProblem_NOT_FOUND_IN_REPOSITORIES):
        return 'No package %s available.' % event.get_spec()
    return event.to_string()


def described(package):
    """A package as lists show it."""
    return dict(nevra=package.get_nevra(), envra=package.get_nevra(), name=package.get_name(), arch=package.get_arch(), epoch=str(package.get_epoch()),
                release=package.get_release(), version=package.get_version(), repo=package.get_repo_id(),
                yumstate='installed' if package.is_installed() else 'available')


def listing(base, command):
    """What list: asks for."""
    if command in ('repos', 'repositories'):
        repos = libdnf5.repo.RepoQuery(base)
        repos.filter_enabled(True)
        return [dict(repoid=repo.get_id(), state='enabled') for repo in repos]
    query = libdnf5.rpm.PackageQuery(base)
    if command in LISTS:
        getattr(query, 'filter_' + LISTS[command])()
    else:
        query.resolve_pkg_spec(command, libdnf5.base.ResolveSpecSettings(), True)
    return [described(package) for package in query]


def need_library(module):
    """Go on with a Python that has the library, which dnf may have to bring first; or fail."""
    if not has_respawned():
        respawn(module)
        if module.params['auto_install_module_deps']:
            if module.check_mode:
                module.fail_json(msg='python3-libdnf5 must be installed to use check mode. If run normally this module can auto-install it, '
                                     'see the auto_install_module_deps option.')
            module.run_command(['dnf', 'install', '-y', 'python3-libdnf5'], check_rc=True)
            respawn(module)
    module.fail_json(
        msg='Could not import the libdnf5 python module using %s (%s). Ensure python3-libdnf5 package is installed (either manually or via the '
            'auto_install_module_deps option) or that you have specified the correct ansible_python_interpreter. (attempted %s).' % (
                sys.executable, sys.version.replace('\n', ''), INTERPRETERS), failures=[])


def respawn(module):
    interpreter = probe_interpreters_for_module(INTERPRETERS, 'libdnf5')
    if interpreter:
        respawn_module(interpreter)


def work(module, wanted):
    params, base = module.params, configured(module, wanted)
    set_up(module, base)
    if params['update_cache'] and not params['name'] and not params['list']:
        module.exit_json(msg='Cache updated', changed=False, results=[], rc=0)
    if params['list']:
        module.exit_json(msg='', results=listing(base, params['list']), rc=0)
    transaction = Transaction(module, base, wanted)
    transaction.mark()
    transaction.run()


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, **rpm.SPEC)
    if libdnf5 is None:
        need_library(module)
    rpm.set_locale(module)
    params, wanted = module.params, rpm.Wanted(module)
    if os.geteuid() != 0 and not params['list']:
        module.fail_json(msg='This command has to be run under the root user.', failures=[], rc=1)
    try:
        work(module, wanted)
    except (RuntimeError, libdnf5.exception.Error, getattr(libdnf5.exception, 'NonLibdnf5Exception', RuntimeError)) as e:
        fail(module, e)


if __name__ == '__main__':
    main()
