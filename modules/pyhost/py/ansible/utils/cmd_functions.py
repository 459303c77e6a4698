"""Programs on the controller."""
import shlex
import subprocess


def run_cmd(cmd, live=False, readsize=10):
    """Runs a command line; gives its exit code, output and errors."""
    done = subprocess.run(shlex.split(cmd), capture_output=True, check=False)
    if live:
        print(done.stdout.decode(errors='replace'), end='')
    return done.returncode, done.stdout, done.stderr
