"""pip: Python packages."""
import importlib.util
import os
import re
import shlex
import sys
import tempfile

from ansible.module_utils.basic import AnsibleModule, is_executable
from ansible.module_utils.common.locale import get_best_parsable_locale
from ansible.module_utils.python_requirements import Requirement, canonical, joined

ARGUMENTS = dict(
    state=dict(type='str', default='present', choices=['present', 'absent', 'latest', 'forcereinstall']),
    name=dict(type='list', elements='str'),               # names with or without versions, or addresses
    version=dict(type='str'),
    requirements=dict(type='str'),
    virtualenv=dict(type='path'),
    virtualenv_site_packages=dict(type='bool', default=False),
    virtualenv_command=dict(type='path', default='virtualenv'),
    virtualenv_python=dict(type='str'),
    extra_args=dict(type='str'),
    editable=dict(type='bool', default=False),
    chdir=dict(type='path'),
    executable=dict(type='path'),
    umask=dict(type='str'),
    break_system_packages=dict(type='bool', default=False),
)
_VERBS = dict(present=['install'], absent=['uninstall', '-y'], latest=['install', '-U'],
              forcereinstall=['install', '-U', '--force-reinstall'])
_VCS = re.compile(r'^(svn|git|hg|bzr)\+')


class Task:
    """One call; stdout and stderr are those of all programs that change something."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.state, self.env = self.params['state'], self.params['virtualenv']
        self.chdir = self.params['chdir'] or tempfile.gettempdir()
        self.stdout = self.stderr = ''
        self.made = False       # whether there is a new virtual environment

    def run(self):
        self._check_arguments()
        env_args = self._environment()
        self.pip = self._find_pip()
        requirements = self._requirements()
        argv = self.pip + _VERBS[self.state] + self._options() + self._targets(requirements)
        if self.module.check_mode:
            self._finish_check(requirements)
        if not (requirements or self.params['requirements']):
            self._nothing()
        self._execute(argv, env_args)

    def _nothing(self):
        self.module.warn('No valid name or requirements file found.')
        self.module.exit_json(changed=False)

    def _check_arguments(self):
        params = self.params
        if params['umask'] is not None:
            try:
                os.umask(int(params['umask'], 8))
            except ValueError as e:
                self.module.fail_json(msg='umask must be an octal integer', details=str(e))
        if params['state'] == 'latest' and params['version'] is not None:
            self.module.fail_json(msg='version is incompatible with state=latest')
        if params['break_system_packages']:
            os.environ['PIP_BREAK_SYSTEM_PACKAGES'] = '1'

    # the virtual environment

    def _environment(self):
        """The folder of programs to put first in PATH; a missing environment is made."""
        if not self.env:
            return None
        if not os.path.exists(os.path.join(self.env, 'bin', 'activate')):
            if self.module.check_mode:
                self.module.exit_json(changed=True)
            self._make_environment()
        return os.path.join(self.env, 'bin')

    def _make_environment(self):
        argv = shlex.split(self.params['virtualenv_command'])
        if os.path.basename(argv[0]) == argv[0]:
            argv[0] = self.module.get_bin_path(argv[0], True)
        if self.params['virtualenv_site_packages']:
            argv.append('--system-site-packages')
        elif '--no-site-packages' in self.module.run_command([argv[0], '--help'])[1]:
            argv.append('--no-site-packages')
        argv += self._python_option(self.params['virtualenv_command'])
        self.made = True
        rc, out, err = self.module.run_command(argv + [self.env], cwd=self.chdir)
        self.stdout, self.stderr = self.stdout + out, self.stderr + err
        if rc != 0:
            self._fail(argv + [self.env])

    def _python_option(self, command):
        """What tells virtualenv its Python; venv is part of one."""
        python = self.params['virtualenv_python']
        if re.search(r'\bpyvenv\b|-m venv\b', command):
            if python:
                self.module.fail_json(
                    msg='virtualenv_python should not be used when using the venv module or pyvenv as virtualenv_command')
            return []
        return ['-p' + (python or sys.executable)]

    # pip itself

    def _find_pip(self):
        """The words that begin a command line of pip."""
        wanted = self.params['executable']
        if wanted is not None and os.path.isabs(wanted):
            return [wanted]
        names = (os.path.basename(wanted),) if wanted else ('pip3', 'pip')
        if self.env:
            return [self._in_environment(names)]
        if wanted is None and importlib.util.find_spec('pip') is not None:
            return [sys.executable, '-m', 'pip']
        for name in names:
            path = self.module.get_bin_path(name)
            if path:
                return [path]
        self.module.fail_json(msg='Unable to find any of %s to use.  pip needs to be installed.' % ', '.join(names))

    def _in_environment(self, names):
        for name in names:
            path = os.path.join(self.env, 'bin', name)
            if os.path.exists(path) and is_executable(path):
                return path
        self.module.fail_json(
            msg='Unable to find pip in the virtualenv, %s, under any of these names: %s. Make sure pip is present in the virtualenv.'
                % (self.env, ', '.join(names)))

    # what it is to do

    def _requirements(self):
        """The packages named, the version added to the one that it is for."""
        found = [Requirement(text) for text in joined(self.params['name'] or [])]
        version = self.params['version']
        if version is None:
            return found
        if len(found) > 1:
            self.module.fail_json(
                msg="'version' argument is ambiguous when installing multiple package distributions. "
                    "Please specify version restrictions next to each package in 'name' argument.")
        if found and found[0].specifiers:
            self.module.fail_json(
                msg="The 'version' argument conflicts with any version specifier provided along with a package name. "
                    "Please keep the version specifier, but remove the 'version' argument.")
        return [each.with_version(version) for each in found]

    def _options(self):
        argv = shlex.split(self.params['extra_args'] or '')
        if self.params['editable'] and '-e' not in argv and '--editable' not in argv and self.params['name']:
            argv.append('-e')
        return argv

    def _targets(self, requirements):
        if self.params['requirements']:
            return ['-r', self.params['requirements']]
        return [str(each) for each in requirements]

    # doing it

    def _installed(self):
        """(command line, rc, stdout, stderr) of a listing of what is installed."""
        locale = get_best_parsable_locale(self.module)
        argv = self.pip + ['list', '--format=freeze']
        rc, out, err = self.module.run_command(argv, cwd=self.chdir, environ_update=dict(LANG=locale, LC_ALL=locale, LC_MESSAGES=locale))
        if rc != 0:
            argv = self.pip + ['freeze']
            rc, out, err = self.module.run_command(argv, cwd=self.chdir)
        if rc != 0:
            self._fail(argv, out, err)
        return ' '.join(argv), rc, out, err

    def _finish_check(self, requirements):
        params = self.params
        if params['extra_args'] or params['requirements'] or self.state == 'latest' or not params['name'] or params['editable']:
            self.module.exit_json(changed=True)
        command, dummy, out, err = self._installed()
        found = {}
        for line in out.splitlines():
            name, equals, version = line.partition('==')
            if equals:
                found[canonical(name)] = version.strip()
        satisfied = [each.satisfied_by(found) for each in requirements]
        changed = any(satisfied) if self.state == 'absent' else not all(satisfied)
        self.module.exit_json(changed=changed, cmd=command, stdout=out, stderr=err)

    def _execute(self, argv, path_prefix):
        compares = bool(self.params['requirements']) or any(_VCS.match(name) for name in self.params['name'] or [])
        before = self._installed()[2] if compares else None
        rc, out, err = self.module.run_command(argv, path_prefix=path_prefix, cwd=self.chdir)
        self.stdout, self.stderr = self.stdout + out, self.stderr + err
        if rc != 0 and not (rc == 1 and self.state == 'absent' and ('not installed' in out or 'not installed' in err)):
            self._fail(argv)
        if compares:
            changed = before != self._installed()[2]
        elif self.state == 'absent':
            changed = 'Successfully uninstalled' in out
        else:
            changed = 'Successfully installed' in out
        params = self.params
        self.module.exit_json(
            changed=changed or self.made, cmd=argv, name=params['name'], version=params['version'], state=self.state,
            requirements=params['requirements'], virtualenv=self.env, stdout=self.stdout, stderr=self.stderr)

    def _fail(self, argv, out=None, err=None):
        out, err = self.stdout if out is None else out, self.stderr if err is None else err
        msg = '%s\n:stderr: %s' % ('stdout: ' + out if out else '', err)
        self.module.fail_json(cmd=argv, msg=msg)


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, required_one_of=[['name', 'requirements']], supports_check_mode=True,
        mutually_exclusive=[['name', 'requirements'], ['executable', 'virtualenv']])
    Task(module).run()


if __name__ == '__main__':
    main()
