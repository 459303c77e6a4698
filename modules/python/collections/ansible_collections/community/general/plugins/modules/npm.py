"""npm: packages of node.js."""
import json
import os
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    name=dict(type='str'),
    path=dict(type='path'),
    version=dict(type='str'),
    production=dict(default=False, type='bool'),
    executable=dict(type='path'),
    registry=dict(type='str'),
    state=dict(default='present', choices=['present', 'absent', 'latest']),
    ignore_scripts=dict(default=False, type='bool'),
    unsafe_perm=dict(default=False, type='bool'),
    ci=dict(default=False, type='bool'),
    no_optional=dict(default=False, type='bool'),
    no_bin_links=dict(default=False, type='bool'),
    force=dict(default=False, type='bool'),
)
ARGUMENTS['global'] = dict(default=False, type='bool')


class Npm:
    """The program npm, and the package that is meant; without a name those of package.json."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        executable = module.params['executable']
        self.program = executable.split(' ') if executable else [module.get_bin_path('npm', True)]
        self.package = None
        if module.params['name']:
            version = module.params['version']
            self.package = module.params['name'] + ('@' + version if version else '')

    def run(self, *words, **options):
        """npm's output; what changes something is not run in check mode."""
        if self.module.check_mode and not options.get('asks'):
            return ''
        flags = (('--global', self.params['global']), ('--production', self.params['production'] and not options.get('asks')),
                 ('--ignore-scripts', self.params['ignore_scripts']), ('--unsafe-perm', self.params['unsafe_perm']))
        argv = self.program + list(words) + [flag for flag, on in flags if on]
        argv += [self.package_of(words[0])] if options.get('named') and self.package else []
        argv += ['--registry', self.params['registry']] if self.params['registry'] else []
        flags = (('--no-optional', self.params['no_optional']), ('--no-bin-links', self.params['no_bin_links']), ('--force', self.params['force']))
        argv += [flag for flag, on in flags if on]
        dummy, out, dummy = self.module.run_command(argv, check_rc=not options.get('asks'), cwd=self._folder())
        return out

    def package_of(self, verb):
        return self.params['name'] if verb == 'uninstall' else self.package

    def _folder(self):
        path = self.params['path']
        if not path:
            return None
        if not os.path.exists(path):
            os.makedirs(path)
        if not os.path.isdir(path):
            self.module.fail_json(msg='path %s is not a directory' % path)
        return path

    def listed(self):
        """(installed, missing): names, with versions as well where one is asked for."""
        installed, missing = [], []
        text = self.run('list', '--json', '--long', asks=True)
        try:
            data = json.loads(text or '{}')
        except ValueError as e:
            self.module.fail_json(msg='Failed to parse NPM output with error %s' % e)
        for name, entry in data.get('dependencies', {}).items():
            if entry.get('missing') or entry.get('invalid'):
                missing.append(name)
                continue
            installed.append(name)
            if 'version' in entry:
                installed.append('%s@%s' % (name, entry['version']))
        if self.package and self.package not in installed:
            missing.append(self.package)
        return installed, missing

    def outdated(self):
        lines = self.run('outdated', asks=True, named=True).splitlines()
        return [line for line in lines if re.match(r'\S', line)]


def latest(npm):
    dummy, missing = npm.listed()
    outdated = npm.outdated()
    if missing:
        npm.run('install', named=True)
    if outdated:
        npm.run('update', named=True)
    return bool(missing or outdated)


def absent(npm):
    installed, dummy = npm.listed()
    if npm.params['name'] not in installed:
        return False
    npm.run('uninstall', named=True)
    return True


def present(npm):
    dummy, missing = npm.listed()
    if missing:
        npm.run('install', named=True)
    return bool(missing)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, required_if=[('state', 'absent', ['name'])], supports_check_mode=True)
    if not module.params['path'] and not module.params['global']:
        module.fail_json(msg='path must be specified when not using global')
    npm = Npm(module)
    if module.params['ci']:
        npm.run('ci')
        module.exit_json(changed=True)
    module.exit_json(changed=dict(present=present, latest=latest, absent=absent)[module.params['state']](npm))


if __name__ == '__main__':
    main()
