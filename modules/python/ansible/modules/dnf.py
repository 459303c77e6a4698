"""dnf: packages and groups of rpm, by dnf's library."""
import glob
import os
import time

from ansible.module_utils import rpm
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_text

try:
    import dnf
    import dnf.const
    import dnf.module.module_base
    import dnf.rpm
    import dnf.subject
    import dnf.util
except ImportError:
    dnf = None


def wait_for_lock(module):
    """Let another dnf finish."""
    deadline = time.time() + module.params['lock_timeout']
    while True:
        held = [path for path in glob.glob('/var/cache/dnf/*_lock.pid') if _runs(path)]
        if not held or module.params['lock_timeout'] < 0:
            return
        if time.time() >= deadline:
            module.fail_json(msg='dnf lockfile is held by another process', results=[])
        time.sleep(1)


def _runs(path):
    try:
        with open(path) as f:
            os.kill(int(f.readline()), 0)
    except (OSError, ValueError):
        return False
    return True


def configured(module, wanted):
    """A Base with its configuration and repositories, without packages yet."""
    params, base = module.params, dnf.Base()
    conf = base.conf
    conf.debuglevel = 0
    conf.assumeyes = True
    if params['conf_file']:
        if not os.access(params['conf_file'], os.R_OK):
            module.fail_json(msg='cannot read configuration file', conf_file=params['conf_file'], results=[])
        conf.config_file_path = params['conf_file']
    conf.installroot = params['installroot']
    conf.read()
    release = params['releasever'] or dnf.rpm.detect_releasever(conf.installroot)
    if release is not None:
        conf.substitutions['releasever'] = release
    else:
        module.warn('Unable to detect release version (use "releasever" option to specify release version)')
    _move_below_root(conf)
    conf.substitutions.update_from_etc(params['installroot'])
    _set_options(conf, params, wanted)
    base.setup_loggers()
    base.init_plugins(set(rpm.listed(params, 'disable_plugin')), set(rpm.listed(params, 'enable_plugin')))
    base.pre_configure_plugins()
    base.read_all_repos()
    _choose_repositories(base, params)
    base.configure_plugins()
    return base


def _move_below_root(conf):
    """Caches, logs and state are those of the installroot."""
    if conf.substitutions['releasever'] is None:
        conf.substitutions['releasever'] = ''
    for option in ('cachedir', 'logdir', 'persistdir'):
        conf.prepend_installroot(option)


def _set_options(conf, params, wanted):
    conf.gpgcheck = conf.localpkg_gpgcheck = not params['disable_gpg_check']
    conf.sslverify = params['sslverify']
    conf.install_weak_deps = params['install_weak_deps']
    conf.clean_requirements_on_remove = params['autoremove']
    conf.cacheonly = 1 if params['cacheonly'] else conf.cacheonly
    if wanted.best is not None:
        conf.best = wanted.best
    if params['skip_broken']:
        conf.strict = False
    if params['exclude']:
        conf.exclude_pkgs(rpm.listed(params, 'exclude'))
    if params['disable_excludes']:
        conf.disable_excludes.append(params['disable_excludes'])
    if params['download_only'] and params['download_dir']:
        conf.downloadonly = True
        conf.destdir = params['download_dir']
        dnf.util.ensure_dir(conf.destdir)


def _choose_repositories(base, params):
    for pattern in rpm.listed(params, 'disablerepo'):
        for repo in base.repos.get_matching(pattern):
            repo.disable()
    for pattern in rpm.listed(params, 'enablerepo'):
        for repo in base.repos.get_matching(pattern):
            repo.enable()


def loaded(module, base):
    """Read what is installed and what repositories have."""
    params = module.params
    try:
        if params['update_cache']:
            base.update_cache()
        base.fill_sack(load_system_repo='auto')
    except dnf.exceptions.RepoError as e:
        module.fail_json(msg=to_text(e), results=[], rc=1)
    types = [name for name, on in (('bugfix', params['bugfix']), ('security', params['security'])) if on]
    if types:
        base.add_security_filters('eq', types=types)
    return base


