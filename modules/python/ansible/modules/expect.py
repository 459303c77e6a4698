"""expect: run a program that asks questions, and answer them."""
import datetime
import os
import re
import shlex
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_native, to_text
from ansible.module_utils.common.validation import check_type_int

ARGUMENTS = dict(
    command=dict(required=True),
    chdir=dict(type='path'),
    creates=dict(type='path'),
    removes=dict(type='path'),
    responses=dict(type='dict', required=True),           # regular expressions and what to answer: a text, or a list of them
    timeout=dict(type='raw', default=30),                 # seconds that a question may take; none for no limit
    echo=dict(type='bool', default=False),
)

PATIENCE = 0.05  # seconds before an answer, in which a program may still turn the terminal's echo off


class NoResponse(Exception):
    """A question came more often than it has answers."""


class Question:
    """One of the responses; a text answers each time, a list once for each of its texts."""

    def __init__(self, text, answers):
        self.text = text
        self.pattern = re.compile(to_bytes(text), re.DOTALL)
        self.left = iter(answers) if isinstance(answers, list) else None
        self.answer_text = answers

    def answer(self, output):
        try:
            text = next(self.left) if self.left is not None else self.answer_text
        except StopIteration:
            raise NoResponse("No remaining responses for '%s', output was '%s'" % (self.text, output))
        return to_bytes(str(text).rstrip('\n')) + b'\n'


class Dialogue:
    """A program at a terminal of its own. rc stays None where it did not end by itself."""

    def __init__(self, argv, chdir, echo, questions, timeout):
        self.questions, self.timeout = questions, timeout
        self.output, self.seen, self.rc = b'', 0, None
        self.pid, self.terminal = start(argv, chdir, echo)

    def run(self):
        try:
            while self._read():
                self._answer()
        finally:
            os.close(self.terminal)
            self._end()

    def _read(self):
        """Take more output; False at its end, or when none came in time."""
        import select
        ready = select.select([self.terminal], [], [], self.timeout)[0]
        if not ready:
            return False
        try:
            chunk = os.read(self.terminal, 2000)
        except OSError:             # Linux tells the end of a terminal so
            chunk = b''
        self.output += chunk
        if not chunk:
            self._wait()
        return bool(chunk)

    def _answer(self):
        """Answer the questions that came since the last one, the first first."""
        while True:
            fresh = self.output[self.seen:]
            found = [(match.start(), number, match, question) for number, question in enumerate(self.questions)
                     for match in [question.pattern.search(fresh)] if match]
            if not found:
                return
            match, question = min(found, key=lambda each: each[:2])[2:]
            self.seen += match.end()
            answer = question.answer(fresh[:match.end()])
            time.sleep(PATIENCE)
            os.write(self.terminal, answer)

    def _wait(self):
        dummy, status = os.waitpid(self.pid, 0)
        self.pid = None
        self.rc = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None

    def _end(self):
        """Stop a program that still runs."""
        import signal
        if self.pid is None:
            return
        os.kill(self.pid, signal.SIGHUP)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def start(argv, chdir, echo):
    """(pid, terminal) of a new program with 24 lines of 80 columns."""
    import pty
    pid, terminal = pty.fork()
    if pid:
        return pid, terminal
    try:
        import fcntl
        import struct
        import termios
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
        if not echo:
            modes = termios.tcgetattr(0)
            modes[3] &= ~termios.ECHO
            termios.tcsetattr(0, termios.TCSANOW, modes)
        if chdir:
            os.chdir(chdir)
        os.execv(argv[0], argv)
    finally:
        os._exit(127)


def skip(module):
    """End where creates or removes tell that there is nothing to do."""
    params = module.params
    if params['creates'] and os.path.exists(params['creates']):
        module.exit_json(cmd=params['command'], stdout='skipped, since %s exists' % params['creates'], changed=False, rc=0)
    if params['removes'] and not os.path.exists(params['removes']):
        module.exit_json(cmd=params['command'], stdout='skipped, since %s does not exist' % params['removes'], changed=False, rc=0)


def seconds(module, timeout):
    if timeout is None:
        return None
    try:
        return check_type_int(timeout)
    except TypeError as e:
        module.fail_json(msg="argument 'timeout' is of type %s and we were unable to convert to int: %s" % (type(timeout), e))


def questions(module):
    try:
        return [Question(text, answers) for text, answers in module.params['responses'].items()]
    except re.error as e:
        module.fail_json(msg='responses has an invalid regular expression: %s' % to_native(e))


def program(module):
    """The words of the command, the first of them a path."""
    argv = shlex.split(module.params['command'])
    path = argv[0] if '/' in argv[0] else module.get_bin_path(argv[0])
    if not path or not os.path.isfile(path) or not os.access(path, os.X_OK):
        module.fail_json(msg='The command was not found or was not executable: %s.' % argv[0])
    return [path] + argv[1:]


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS)
    params = module.params
    timeout = seconds(module, params['timeout'])
    known = questions(module)
    if not params['command'].strip():
        module.fail_json(rc=256, msg='no command given')
    if params['chdir'] and not os.path.isdir(params['chdir']):
        module.fail_json(msg='Unable to change directory before execution: %s is no directory' % params['chdir'])
    skip(module)
    begin = datetime.datetime.now()
    dialogue = Dialogue(program(module), params['chdir'], params['echo'], known, timeout)
    try:
        dialogue.run()
    except NoResponse as e:
        module.fail_json(msg=str(e))
    end = datetime.datetime.now()
    result = dict(cmd=params['command'], stdout=to_text(dialogue.output).rstrip('\r\n'), rc=dialogue.rc, start=str(begin), end=str(end),
                  delta=str(end - begin), changed=True)
    if dialogue.rc is None:
        module.fail_json(msg='command exceeded timeout', **result)
    if dialogue.rc != 0:
        module.fail_json(msg='non-zero return code', **result)
    module.exit_json(**result)


if __name__ == '__main__':
    main()
