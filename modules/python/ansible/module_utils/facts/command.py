"""Running a program from a collector.

AnsibleModule.run_command changes process-wide state (umask, directory) and so
can't be used by collectors that run side by side.
"""
import os
import subprocess

SBIN = ('/sbin', '/usr/sbin', '/usr/local/sbin')


def find(name):
    """The path of an executable on PATH or in the system folders, or None."""
    folders = os.environ.get('PATH', os.defpath).split(os.pathsep)
    for folder in folders + [extra for extra in SBIN if extra not in folders]:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def output(argv, timeout=None):
    """(rc, stdout, stderr) of argv in the C locale; rc is None if it can't run."""
    env = dict(os.environ, LC_ALL='C', LANG='C', LC_MESSAGES='C')
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=env, timeout=timeout)
    except (OSError, subprocess.SubprocessError):
        return None, '', ''
    return done.returncode, text(done.stdout), text(done.stderr)


def text(data):
    """Bytes as text that survives the way to JSON."""
    return data.decode('utf-8', 'surrogateescape')
