"""package_facts: what is installed, as facts."""
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.process import get_bin_path

RPM, APT = 'rpm', 'apt'
# Managers by all their names: the one that facts show for each.
MANAGERS = dict(apk='apk', apt=APT, dnf=RPM, dnf5=RPM, openbsd_pkg='pkg_info', pacman='pacman', pkg='pkg', pkg5='pkg', pkg_info='pkg_info', pkgng='pkg',
                portage='portage', rpm=RPM, yum=RPM, zypper=RPM)
PROGRAMS = dict((name, 'qlist' if name == 'portage' else name) for name in MANAGERS.values())
OPTIONS = dict(
    manager=dict(type='list', elements='str', default=['auto']),
    strategy=dict(type='str', default='first', choices=['first', 'all']),
)
RPM_FORMAT = r'%{NAME}\t%{VERSION}\t%{RELEASE}\t%{EPOCH}\t%{ARCH}\n'


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    asked = [name.lower() for name in module.params['manager']]
    packages, found = {}, False
    refuse_unknown(module, asked)
    for name in wanted(asked):
        listed = installed(module, name)
        if not listed:
            continue
        found = True
        for package in listed:
            package['source'] = name
            packages.setdefault(package['name'], []).append(package)
        if module.params['strategy'] == 'first':
            break
    if not found:
        module.fail_json(msg='Could not detect a supported package manager from the following list: %s, or the '
                             'required Python library is not installed. Check warnings for details.' % asked)
    module.exit_json(ansible_facts={'packages': packages})


def refuse_unknown(module, asked):
    unknown = [name for name in asked if name not in MANAGERS and name != 'auto']
    if unknown and 'auto' in asked:
        module.fail_json(msg='Could not auto detect a usable package manager, check warnings for details.')
    if unknown:
        module.fail_json(msg='Unsupported package managers requested: %s' % ', '.join(unknown))


def wanted(asked):
    """The managers to try, each once, by the name that facts show."""
    names = []
    for name in asked:
        for each in (APT, RPM) if name == 'auto' else (MANAGERS[name],):
            if each not in names:
                names.append(each)
    return names


def installed(module, name):
    """The packages of one manager, or None where it is not at home (or not known here)."""
    if name == APT:
        return by_apt(module)
    if name == RPM:
        return by_rpm(module)
    try:
        get_bin_path(PROGRAMS[name])
    except ValueError as e:
        if name in module.params['manager']:
            module.warn('Requested package manager %s was not usable by this module: %s' % (name, e))
        return None
    module.warn('The package manager %s is not supported by this implementation of package_facts' % name)
    return None


def by_apt(module):
    if not module.get_bin_path('dpkg'):
        return None
    try:
        import apt_pkg
    except ImportError:
        module.warn('Found "apt" but the required Python library python3-apt is missing')
        return None
    apt_pkg.init()
    cache = apt_pkg.Cache(None)
    here = [package for package in cache.packages
            if package.current_ver and package.current_state == apt_pkg.CURSTATE_INSTALLED]
    return [describe(package) for package in sorted(here, key=lambda package: package.name)]


def describe(package):
    version = package.current_ver
    files = version.file_list
    return dict(name=package.name, version=version.ver_str, arch=version.arch, category=version.section,
                origin=files[0][0].origin if files else '')


def by_rpm(module):
    path = module.get_bin_path('rpm')
    if not path:
        return None
    rc, out, err = module.run_command([path, '-qa', '--queryformat', RPM_FORMAT])
    if rc != 0:
        module.warn('rpm -qa failed: %s' % err)
        return None
    if not out:
        module.warn('Found "rpm" but no associated packages')
    return [from_row(line.split('\t')) for line in out.splitlines() if line.count('\t') == 4]


def from_row(fields):
    name, version, release, epoch, arch = fields
    return dict(name=name, version=version, release=release, arch=None if arch == '(none)' else arch,
                epoch=int(epoch) if epoch.isdigit() else None)


if __name__ == '__main__':
    main()
