"""git's ssh: the options of the task, given to git by GIT_SSH_COMMAND, or by a script where git is older than 2.3."""
import os
import shlex
import stat
import tempfile


def environment(module, version):
    """What git's environment needs for the task's ssh options."""
    program = os.environ.get('GIT_SSH_COMMAND') or os.environ.get('GIT_SSH') or 'ssh'
    command = ' '.join([program] + options(module))
    if version >= (2, 3):
        return {'GIT_SSH_COMMAND': command}
    return {'GIT_SSH': script(module, command)}


def options(module):
    params = module.params
    words = [params['ssh_opts']] if params['ssh_opts'] else []
    checking = host_key_checking(module)
    if checking:
        words.append('-o StrictHostKeyChecking=' + checking)
    words.append('-o BatchMode=yes')
    if params['key_file']:
        words.append('-i %s -o IdentitiesOnly=yes' % shlex.quote(params['key_file']))
    return words


def host_key_checking(module):
    """The value of StrictHostKeyChecking; None to leave it as it is."""
    if module.params['accept_hostkey']:
        return 'no'
    if not module.params['accept_newhostkey']:
        return None
    ssh = module.get_bin_path('ssh', True)
    rc, dummy, dummy = module.run_command([ssh, '-o', 'StrictHostKeyChecking=accept-new', '-V'])
    if rc == 0:
        return 'accept-new'
    module.warn('Your ssh client does not support accept_newhostkey option, therefore it cannot be used.')
    return None


def script(module, command):
    """The path of a script that runs command with what it is given."""
    fd, path = tempfile.mkstemp(prefix='ssh', dir=module.tmpdir)
    with os.fdopen(fd, 'w') as f:
        f.write('#!/bin/sh\nexec %s "$@"\n' % command)
    os.chmod(path, stat.S_IRWXU)
    module.add_cleanup_file(path)
    return path
