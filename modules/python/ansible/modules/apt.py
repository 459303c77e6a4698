"""apt: packages of Debian and its family.

The commonest task finds all its packages present; it reads dpkg's own status file
and never opens apt's cache. Everything else opens the cache once, and changes the
host with apt-get, whose output is the result's.
"""
import contextlib
import os
import random
import re
import shutil
import sys
import tempfile
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.deb import spec as specs
from ansible.module_utils.deb import status

APT_GET = '/usr/bin/apt-get'
LISTS = '/var/lib/apt/lists'
SUCCESS_STAMP = '/var/lib/apt/periodic/update-success-stamp'
POLICY_RC_D = '/usr/sbin/policy-rc.d'
BINDING = 'python3-apt'

OPTIONS = dict(
    state=dict(type='str', default='present', choices=['absent', 'build-dep', 'fixed', 'latest', 'present']),
    update_cache=dict(type='bool', aliases=['update-cache']),
    update_cache_retries=dict(type='int', default=5),
    update_cache_retry_max_delay=dict(type='int', default=12),
    cache_valid_time=dict(type='int', default=0),
    purge=dict(type='bool', default=False),
    package=dict(type='list', elements='str', aliases=['pkg', 'name']),
    deb=dict(type='path'),
    default_release=dict(type='str', aliases=['default-release']),
    install_recommends=dict(type='bool', aliases=['install-recommends']),
    force=dict(type='bool', default=False),
    upgrade=dict(type='str', choices=['dist', 'full', 'no', 'safe', 'yes'], default='no'),
    dpkg_options=dict(type='str', default='force-confdef,force-confold'),
    autoremove=dict(type='bool', default=False),
    autoclean=dict(type='bool', default=False),
    fail_on_autoremove=dict(type='bool', default=False),
    policy_rc_d=dict(type='int', default=None),
    only_upgrade=dict(type='bool', default=False),
    force_apt_get=dict(type='bool', default=False),
    clean=dict(type='bool', default=False),
    allow_unauthenticated=dict(type='bool', default=False, aliases=['allow-unauthenticated']),
    allow_downgrade=dict(type='bool', default=False,
                         aliases=['allow-downgrade', 'allow_downgrades', 'allow-downgrades']),
    allow_change_held_packages=dict(type='bool', default=False),
    lock_timeout=dict(type='int', default=60),
    auto_install_module_deps=dict(type='bool', default=True),
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True,
                           mutually_exclusive=[['deb', 'package', 'upgrade']])
    params = module.params
    if params['upgrade'] == 'no':
        params['upgrade'] = None
    result = nothing_to_do(params)
    if result is not None:
        module.exit_json(**result)
    Apt(module).run()


def nothing_to_do(params):
    """The result of a task whose plain names are all as wanted, or None if apt must be asked."""
    names = params['package']
    if not names or not may_skip(params) or not all(specs.plain(name) for name in names):
        return None
    try:
        if params['state'] == 'present':
            there = status.installed(names)
            return unchanged_present() if there is not None and there.issuperset(names) else None
        return None if status.known(names) else dict(changed=False)
    except OSError:
        return None


def may_skip(params):
    if params['state'] not in ('present', 'absent'):
        return False
    others = ('update_cache', 'cache_valid_time', 'upgrade', 'deb', 'default_release', 'clean')
    return not any(params[name] for name in others)


def unchanged_present():
    return dict(changed=False, cache_updated=False, cache_update_time=cache_time())


def cache_time():
    """When the package lists were last fetched, in seconds; 0 if never."""
    for path in (SUCCESS_STAMP, LISTS):
        try:
            return int(os.stat(path).st_mtime)
        except OSError:
            continue
    return 0


def joined(*parts):
    """Parts of a command line as they are shown in messages: empty ones leave a blank."""
    return ' '.join(parts)