class Transaction:
    """What is asked of a base, and what came of it."""

    def __init__(self, module, base, wanted):
        self.module, self.params, self.base, self.wanted = module, module.params, base, wanted
        self.said, self.failures = [], []

    def fail(self, msg, **result):
        self.module.fail_json(msg=msg, results=[], **result)

    def mark(self):
        """Put what is wanted on the list of what is to do."""
        packages, groups, files = self.wanted.kinds()
        if self.wanted.names == ['*'] and self.wanted.latest:
            return self.base.upgrade_all()
        if self.wanted.absent and not self.wanted.names and self.params['autoremove']:
            return self.base.autoremove()
        environments, groups, streams = self.sorted_groups(groups)
        self.mark_files(files)
        self.mark_modules(streams)
        self.mark_groups(groups, environments)
        for name in packages:
            self.remove(name) if self.wanted.absent else self.install(name)

    # packages

    def installed(self, spec):
        """The installed packages that a specification means."""
        query = dnf.subject.Subject(spec).get_best_query(sack=self.base.sack, with_filenames=False).installed()
        return query or self.base.sack.query().installed().filterm(provides=spec) or \
            self.base.sack.query().installed().filterm(file=spec)

    def newer_is_installed(self, spec):
        """Whether what would come is older than what there is."""
        found = self.base.sack.query().filterm(nevra=spec) or dnf.subject.Subject(spec).get_best_query(sack=self.base.sack)
        return any(self.older(package) for package in found.available())

    def older(self, package):
        there = self.base.sack.query().installed().filterm(name=package.name, arch=package.arch)
        return any(each.evr_gt(package) for each in there)

    def install(self, spec):
        there = self.installed(spec)
        if there and not self.wanted.latest:
            return
        if not there and self.wanted.latest and self.params['update_only']:
            self.said.append('Packages providing %s not installed due to update_only specified' % spec)
            return
        if not self.params['allow_downgrade'] and self.newer_is_installed(spec) and not there:
            return
        if there:
            self.base.upgrade(spec)
        if not there or '*' in spec and not self.params['update_only']:
            self.add(spec)

    def add(self, spec):
        try:
            self.base.install(spec, strict=self.base.conf.strict)
        except dnf.exceptions.MarkingError as e:
            none = str(e) == 'No match for argument: ' + spec
            self.missing('No package %s available.' % spec if none else '%s %s' % (spec, e))

    def missing(self, text):
        (self.said if self.params['skip_broken'] else self.failures).append(text)

    def remove(self, spec):
        try:
            self.base.remove(spec)
        except dnf.exceptions.MarkingError:
            there = self.installed(spec)
            if not there:
                self.said.append('No match for argument: %s' % spec)
            for package in there:
                self.base.package_remove(package)

    # files

    def mark_files(self, names):
        paths = rpm.local_files(self.module, names)
        if self.wanted.absent:
            for path in paths:
                self.remove(path)
            return
        try:
            packages = self.base.add_remote_rpms(paths) if paths else []
        except (IOError, dnf.exceptions.Error) as e:
            self.fail('Error occurred attempting remote rpm operation: %s' % to_text(e), rc=1)
        for path, package in zip(paths, packages):
            self.said.append('Installed %s' % path)
            self.install_file(package)

    def install_file(self, package):
        there = self.base.sack.query().installed().filterm(name=package.name)
        if self.params['update_only'] and not there:
            return
        if self.older(package) and not self.params['allow_downgrade']:
            return
        self.base.package_install(package, strict=self.base.conf.strict)

    # groups

    def sorted_groups(self, specs):
        """(ids of environments, ids of groups, specifications of module streams)."""
        environments, groups, streams = [], [], []
        if specs:
            self.base.read_comps(arch_filter=True)
        for spec in specs:
            spec = spec.strip()
            group, environment = self.base.comps.group_by_pattern(spec), self.base.comps.environment_by_pattern(spec)
            if self.is_module(spec):
                streams.append(spec)
            elif group:
                groups.append(group.id)
            elif environment:
                environments.append(environment.id)
            else:
                self.fail('No group %s available.' % spec)
        return environments, groups, streams

    def is_module(self, spec):
        found, dummy = dnf.module.module_base.ModuleBase(self.base).get_modules(spec)
        return bool(found)

    def mark_modules(self, specs):
        """Streams of modules: the wanted one is enabled, and its default profile installed."""
        modules = dnf.module.module_base.ModuleBase(self.base)
        if not specs:
            return
        if self.wanted.absent:
            modules.remove(specs)
            modules.reset(specs)
        elif self.wanted.latest and all(self.base._moduleContainer.isEnabled(spec.split(':')[0]) for spec in specs):
            modules.upgrade(specs)
        else:
            modules.install(specs)
        self.said += ['Module %s %s.' % (spec, 'removed' if self.wanted.absent else 'installed') for spec in specs]

    def mark_groups(self, groups, environments):
        for name in groups:
            self.mark_group(name, 'group')
        for name in environments:
            self.mark_group(name, 'environment')

    def mark_group(self, name, kind):
        try:
            if self.wanted.absent:
                getattr(self.base, kind + '_remove')(name)
                return
            word = 'upgraded' if self.wanted.latest and self.grown(name, kind) else 'installed'
            if word == 'installed':
                getattr(self.base, kind + '_install')(name, dnf.const.GROUP_PACKAGE_TYPES)
            if kind == 'group':
                self.said.append('Group %s %s.' % (name, word))
        except dnf.exceptions.CompsError:
            if not self.wanted.absent:
                self.fail('No group %s available.' % name)

    def grown(self, name, kind):
        """Upgrade a group; False if it is not installed."""
        try:
            getattr(self.base, kind + '_upgrade')(name)
        except dnf.exceptions.CompsError:
            return False
        return True

    # what is done

    def resolve(self):
        try:
            return self.base.resolve(allow_erasing=self.params['allowerasing'] or self.wanted.absent)
        except dnf.exceptions.DepsolveError as e:
            return self.fail('Depsolve Error occurred: %s' % to_text(e), failures=self.failures, rc=1)
        except dnf.exceptions.Error as e:
            return self.fail('Unknown Error occurred: %s' % to_text(e), failures=self.failures, rc=1)

    def run(self):
        something = self.resolve()
        if self.failures:
            self.fail('Failed to install some of the specified packages', failures=self.failures, rc=1)
        if not something:
            updated = self.params['update_cache'] and not self.wanted.names
            self.module.exit_json(changed=False, msg='Cache updated' if updated else 'Nothing to do', rc=0, results=self.said)
        self.tell()
        if self.module.check_mode:
            self.leave('Check mode: No changes made, but would have if not in check mode')
        self.download()
        if not self.params['download_only']:
            self.change()
        self.leave('')

    def tell(self):
        transaction = self.base.transaction
        word = 'Downloaded' if self.params['download_only'] else 'Installed'
        self.said += sorted('%s: %s' % (word, package) for package in transaction.install_set)
        if not self.params['download_only']:
            self.said += sorted('Removed: %s' % package for package in transaction.remove_set)

    def leave(self, msg):
        self.module.exit_json(changed=True, msg=msg, rc=0, results=self.said)

    def download(self):
        packages = self.base.transaction.install_set
        try:
            self.base.download_packages(packages)
        except dnf.exceptions.DownloadError as e:
            self.fail('Failed to download packages: %s' % to_text(e), failures=self.failures, rc=1)
        if not self.params['disable_gpg_check']:
            for package in packages:
                self.check_signature(package)

    def check_signature(self, package):
        code, text = self.base.package_signature_check(package)
        if code == 1:
            try:
                self.base.package_import_key(package)
                code = 0
            except (dnf.exceptions.Error, ValueError) as e:
                text = to_text(e)
        if code:
            self.module.fail_json(msg='Failed to validate GPG signature for %s: %s' % (package, text))

    def change(self):
        try:
            self.base.do_transaction()
        except dnf.exceptions.Error as e:
            self.fail('Unknown Error occurred: %s' % to_text(e), failures=self.failures, rc=1)


