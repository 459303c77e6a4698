"""Running programs for a module."""
import os
import re
import shlex

from ansible.module_utils._runtime.secrets import MASK, heuristic_log_sanitize
from ansible.module_utils.common.text.converters import to_bytes, to_native, to_text

_PASSWORD_OPTION = re.compile(r'^[-]{0,2}pass[-]?(word|wd)?')
_CHUNK = 9000
_PROMPT_MESSAGE = 'A prompt was encountered while running a command, but no input data was specified'

# How long a finished program's pipes, kept open by its background children, may stay silent.
_GRACE_SECONDS = 1


def clean_args(args, no_log_values):
    """A command line for messages, without its passwords."""
    if isinstance(args, (str, bytes)):
        args = shlex.split(to_native(args))
    cleaned, hide_next = [], False
    for arg in (to_native(a) for a in args):
        if hide_next:
            hide_next = False
            cleaned.append(MASK)
            continue
        if _PASSWORD_OPTION.match(arg):
            name, equals, dummy = arg.partition('=')
            if equals:
                cleaned.append(name + '=' + MASK)
                continue
            hide_next = True
        cleaned.append(heuristic_log_sanitize(arg, no_log_values))
    return ' '.join(shlex.quote(arg) for arg in cleaned)


class Commands:
    """The part of AnsibleModule that runs programs."""

    def _clean_args(self, args):
        return clean_args(args, self.no_log_values)

    def run_command(self, args, check_rc=False, close_fds=True, executable=None, data=None, binary_data=False,
                    path_prefix=None, cwd=None, use_unsafe_shell=False, prompt_regex=None, environ_update=None,
                    umask=None, encoding='utf-8', errors='surrogate_or_strict', expand_user_and_vars=True,
                    pass_fds=None, before_communicate_callback=None, ignore_invalid_cwd=True, handle_exceptions=True):
        """Run a program and return (rc, stdout, stderr).

        args is a list, or a string, which is split like a shell would unless use_unsafe_shell has a
        shell run it. data goes to standard input, with a newline added unless binary_data. With
        encoding=None the output stays bytes. A program that cannot be started fails the module, or
        raises if not handle_exceptions; check_rc makes every rc but 0 fail it.
        """
        if not isinstance(args, (list, bytes, str)):
            self.fail_json(rc=257, cmd=args, msg="Argument 'args' to run_command must be list or string")
        prompt = self._compile_prompt(prompt_regex)
        executable_given = executable is not None
        argv, shell, executable = self._prepare_args(args, use_unsafe_shell, executable, expand_user_and_vars)
        kwargs = dict(
            executable=to_bytes(executable) if executable else None, shell=shell, close_fds=close_fds,
            env=self._command_environ(path_prefix, environ_update), cwd=self._command_cwd(cwd, ignore_invalid_cwd),
        )
        if pass_fds:
            kwargs['pass_fds'] = pass_fds
        if umask is not None:
            kwargs['preexec_fn'] = lambda: os.umask(umask)
        if data:
            data = to_bytes(data) + (b'' if binary_data else b'\n')
        shown = args if use_unsafe_shell and not executable_given else argv
        self._debug_command(shown)
        try:
            rc, stdout, stderr = _communicate(argv, kwargs, data, prompt, before_communicate_callback)
        except (OSError, IOError) as e:
            if not handle_exceptions:
                raise
            self.fail_json(rc=e.errno, stdout='', stderr='', msg='Error executing command.', cmd=self._clean_args(shown), exception=e)
        except Exception as e:
            if not handle_exceptions:
                raise
            self.fail_json(rc=257, stdout='', stderr='', msg='Error executing command.', cmd=self._clean_args(shown), exception=e)
        if prompt is not None and rc is None:
            return (257, self._decode(stdout, encoding, errors), to_text(_PROMPT_MESSAGE) if encoding else to_bytes(_PROMPT_MESSAGE))
        if rc != 0 and check_rc:
            message = heuristic_log_sanitize(to_native(stderr).rstrip(), self.no_log_values)
            self.fail_json(cmd=self._clean_args(shown), rc=rc, stdout=to_native(stdout), stderr=to_native(stderr), msg=message)
        return (rc, self._decode(stdout, encoding, errors), self._decode(stderr, encoding, errors))

    @staticmethod
    def _decode(output, encoding, errors):
        return output if encoding is None else to_native(output, encoding=encoding, errors=errors)

    def _debug_command(self, args):
        if getattr(self, '_debug', False):
            self.log('Executing: ' + self._clean_args(args))

    def _compile_prompt(self, prompt_regex):
        if prompt_regex is None:
            return None
        try:
            return re.compile(to_bytes(prompt_regex, errors='surrogateescape'), re.MULTILINE)
        except re.error:
            self.fail_json(msg='invalid prompt regular expression given to run_command')

    def _prepare_args(self, args, use_unsafe_shell, executable, expand):
        """(what Popen gets, whether it uses a shell, its executable)"""
        if use_unsafe_shell:
            if isinstance(args, list):
                args = ' '.join(shlex.quote(to_native(a)) for a in args)
            shell = executable or self._shell
            return [to_bytes(shell), b'-c', to_bytes(args, errors='surrogateescape')], False, None
        if isinstance(args, (str, bytes)):
            args = shlex.split(to_text(args, errors='surrogateescape'))
        if expand:
            args = [os.path.expanduser(os.path.expandvars(to_bytes(a, errors='surrogate_or_strict', nonstring='passthru'))) for a in args if a is not None]
        else:
            args = [to_bytes(a, errors='surrogate_or_strict', nonstring='passthru') for a in args if a is not None]
        return args, False, executable

    def _command_environ(self, path_prefix, environ_update):
        env = dict(os.environ)
        env.update(self.run_command_environ_update)
        env.update(environ_update or {})
        if path_prefix:
            env['PATH'] = '%s:%s' % (path_prefix, env['PATH']) if env.get('PATH') else path_prefix
        return env

    def _command_cwd(self, cwd, ignore_invalid_cwd):
        if not cwd:
            return None
        cwd = to_bytes(os.path.abspath(os.path.expanduser(to_native(cwd))), errors='surrogate_or_strict')
        if os.path.isdir(cwd):
            return cwd
        if not ignore_invalid_cwd:
            self.fail_json(msg='Provided cwd is not a valid directory: %s' % cwd)
        return None