class Apt(object):
    """One task that needs apt."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.cache = None
        self.updated = False
        self.aptitude = None
        module.run_command_environ_update = environment(module)

    # --- the task's course

    def run(self):
        if self.params['clean']:
            self.clean()
        self.need_binding()
        self.open_cache()
        self.update_if_due()
        if self.params['upgrade']:
            self.upgrade(self.params['upgrade'])
        if self.params['deb']:
            self.install_deb(self.params['deb'])
        names = self.params['package'] or []
        if '*' in names and self.params['state'] == 'latest':
            self.upgrade_all_of(names)
        wanted = [specs.parse(name) for name in names if name != '*']
        self.tidy_if_alone(names)
        self.packages(list(self.expanded(wanted)))

    def clean(self):
        """Runs apt-get clean, and is the whole task if nothing else is asked for."""
        if self.module.check_mode:
            rc, out, err = 0, '', ''
        else:
            rc, out, err = self.module.run_command([APT_GET, 'clean'])
        if rc != 0:
            self.module.fail_json(msg="'apt-get clean' failed: %s" % err, stdout=out, stderr=err, rc=rc)
        params = self.params
        if not (params['package'] or params['upgrade'] or params['deb'] or params['update_cache']
                or params['cache_valid_time']):
            self.module.exit_json(changed=True, msg=out, stdout=out, stderr=err)

    def need_binding(self):
        """Imports apt_pkg, installing python3-apt where that is allowed."""
        if importable():
            return
        if not self.params['auto_install_module_deps']:
            self.no_binding()
        if self.module.check_mode:
            self.module.fail_json(msg='%s must be installed to use check mode. If run normally this module can '
                                      'auto-install it, see the auto_install_module_deps option.' % BINDING)
        self.install_binding()
        if not importable():
            self.no_binding()

    def no_binding(self):
        self.module.fail_json(
            msg='Could not import the %s module using %s (%s). Ensure %s package is installed (either manually or via '
                'the auto_install_module_deps option) or that you have specified the correct '
                "ansible_python_interpreter. (attempted ['/usr/bin/python3', '/usr/bin/python'])."
                % (BINDING, sys.executable, sys.version.replace('\n', ''), BINDING))

    def install_binding(self):
        if self.params['update_cache'] is not False:
            self.module.run_command([APT_GET, 'update'], check_rc=True)
        options, _ = self.dpkg_options()
        self.module.run_command([APT_GET, 'install', BINDING, '-y', '-q'] + options, check_rc=True)

    def open_cache(self):
        from ansible.module_utils.deb import cache
        try:
            self.cache = cache.Cache(self.params['default_release'])
        except cache.Error as error:
            self.module.fail_json(msg=str(error))

    def update_if_due(self):
        valid = self.params['cache_valid_time']
        if not self.params['update_cache'] and not valid:
            return
        before = cache_time()
        if before + valid >= time.time():
            return
        if self.module.check_mode:
            self.updated = True
        else:
            self.update()
            self.updated = before != cache_time()
            self.cache.reopen()
        if not (self.params['package'] or self.params['upgrade'] or self.params['deb']):
            self.module.exit_json(changed=self.updated, **self.cache_facts())

    def update(self):
        """Tries as often as allowed, waiting twice as long each time."""
        from ansible.module_utils.deb.cache import Error
        retries, longest = self.params['update_cache_retries'], self.params['update_cache_retry_max_delay']
        problem = None
        for attempt in range(retries):
            try:
                return self.cache.update()
            except (Error, SystemError) as error:
                problem = error
            delay = min(2 ** attempt + random.random(), longest + random.random())
            time.sleep(delay)
        self.module.fail_json(msg='Failed to update apt cache after %s retries: %s'
                                  % (retries, problem or 'unknown reason'))

    def cache_facts(self):
        return dict(cache_updated=self.updated, cache_update_time=cache_time())

    def tidy_if_alone(self, names):
        if names or self.params['upgrade'] or self.params['deb']:
            return
        if self.params['autoclean']:
            self.tidy('autoclean', r'^Del ')
        if self.params['autoremove']:
            self.tidy('autoremove', None)

    def expanded(self, wanted):
        try:
            for spec in specs.expand(wanted, self.cache.names):
                yield spec
        except LookupError as error:
            self.module.fail_json(msg="No package(s) matching '%s' available" % error)

    def packages(self, wanted):
        state = self.params['state']
        if state == 'absent':
            self.remove(wanted)
        elif state == 'build-dep':
            self.build_dep(wanted)
        self.install(wanted)

    # --- what apt-get is told

    def dpkg_options(self):
        """The options for dpkg and the lock, as a list and as messages show them."""
        options, shown = [], []
        for name in self.params['dpkg_options'].split(','):
            options += ['-o', 'Dpkg::Options::=--' + name]
            shown.append('-o "Dpkg::Options::=--%s"' % name)
        lock = 'DPkg::Lock::Timeout=%s' % self.params['lock_timeout']
        return options + ['-o', lock], ' '.join(shown + ['-o', lock])

    def flag(self, name, text):
        return text if self.params[name] else ''

    def simulate(self):
        return '--simulate' if self.module.check_mode else ''

    def trailing(self):
        """Options that follow the packages: release, recommends, what is allowed."""
        options = []
        if self.params['default_release']:
            options.append(("-t '%s'" % self.params['default_release'], ['-t', self.params['default_release']]))
        if self.params['install_recommends'] is not None:
            value = 'APT::Install-Recommends=%s' % ('yes' if self.params['install_recommends'] else 'no')
            options.append(('-o ' + value, ['-o', value]))
        for name, text in (('allow_unauthenticated', '--allow-unauthenticated'),
                           ('allow_downgrade', '--allow-downgrades'),
                           ('allow_change_held_packages', '--allow-change-held-packages')):
            if self.params[name]:
                options.append((text, [text]))
        return [word for _, words in options for word in words], ''.join(' ' + text for text, _ in options)

    def apt_get(self, flags, verb, packages, lead=()):
        """(rc, out, err, command as shown) of one apt-get call that changes packages."""
        options, shown = self.dpkg_options()
        trailing, shown_trailing = self.trailing()
        argv = [APT_GET] + list(lead) + ['-y'] + options + [flag for flag in flags if flag] + [verb]
        command = joined(APT_GET, '-y', shown, *(list(flags) + [verb, ' '.join("'%s'" % name for name in packages)]))
        with self.policy():
            rc, out, err = self.module.run_command(argv + list(packages) + trailing)
        return rc, out, err, command + shown_trailing

    @contextlib.contextmanager
    def policy(self):
        """Puts a policy-rc.d in place that answers as asked, and the old one back."""
        code = self.params['policy_rc_d']
        if code is None:
            yield
            return
        folder = tempfile.mkdtemp(prefix='ansible')
        kept = os.path.join(folder, 'policy-rc.d')
        had = os.path.exists(POLICY_RC_D)
        try:
            if had:
                shutil.copy2(POLICY_RC_D, kept)
            with open(POLICY_RC_D, 'w') as stream:
                stream.write('#!/bin/sh\nexit %d\n' % code)
            os.chmod(POLICY_RC_D, 0o0755)
            yield
        finally:
            if had:
                shutil.move(kept, POLICY_RC_D)
            elif os.path.exists(POLICY_RC_D):
                os.remove(POLICY_RC_D)
            shutil.rmtree(folder, ignore_errors=True)

    def finish(self, out, err, **more):
        """A change that apt-get made, or would have made."""
        result = dict(changed=True, stdout=out, stderr=err, **more)
        self.module.exit_json(diff=self.diff(out), **result)

    def diff(self, out):
        return prepared(out) if self.module._diff else {}

    # --- the operations

    def install(self, wanted):
        names = [name for name in map(self.to_install, wanted) if name]
        if not names:
            self.module.exit_json(changed=False, **self.cache_facts())
        flags = [self.flag('only_upgrade', '--only-upgrade'),
                 '--fix-broken' if self.params['state'] == 'fixed' else '',
                 self.flag('force', '--force-yes'), self.flag('autoremove', '--auto-remove'),
                 self.flag('fail_on_autoremove', '--no-remove'), self.simulate()]
        rc, out, err, command = self.apt_get(flags, 'install', names)
        self.check(rc, out, err, command)
        self.finish(out, err, **self.cache_facts())

    def to_install(self, spec):
        """What apt-get shall be told to install for spec, or None if all is well."""
        found = self.cache.state(spec)
        if found is None:
            self.module.fail_json(msg="No package matching '%s' is available" % spec.name)
        if found.suits and not self.wants_newer(found):
            return None
        if found.installed is None and self.params['only_upgrade']:
            return None
        if spec.relation and not found.installable:
            self.module.fail_json(msg='no available installation candidate for %s' % spec.text, changed=False,
                                  **self.cache_facts())
        return '%s=%s' % (spec.name, found.installable) if found.installable else spec.name

    def wants_newer(self, found):
        if self.params['state'] == 'fixed':
            return found.broken
        return self.params['state'] == 'latest' and found.upgradable

    def check(self, rc, out, err, command):
        if rc != 0:
            self.module.fail_json(msg="'%s' failed: %s" % (command, err), stdout=out, stderr=err, rc=rc,
                                  **self.cache_facts())

    def build_dep(self, wanted):
        for spec in wanted:
            if self.cache.find(spec.name) is None:
                self.module.fail_json(msg="No package matching '%s' is available" % spec.name)
        names = [spec.text for spec in wanted]
        if not names:
            self.module.exit_json(changed=False, **self.cache_facts())
        flags = [self.flag('only_upgrade', '--only-upgrade'), '', self.flag('force', '--force-yes'),
                 self.flag('fail_on_autoremove', '--no-remove'), self.simulate()]
        rc, out, err, command = self.apt_get(flags, 'build-dep', names)
        self.check(rc, out, err, command)
        if no_change(out):
            self.module.exit_json(changed=False, stdout=out, stderr=err, **self.cache_facts())
        self.finish(out, err, **self.cache_facts())

    def remove(self, wanted):
        names = [spec.text for spec in wanted if self.removable(spec)]
        if not names:
            self.module.exit_json(changed=False)
        options, _ = self.dpkg_options()
        flags = [self.flag('purge', '--purge'), self.flag('force', '--force-yes'),
                 self.flag('autoremove', '--auto-remove'),
                 self.flag('allow_change_held_packages', '--allow-change-held-packages'), self.simulate()]
        argv = [APT_GET, '-q', '-y'] + options + [flag for flag in flags if flag] + ['remove'] + names
        with self.policy():
            rc, out, err = self.module.run_command(argv)
        if rc != 0:
            quoted = ' '.join("'%s'" % name for name in names)
            self.module.fail_json(msg="'apt-get remove %s' failed: %s" % (quoted, err), stdout=out, stderr=err, rc=rc)
        self.finish(out, err)

    def removable(self, spec):
        found = self.cache.state(spec)
        if found is None or found.is_virtual:
            return False
        return found.suits if found.installed else self.params['purge'] and found.leftovers

    def upgrade_all_of(self, names):
        if len(names) > 1:
            self.module.fail_json(msg='unable to install additional packages when upgrading all installed packages')
        self.upgrade('yes')

    def upgrade(self, mode):
        program, verb, more = self.upgrade_command(mode)
        options, _ = self.dpkg_options()
        flags = [self.flag('force', '--force-yes')]
        if program != self.aptitude:
            flags += [self.flag('fail_on_autoremove', '--no-remove'),
                      self.flag('allow_unauthenticated', '--allow-unauthenticated'),
                      self.flag('allow_downgrade', '--allow-downgrades')]
        flags.append(self.simulate())
        argv = [program, '-y'] + options + [flag for flag in flags if flag] + [verb] + more
        if self.params['default_release']:
            argv += ['-t', self.params['default_release']]
        with self.policy():
            rc, out, err = self.module.run_command(argv)
        if rc != 0:
            shown = ' '.join([verb] + more)
            self.module.fail_json(msg="'%s %s' failed: %s" % (program, shown, err), stdout=out, stderr=err, rc=rc)
        if no_change(out):
            self.module.exit_json(changed=False, msg=out, stdout=out, stderr=err)
        self.finish(out, err, msg=out)

    def upgrade_command(self, mode):
        """(program, verb, options of its own); aptitude does all but dist, where it is installed."""
        if not self.params['force_apt_get']:
            self.aptitude = self.module.get_bin_path('aptitude')
        more = ['--auto-remove'] if self.params['autoremove'] else []
        if mode == 'dist' or (mode == 'full' and not self.aptitude):
            return APT_GET, 'dist-upgrade', more
        if self.aptitude:
            return self.aptitude, 'full-upgrade' if mode == 'full' else 'safe-upgrade', []
        return APT_GET, 'upgrade', ['--with-new-pkgs'] + more

    def tidy(self, verb, pattern):
        """autoclean or autoremove as a task of its own."""
        options, _ = self.dpkg_options()
        flags = [self.flag('purge', '--purge'), self.flag('force', '--force-yes')]
        argv = [APT_GET, '-y'] + options + [flag for flag in flags if flag] + [verb]
        if self.module.check_mode:
            argv.append('--simulate')
        with self.policy():
            rc, out, err = self.module.run_command(argv)
        if rc != 0:
            self.module.fail_json(msg="'apt-get %s' failed: %s" % (verb, err), stdout=out, stderr=err, rc=rc)
        changed = bool(re.search(pattern, out, re.M)) if pattern else not no_change(out)
        self.module.exit_json(changed=changed, stdout=out, stderr=err, diff=self.diff(out))

    # --- .deb files

    def install_deb(self, source):
        from ansible.module_utils.deb import file
        path = file.fetched(self.module, source) if '://' in source else source
        file.Installer(self, path).run()


def importable():
    """Whether apt_pkg can be imported, if need be from where Debian's own Python has it."""
    import importlib
    importlib.invalidate_caches()
    for folder in (None, '/usr/lib/python3/dist-packages'):
        if folder and folder not in sys.path and os.path.isdir(folder):
            sys.path.append(folder)
        try:
            importlib.import_module('apt_pkg')
            return True
        except ImportError:
            continue
    return False


def environment(module):
    """No questions, and messages that can be parsed."""
    from ansible.module_utils.common.locale import get_best_parsable_locale
    found = dict.fromkeys(('LANG', 'LC_ALL', 'LC_MESSAGES', 'LC_CTYPE', 'LANGUAGE'), get_best_parsable_locale(module))
    found.update(DEBIAN_FRONTEND='noninteractive', DEBIAN_PRIORITY='critical')
    return found


def no_change(out):
    """Whether apt-get's or aptitude's totals are all zero."""
    return re.search(r'^0 (packages )?upgraded, 0 newly installed, 0 to remove', out, re.M) is not None


def prepared(out):
    """The part of the output that says what will be done, down to the totals."""
    lines = out.splitlines()
    start = 0
    for marker in ('Resolving dependencies...', 'Reading state information...'):
        if marker in lines:
            start = lines.index(marker) + 1
            break
    end = len(lines)
    for number, line in enumerate(lines):
        if re.search(r'\d+ (packages )?upgraded', line):
            end = number + 1
            break
    return {'prepared': '\n'.join(lines[start:end])}


if __name__ == '__main__':
    main()
