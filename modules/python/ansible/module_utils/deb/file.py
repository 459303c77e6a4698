"""A task's .deb file: dependencies by apt-get, the file itself by dpkg."""

from ansible.module_utils.deb import spec as specs


def fetched(module, url):
    """Downloads url into the module's temporary folder."""
    from ansible.module_utils.urls import fetch_file
    return fetch_file(module, url)


class Installer(object):
    """Brings one .deb file onto the host; task is the apt module's Apt."""

    def __init__(self, task, path):
        self.task = task
        self.module = task.module
        self.path = path

    def run(self):
        try:
            import apt
            from apt.debfile import DebPackage
            package = DebPackage(self.path, cache=apt.Cache())
        except (SystemError, OSError) as error:
            self.module.fail_json(msg='Unable to install package: %s' % error)
        if self.present(package):
            self.module.exit_json(changed=False, stdout='', stderr='', diff={})
        self.allowed(package)
        out, err = self.dependencies(package.missing_deps)
        self.dpkg(out, err)

    def present(self, package):
        """Whether this very version is installed already."""
        found = self.task.cache.state(specs.parse(package.pkgname))
        return found is not None and found.installed == package['Version']

    def allowed(self, package):
        """apt's own check of conflicts and downgrades, unless force is given."""
        good = package.check(allow_downgrade=self.module.params['allow_downgrade'])
        if not good and not self.module.params['force']:
            self.module.fail_json(msg=package._failure_string)

    def dependencies(self, names):
        """Installs what the file needs, with apt-get; returns its output."""
        if not names:
            return '', ''
        rc, out, err, command = self.task.apt_get(self.flags(), 'install', names)
        self.task.check(rc, out, err, command)
        return out, err

    def flags(self):
        task = self.task
        return [task.flag('only_upgrade', '--only-upgrade'), '', task.flag('force', '--force-yes'),
                task.flag('autoremove', '--auto-remove'), task.flag('fail_on_autoremove', '--no-remove'),
                task.simulate()]

    def dpkg(self, out, err):
        argv = ['dpkg'] + ['--' + name for name in self.module.params['dpkg_options'].split(',')]
        if self.module.check_mode:
            argv.append('--simulate')
        if self.module.params['force']:
            argv.append('--force-all')
        with self.task.policy():
            rc, more, problems = self.module.run_command(argv + ['-i', self.path])
        out, err = out + more, err + problems
        if rc != 0:
            self.module.fail_json(msg='%s failed' % ' '.join(argv + ['-i', self.path]), stdout=out, stderr=err)
        diff = {'prepared': out} if self.module._diff else {}
        self.module.exit_json(changed=True, stdout=out, stderr=err, diff=diff)