def described(package):
    """A package as lists show it."""
    name = '%s:%s-%s-%s.%s' % (package.epoch, package.name, package.version, package.release, package.arch)
    return dict(name=package.name, arch=package.arch, epoch=str(package.epoch), release=package.release, version=package.version,
                repo=package.repoid, envra=name, nevra=name, yumstate='installed' if package.installed else 'available')


def listing(base, command):
    """What list: asks for."""
    if command in ('repos', 'repositories'):
        return [dict(repoid=repo.id, state='enabled') for repo in base.repos.iter_enabled()]
    query = base.sack.query()
    if command == 'updates':
        command = 'upgrades'
    if command in ('installed', 'upgrades', 'available', 'extras'):
        found = getattr(query, command)()
    elif command == 'obsoletes':
        found = query.filter(obsoletes=query.installed())
    elif command == 'recent':
        found = query.recent(base.conf.recent)
    else:
        found = dnf.subject.Subject(command).get_best_query(base.sack)
    return [described(package) for package in found]


def main():
    module = AnsibleModule(argument_spec=rpm.ARGUMENTS, **rpm.SPEC)
    if dnf is None:
        rpm.need(module, 'dnf')
    rpm.set_locale(module)
    if module.params['update_cache'] and not module.params['name'] and not module.params['list'] and module.params['autoremove'] is False:
        base = loaded(module, configured(module, rpm.Wanted(module)))
        module.exit_json(changed=False, msg='Cache updated', rc=0, results=[])
    wait_for_lock(module)
    wanted = rpm.Wanted(module)
    base = loaded(module, configured(module, wanted))
    if module.params['list']:
        module.exit_json(msg='', results=listing(base, module.params['list']))
    if not dnf.util.am_i_root():
        module.fail_json(msg='This command has to be run under the root user.', results=[])
    transaction = Transaction(module, base, wanted)
    transaction.mark()
    transaction.run()


if __name__ == '__main__':
    main()
