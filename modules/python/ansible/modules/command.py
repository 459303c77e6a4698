"""command and shell: run a program, or a shell's command line (_uses_shell, which the shell action sets)."""
import datetime
import glob
import os
import shlex

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_text

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    _raw_params=dict(),                                   # the free form
    _uses_shell=dict(type='bool', default=False),
    cmd=dict(),                                           # the free form as an argument
    argv=dict(type='list', elements='str'),               # the command as a list, nothing is split
    chdir=dict(type='path'),
    executable=dict(),                                    # the shell
    expand_argument_vars=dict(type='bool', default=True),
    creates=dict(type='path'),                            # do nothing if this exists (a glob)
    removes=dict(type='path'),                            # do nothing if this does not exist (a glob)
    stdin=dict(required=False),
    stdin_add_newline=dict(type='bool', default=True),
    strip_empty_ends=dict(type='bool', default=True),
)

_NO_EXECUTABLE = "As of Ansible 2.4, the parameter 'executable' is no longer supported with the 'command' module. Not using '%s'."


class Command:
    """One call; result is what it reports, in whatever way it ends."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.shell = self.params['_uses_shell']
        self.result = {
            'changed': False, 'stdout': '', 'stderr': '', 'rc': None,
            'cmd': None, 'start': None, 'end': None, 'delta': None, 'msg': '',
        }

    def run(self):
        args = self._args()
        self.result['cmd'] = args
        self._change_folder()
        if self._is_done() or self._only_checked():
            self.module.exit_json(**self.result)
        self._execute(args)
        if self.result['rc'] != 0:
            self.result['msg'] = 'non-zero return code'
            self.module.fail_json(**self.result)
        self.module.exit_json(**self.result)

    def _args(self):
        line = self.params['_raw_params'] or self.params['cmd']
        if not self.shell and self.params['executable']:
            self.module.warn(_NO_EXECUTABLE % self.params['executable'])
        if not line or not line.strip():
            return self.params['argv']
        return line if self.shell else shlex.split(line)

    def _change_folder(self):
        chdir = self.params['chdir']
        if not chdir:
            return
        chdir = to_bytes(chdir, errors='surrogate_or_strict')
        try:
            os.chdir(chdir)
        except (IOError, OSError) as e:
            self.result['msg'] = 'Unable to change directory before execution.'
            self.module.fail_json(exception=e, **self.result)

    def _is_done(self):
        """Whether creates or removes say that there is nothing to do."""
        creates, removes = self.params['creates'], self.params['removes']
        if creates and glob.glob(creates):
            return self._skip("'%s' exists" % creates, 'exists', creates)
        if removes and not glob.glob(removes):
            return self._skip("'%s' does not exist" % removes, 'does not exist', removes)
        return False

    def _skip(self, reason, state, path):
        verb = 'Would not run' if self.module.check_mode else 'Did not run'
        self.result['msg'] = '%s command since %s' % (verb, reason)
        self.result['stdout'] = 'skipped, since %s %s' % (path, state)
        self.result['rc'] = 0
        return True

    def _only_checked(self):
        if not self.module.check_mode:
            return False
        self.result['rc'] = 0
        self.result['msg'] = 'Command would have run if not in check mode'
        if self.params['creates'] or self.params['removes']:
            self.result['changed'] = True
        else:
            self.result['skipped'] = True
        return True

    def _execute(self, args):
        stdin = self.params['stdin']
        start = datetime.datetime.now()
        rc, stdout, stderr = self.module.run_command(
            args, executable=self.params['executable'] if self.shell else None, use_unsafe_shell=self.shell, encoding=None,
            data=stdin, binary_data=not self.params['stdin_add_newline'],
            expand_user_and_vars=self.params['expand_argument_vars'])
        end = datetime.datetime.now()
        self.result.update(
            rc=rc, stdout=self._output(stdout), stderr=self._output(stderr), changed=True,
            start=to_text(start), end=to_text(end), delta=to_text(end - start))

    def _output(self, raw):
        if self.params['strip_empty_ends']:
            raw = raw.rstrip(b'\r\n')
        return raw.decode('utf-8', 'surrogateescape')


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS,
        required_one_of=[['_raw_params', 'cmd', 'argv']],
        mutually_exclusive=[['_raw_params', 'cmd', 'argv']],
        supports_check_mode=True,
    )
    Command(module).run()


if __name__ == '__main__':
    main()
