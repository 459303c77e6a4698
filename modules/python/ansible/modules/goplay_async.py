# Starts another module in the background and answers at once. goplay runs it for tasks with async; it is not a module for playbooks.
#
# Its arguments:
#   job           first part of the job's name; the number of the process follows it
#   limit         seconds that the module has
#   main, kind    the module in the payload, and how it is run (docs/agent-protocol.md, Jobs)
#   interpreters  {name: program} for modules that are programs
#   attached      names of the module's arguments that are files in this module's folder
#   args          the module's own arguments
#
# The job's file is in the folder that ANSIBLE_ASYNC_DIR names: first it says that the job has started, in the end it is the module's
# result. A session of its own lets the job outlive the agent, the line and the controller; one process in it watches the time while
# another one is the module.
import atexit
import json
import os
import runpy
import shlex
import shutil
import signal
import sys
import tempfile

from ansible.module_utils import basic
from ansible.module_utils.json_utils import _filter_non_json_lines

NEW_STYLE, WANT_JSON, OLD_STYLE, BINARY, JSON_ARGS = range(5)
JSON_MARK = b'<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>'
LONGEST = 3600 * 24 * 365 * 10  # seconds; a timer does not take much more
GRACE = 5  # seconds beyond the limit, in which the controller asks for the last time
LOADER = __loader__  # of the payload's files


class Late(Exception):
    """The module's time is over."""


def answer(result):
    sys.stdout.write(json.dumps(result) + '\n')


def write_whole(path, result):
    """Writes a result so that who reads the file sees all of it or nothing."""
    with open(path + '.tmp', 'w') as f:
        f.write(json.dumps(result))
    os.rename(path + '.tmp', path)


def private_folder(given):
    """Takes over the folder that the agent made for this module, which it would remove now; or makes one."""
    if not given:
        return tempfile.mkdtemp(prefix='ansible-tmp-')
    folder = given.rstrip('/') + '-async'
    os.rename(given, folder)
    return folder


def detach(order, path, folder):
    """Goes on in a process that belongs to nobody else's session; returns in the one that began, which may end only then."""
    waiting, free = os.pipe()
    if os.fork():
        os.close(free)
        os.read(waiting, 1)  # the end: the other process has left this one's group
        os.close(waiting)
        return
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for number in {0, 1, 2, 3, 4} - {null, waiting, free}:  # those that the agent gave
            os.dup2(null, number, inheritable=number < 3)
        os.close(waiting)
        os.close(free)
        write_whole(path, supervise(order, folder))
    finally:
        os._exit(0)


def supervise(order, folder):
    """Runs the module, and gives its result or what there is in place of one."""
    try:
        pid = os.fork()
        if pid == 0:
            become_module(order, folder)
        if in_time(pid, order['limit']):
            return outcome(order['main'], read(folder, 'stdout'), read(folder, 'stderr'))
        quietly(os.killpg, pid, signal.SIGKILL)
        return {'msg': 'Timeout exceeded', 'failed': True, 'child_pid': pid}
    except Exception as e:
        return {'msg': str(e), 'failed': True}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def quietly(call, *args):
    try:
        call(*args)
    except OSError:
        pass


def in_time(pid, limit):
    """Waits for the module, but no longer than it may take."""
    def ring(*_):
        raise Late()
    quietly(os.setpgid, pid, pid)  # which it does, too: one of them is the first
    signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, min(max(limit, 0) + GRACE, LONGEST))
        os.waitpid(pid, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        return True
    except Late:
        return False


def outcome(main, out, err):
    """The result that a module printed."""
    try:
        text, warnings = _filter_non_json_lines(out)
        result = json.loads(text)
    except ValueError as e:
        result, warnings = {'failed': True, 'cmd': main, 'data': out, 'msg': 'Module result deserialization failed: %s' % e}, []
    if isinstance(result, dict):
        if warnings:
            result['warnings'] = list(result.get('warnings') or []) + warnings
        if err:
            result['stderr'] = err
    return result


def read(folder, name):
    with open(os.path.join(folder, name), encoding='utf-8', errors='replace') as f:
        return f.read()


def create(folder, name, content, mode=0o600):
    path = os.path.join(folder, name)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), 'wb') as f:
        f.write(content)
    return path


def become_module(order, folder):
    """In the process of the module: runs it, its output in files. Does not return."""
    try:
        os.setpgid(0, 0)
        for number, name in ((1, 'stdout'), (2, 'stderr')):
            fd = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.dup2(fd, number)
            os.close(fd)
        order['args'].update((name, os.path.join(folder, os.path.basename(order[name]))) for name in order['attached'] or ())
        order['args']['_ansible_tmpdir'] = folder + '/'
        if order['kind'] == NEW_STYLE:
            run_python(order['main'], order['args'])
        else:
            run_program(order, folder, LOADER.get_data(order['main']))
    finally:
        os._exit(1)


def run_python(main, args):
    basic._ANSIBLE_ARGS = json.dumps({'ANSIBLE_MODULE_ARGS': args}).encode('utf-8')
    try:
        runpy.run_module(main[:-len('.py')].replace('/', '.'), run_name='__main__', alter_sys=True)
    except SystemExit:
        pass
    except BaseException as e:
        answer({'failed': True, 'msg': 'Task failed: Module failed: %s' % e})
    # What the interpreter would do at its end.
    if 'threading' in sys.modules:
        sys.modules['threading']._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()


def run_program(order, folder, content):
    args = json.dumps(order['args']).encode('utf-8')
    if order['kind'] == JSON_ARGS:
        content = content.replace(JSON_MARK, args)
    command = interpreter(content, order['interpreters'])
    command.append(create(folder, os.path.basename(order['main']), content, 0o700))
    if order['kind'] == OLD_STYLE:
        args = ''.join('%s=%s ' % (k, shlex.quote(str(v))) for k, v in order['args'].items()).encode('utf-8', 'surrogateescape')
    if order['kind'] != JSON_ARGS:
        command.append(create(folder, 'args', args))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as e:
        os.write(2, ('%s: %s\n' % (command[0], e.strerror)).encode('utf-8', 'surrogateescape'))


def interpreter(content, chosen):
    """The words of a program's first line; Python is the one that runs here, others may be chosen."""
    words = os.fsdecode(content[2:].split(b'\n', 1)[0]).split(None, 1) if content.startswith(b'#!') else []
    if not words:
        return []
    name = os.path.basename(words[0])
    if chosen.get(name):
        return chosen[name].split() + words[1:]
    if name == 'env' and len(words) == 2:
        name = words[1].split()[0]
    return [sys.executable] if name.startswith('python') else words


def main():
    order = json.loads(basic._ANSIBLE_ARGS.decode('utf-8'))['ANSIBLE_MODULE_ARGS']
    parent = os.path.expanduser(os.environ['ANSIBLE_ASYNC_DIR'])
    try:
        os.makedirs(parent, exist_ok=True)
    except OSError as e:
        return answer({'changed': True, 'failed': True, 'msg': 'could not create directory: %s - %s' % (parent, e)})
    job = '%s.%d' % (order['job'], os.getpid())
    path = os.path.join(parent, job)
    write_whole(path, {'started': True, 'finished': False, 'ansible_job_id': job})
    folder = private_folder(order.get('_ansible_tmpdir'))
    detach(order, path, folder)
    answer({'changed': True, 'started': True, 'finished': False, 'ansible_job_id': job, 'results_file': path})


if __name__ == '__main__':
    main()
    sys.exit(0)
