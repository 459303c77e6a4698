"""gem: gems of Ruby."""
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    executable=dict(type='path'),
    gem_source=dict(type='path'),
    include_dependencies=dict(default=True, type='bool'),
    name=dict(required=True, type='str'),
    repository=dict(aliases=['source'], type='str'),
    state=dict(default='present', choices=['present', 'absent', 'latest'], type='str'),
    user_install=dict(default=True, type='bool'),
    install_dir=dict(type='path'),
    bindir=dict(type='path'),
    norc=dict(type='bool', default=True),
    pre_release=dict(default=False, type='bool'),
    include_doc=dict(default=False, type='bool'),
    env_shebang=dict(default=False, type='bool'),
    version=dict(type='str'),
    build_flags=dict(type='str'),
    force=dict(default=False, type='bool'),
)


class Gem:
    """The program gem, and the gem that is meant."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.program = [module.params['executable'] or module.get_bin_path('gem', True)]
        dummy, out, dummy = module.run_command(self.program + ['--version'], check_rc=True)
        match = re.match(r'(\d+)\.(\d+)\.(\d+)', out)
        self.version = tuple(int(part) for part in match.groups()) if match else (0, 0, 0)

    def argv(self, verb):
        norc = self.params['norc'] and self.version >= (2, 5, 2)
        return self.program + [verb] + (['--norc'] if norc else [])

    def home(self):
        return dict(GEM_HOME=self.params['install_dir']) if self.params['install_dir'] else {}

    def versions(self, remote=False):
        """The versions that are installed, or that can be."""
        argv = self.argv('query') + (['--remote'] if remote else [])
        if remote and self.params['repository']:
            argv += ['--source', self.params['repository']]
        dummy, out, dummy = self.module.run_command(argv + ['-n', '^%s$' % self.params['name']], environ_update=self.home(), check_rc=True)
        found = []
        for line in out.splitlines():
            match = re.match(r'\S+\s+\((?:default: )?(.+)\)', line)
            if match:
                found += [part.split()[-1] if part.startswith('default: ') else part.split()[0] for part in match.group(1).split(', ')]
        return found

    def is_there(self):
        there = self.versions()
        return self.params['version'] in there if self.params['version'] else bool(there)

    def install(self):
        params = self.params
        argv = self.argv('install')
        argv += ['--version', params['version']] if params['version'] else []
        argv += ['--source', params['repository']] if params['repository'] else []
        argv += self._dependencies()
        argv.append('--user-install' if params['user_install'] else '--no-user-install')
        argv += self._folders()
        argv += ['--pre'] if params['pre_release'] else []
        if not params['include_doc']:
            argv += ['--no-document'] if self.version >= (2, 0, 0) else ['--no-rdoc', '--no-ri']
        argv += ['--env-shebang'] if params['env_shebang'] else []
        argv.append(params['gem_source'])
        argv += ['--', params['build_flags']] if params['build_flags'] else []
        argv += ['--force'] if params['force'] else []
        self.module.run_command(argv, check_rc=True)

    def _dependencies(self):
        if not self.params['include_dependencies']:
            return ['--ignore-dependencies']
        return [] if self.version >= (2, 0, 0) else ['--include-dependencies']

    def _folders(self):
        return [word for option, name in (('--install-dir', 'install_dir'), ('--bindir', 'bindir')) if self.params[name]
                for word in (option, self.params[name])]

    def uninstall(self):
        argv = self.argv('uninstall') + self._folders()
        argv += ['--version', self.params['version']] if self.params['version'] else ['--all']
        argv += ['--executable'] + (['--force'] if self.params['force'] else []) + [self.params['name']]
        self.module.run_command(argv, environ_update=self.home(), check_rc=True)


def check(module):
    params = module.params
    if params['version'] and params['state'] == 'latest':
        module.fail_json(msg='Cannot specify version when state=latest')
    if params['gem_source'] and params['state'] == 'latest':
        module.fail_json(msg='Cannot maintain state=latest when installing from local source')
    if params['user_install'] and params['install_dir']:
        module.fail_json(msg='install_dir requires user_install=false')
    params['gem_source'] = params['gem_source'] or params['name']


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, mutually_exclusive=[['gem_source', 'repository'], ['gem_source', 'version']])
    check(module)
    params, gem = module.params, Gem(module)
    if params['state'] == 'latest':
        params['version'] = next(iter(gem.versions(remote=True)), None)
    changed = gem.is_there() == (params['state'] == 'absent')
    if changed and not module.check_mode:
        gem.uninstall() if params['state'] == 'absent' else gem.install()
    result = dict(name=params['name'], state=params['state'], changed=changed)
    if params['version']:
        result['version'] = params['version']
    module.exit_json(**result)


if __name__ == '__main__':
    main()
