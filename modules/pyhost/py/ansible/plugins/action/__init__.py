"""What action plugins are made from: the controller's part of a task."""
import os
import shlex
import tempfile

from ansible.errors import AnsibleActionFail, AnsibleActionSkip, AnsibleError, AnsibleFileNotFound
from ansible.goplay import ask
from ansible.goplay.values import decode, encode
from ansible.utils.display import Display


class ActionBase:
    """Does a task's work, with modules and commands on the target."""
    BYPASS_HOST_LOOP = TRANSFERS_FILES = _requires_connection = _supports_async = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset()

    def __init__(self, task, connection, play_context, loader, templar, shared_loader_obj):
        self._task, self._connection, self._play_context = task, connection, play_context
        self._loader, self._templar, self._shared_loader_obj = loader, templar, shared_loader_obj
        self._display, self._cleanup_remote_tmp, self._used_interpreter = Display(), False, None

    def run(self, tmp=None, task_vars=None):
        """Gives the beginnings of a result, once the task is one that the plugin can do."""
        if self._task.async_val and not self._supports_async:
            raise AnsibleActionFail('This action (%s) does not support async.' % self._task.action)
        if self._task.check_mode and not self._supports_check_mode:
            raise AnsibleActionSkip('This action (%s) does not support check mode.' % self._task.action)
        unknown = set(self._task.args) - set(self._VALID_ARGS)
        if self._VALID_ARGS and unknown:
            raise AnsibleActionFail('Invalid options for %s: %s' % (self._task.action, ','.join(sorted(unknown))))
        return {}

    def validate_argument_spec(self, argument_spec=None, mutually_exclusive=None, required_together=None, required_one_of=None, required_if=None, required_by=None):
        from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
        from ansible.module_utils.errors import UnsupportedError
        validator = ArgumentSpecValidator(
            argument_spec or {}, mutually_exclusive=mutually_exclusive, required_together=required_together, required_one_of=required_one_of,
            required_if=required_if, required_by=required_by)
        result = validator.validate(self._task.args)
        if result.error_messages:
            first = result.errors[0]
            message = first.msg
            if isinstance(first, UnsupportedError):
                message = 'Unsupported parameters for (%s) module: %s' % (self._load_name, message)
            raise AnsibleActionFail(message)
        return result, result.validated_parameters

    # Modules and commands.

    def _execute_module(self, module_name=None, module_args=None, tmp=None, task_vars=None, persist_files=False, delete_remote_tmp=None, wrap_async=False, ignore_unknown_opts=False):
        result = decode(ask('module', module_name or self._task.action, encode(dict(self._task.args if module_args is None else module_args))))
        for stream in ('stdout', 'stderr'):
            if isinstance(result.get(stream), str) and stream + '_lines' not in result:
                result[stream + '_lines'] = result[stream].splitlines()
        return result

    def _low_level_execute_command(self, cmd, sudoable=True, in_data=None, executable=None, encoding_errors='surrogate_then_replace', chdir=None):
        if chdir:
            cmd = 'cd %s && %s' % (shlex.quote(chdir), cmd)
        rc, out, err = self._connection._run(cmd, in_data, executable or '')
        out, err = out.decode(errors='surrogateescape'), err.decode(errors='surrogateescape')
        return {'rc': rc, 'stdout': out, 'stdout_lines': out.splitlines(), 'stderr': err, 'stderr_lines': err.splitlines()}

    # Files.

    def _make_tmp_path(self, remote_user=None):
        if self._connection._shell.tmpdir is None:
            result = self._low_level_execute_command('umask 77 && mktemp -d "${TMPDIR:-/tmp}/ansible-tmp-XXXXXXXXXX"')
            if result['rc']:
                raise AnsibleError('no folder for temporary files on the target: %s' % result['stderr'].strip())
            self._connection._shell.tmpdir = result['stdout'].strip()
        return self._connection._shell.tmpdir

    def _remove_tmp_path(self, tmp_path, force=False):
        if tmp_path:
            self._low_level_execute_command('rm -rf %s' % shlex.quote(tmp_path))
        if tmp_path == self._connection._shell.tmpdir:
            self._connection._shell.tmpdir = None

    def cleanup(self, force=False):
        """Removes what the plugin has left on the target."""
        self._remove_tmp_path(self._connection._shell.tmpdir)

    def _transfer_file(self, local_path, remote_path):
        self._connection.put_file(local_path, remote_path)
        return remote_path

    def _transfer_data(self, remote_path, data):
        if isinstance(data, dict):
            import json
            data = json.dumps(data)
        if isinstance(data, str):
            data = data.encode(errors='surrogateescape')
        with tempfile.NamedTemporaryFile() as stream:
            stream.write(data)
            stream.flush()
            return self._transfer_file(stream.name, remote_path)

    def _fixup_perms2(self, remote_paths, remote_user=None, execute=True):
        """Files come as the user who shall read them, so that nothing is to be done."""
        if execute:
            for path in remote_paths:
                self._low_level_execute_command('chmod u+x %s' % shlex.quote(path))
        return remote_paths

    def _remote_expand_user(self, path, sudoable=True, pathsep=None):
        if not path.startswith('~'):
            return path
        user, slash, rest = path.partition('/')
        found = self._low_level_execute_command(user == '~' and 'eval echo "~$(id -un)"' or 'echo %s' % user)['stdout'].strip()
        return (found or user) + slash + rest

    def _execute_remote_stat(self, path, all_vars=None, follow=False, tmp=None, checksum=True):
        result = self._execute_module('ansible.builtin.stat', {'path': path, 'follow': follow, 'get_checksum': checksum, 'checksum_algorithm': 'sha1'})
        if result.get('failed'):
            raise AnsibleError('Failed to get information on remote file (%s): %s' % (path, result.get('msg')))
        return result['stat'] if result['stat']['exists'] else {'exists': False, 'checksum': '1'}

    def _remote_file_exists(self, path):
        return self._low_level_execute_command('test -e %s' % shlex.quote(path))['rc'] == 0

    def _find_needle(self, dirname, needle):
        found = ask('find', dirname, needle)
        if found is None:
            searched = ''.join('\n\t' + path for path in ask('candidates', dirname, needle))
            raise AnsibleError("Could not find or access '%s'\nSearched in:%s on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, "
                               "see the remote_src option" % (needle, searched))
        return found

    def _get_diff_data(self, destination, source, task_vars, content=None, source_file=True):
        diff = {'before': '', 'after': '', 'before_header': destination, 'after_header': source}
        result = self._execute_module('ansible.builtin.slurp', {'src': destination})
        if not result.get('failed'):
            import base64
            diff['before'] = base64.b64decode(result['content']).decode(errors='replace')
        if source_file:
            with open(source, encoding='utf-8', errors='replace') as stream:
                diff['after'] = stream.read()
        else:
            diff['after'], diff['after_header'] = source, 'dynamically generated'
        return diff

    def _get_remote_user(self):
        return self._play_context.remote_user

    def _is_become_unprivileged(self):
        return bool(self._play_context.become) and self._play_context.become_user != 'root'

    def get_shell_option(self, option, default=None):
        return default

    def get_become_option(self, option, default=None):
        return getattr(self._play_context, option, default)

    @staticmethod
    def _parse_returned_data(res, profile=None):
        import json
        return json.loads(res['stdout'])


__all__ = ['ActionBase', 'AnsibleActionFail', 'AnsibleActionSkip', 'AnsibleFileNotFound', 'os']
