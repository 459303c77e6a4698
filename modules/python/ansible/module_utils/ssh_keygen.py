"""Making a user's ssh key with ssh-keygen."""
import os
import pty
import re
import select
import time

PROMPT = re.compile(br'[Ee]nter (same )?passphrase.*:|[Oo]verwrite \(y/n\)\?')
PATIENCE = 300


def generate(module, argv, passphrase):
    """(rc, out, err) of ssh-keygen; a passphrase goes over a terminal, never on the command line."""
    if not passphrase:
        return module.run_command(argv + ['-N', ''])
    pid, master = pty.fork()
    if pid == 0:
        become_keygen(argv)
    try:
        out = converse(master, passphrase.encode('utf-8', 'surrogateescape'))
    finally:
        os.close(master)
    _, status = os.waitpid(pid, 0)
    rc = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
    return rc, out.decode('utf-8', 'surrogateescape'), ''


def become_keygen(argv):
    """The child's part; it must not come back into the module."""
    try:
        os.execvp(argv[0], argv)
    finally:
        os._exit(127)


def converse(master, passphrase):
    """Answers both prompts, and returns what was said (a terminal does not echo passphrases)."""
    said, answered, deadline = b'', 0, time.time() + PATIENCE
    while time.time() < deadline:
        if not select.select([master], [], [], 1)[0]:
            continue
        piece = read(master)
        if not piece:
            break
        said += piece
        prompts = len(PROMPT.findall(said))
        while answered < prompts and answered < 2:
            os.write(master, passphrase + b'\r')
            answered += 1
    return said


def read(master):
    """The next piece, or nothing once the other side is closed (which Linux reports as an error)."""
    try:
        return os.read(master, 10240)
    except OSError:
        return b''
