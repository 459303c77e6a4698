"""Init scripts and processes, for the service modules."""
import glob
import json
import os
import re

SCRIPT_FOLDERS = ('/etc/init.d', '/etc/rc.d/init.d')
STOPPED = re.compile(r'\b(is )?(not running|stopped|inactive|dead)\b')


def get_sysv_script(name):
    """The init script of that name; a name with a slash is its path."""
    if name.startswith('/'):
        return name
    for folder in SCRIPT_FOLDERS:
        if os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return os.path.join(SCRIPT_FOLDERS[0], name)


def sysv_exists(name):
    return os.path.exists(get_sysv_script(name))


def sysv_is_enabled(name, runlevel=None):
    """Whether a start link exists, in one runlevel or in any."""
    level = runlevel if runlevel else '?'
    return bool(glob.glob('/etc/rc%s.d/S??%s' % (level, name)))


def has_links(name):
    return bool(glob.glob('/etc/rc?.d/[SK]??%s' % name))


def fail_if_missing(module, found, service, msg=''):
    if not found:
        module.fail_json(msg='Could not find the requested service %s: %s' % (service, msg))


def get_ps(module, pattern):
    """Whether ps shows pattern in any line but those of this very task."""
    path = module.get_bin_path('ps', True)
    rc, out, _ = module.run_command([path, 'auxww'])
    if rc != 0:
        return False
    own = (str(os.getpid()), str(os.getppid()))
    for line in out.splitlines():
        words = line.split(None, 2)
        if pattern in line and len(words) > 1 and words[1] not in own:
            return True
    return False


check_ps = get_ps


def says_running(rc, out):
    """What a script's status action means."""
    return rc == 0 and not STOPPED.search(out.lower())


def daemonize(module, cmd):
    """Runs cmd in a session of its own; (rc, stdout, stderr) come back over a pipe."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _daemon(module, cmd, reader, writer)
    os.close(writer)
    with os.fdopen(reader, 'rb') as stream:
        answer = stream.read()
    os.waitpid(pid, 0)
    if not answer:
        module.fail_json(msg='Failed to daemonize: the command gave no answer')
    return tuple(json.loads(answer.decode('utf-8')))


def _daemon(module, cmd, reader, writer):
    """The child's part; it must not come back into the module."""
    try:
        os.close(reader)
        os.setsid()
        if os.fork() == 0:
            answer = module.run_command(cmd, close_fds=True)
            os.write(writer, json.dumps(list(answer)).encode('utf-8'))
    finally:
        os._exit(0)