def _communicate(argv, kwargs, data, prompt, callback):
    """(rc, stdout, stderr); rc is None if the prompt was met. Input and output flow at the same time."""
    import subprocess
    stdin = subprocess.PIPE if data else subprocess.DEVNULL
    process = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
    try:
        if callback:
            callback(process)
        return _Exchange(process, data, prompt).run()
    finally:
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


class _Exchange:
    """One program's input and output until both ends are done."""

    def __init__(self, process, data, prompt):
        import selectors
        self.process = process
        self.data = memoryview(data or b'')
        self.prompt = None if data else prompt
        self.output = {process.stdout: bytearray(), process.stderr: bytearray()}
        self.selector = selectors.DefaultSelector()
        for stream in self.output:
            os.set_blocking(stream.fileno(), False)
            self.selector.register(stream, selectors.EVENT_READ)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            self.selector.register(process.stdin, selectors.EVENT_WRITE)

    def run(self):
        with self.selector:
            while self.selector.get_map():
                ended = self.process.poll() is not None  # before, so that what it wrote last is among the events
                events = self.selector.select(_GRACE_SECONDS)
                if ended and not events:
                    break
                for key, dummy in events:
                    self._move(key.fileobj)
                if self.prompt and self.prompt.search(self.output[self.process.stdout]):
                    return self._result(None)
        return self._result(self.process.wait())

    def _result(self, rc):
        return rc, bytes(self.output[self.process.stdout]), bytes(self.output[self.process.stderr])

    def _move(self, stream):
        if stream is self.process.stdin:
            return self._write(stream)
        chunk = os.read(stream.fileno(), _CHUNK)
        if chunk:
            self.output[stream] += chunk
        else:
            self.selector.unregister(stream)
        return None

    def _write(self, stream):
        try:
            written = os.write(stream.fileno(), self.data[:_CHUNK])
        except BrokenPipeError:
            written = len(self.data)
        except BlockingIOError:
            return
        self.data = self.data[written:]
        if not self.data:
            self.selector.unregister(stream)
            stream.close()
