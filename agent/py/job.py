"""Jobs: forked children that run a module, write a file or read one."""
import fcntl
import gc
import json
import os
import signal
import sys
import time

NOTE = 1 << 20  # a child's note about itself is not longer
GRACE = 0.5  # seconds between SIGTERM and SIGKILL


def remove_tree(path):
    """Removes a folder and all in it, as far as it can be removed."""
    if quietly(os.listdir, path) == []:
        return quietly(os.rmdir, path)
    for folder, folders, files in os.walk(path, topdown=False):
        for name in files:
            quietly(os.unlink, os.path.join(folder, name))
        for name in folders:
            entry = os.path.join(folder, name)
            quietly(os.unlink if os.path.islink(entry) else os.rmdir, entry)
    quietly(os.rmdir, path)


def quietly(call, *args):
    try:
        return call(*args)
    except OSError:
        return None


class Pipe:
    """The agent's end of one of a job's outputs."""

    def __init__(self, job, fd, flag):
        self.job, self.fd, self.flag, self.buffer = job, fd, flag, bytearray()
        nonblocking(fd)

    def resume(self):
        if self.fd is not None:
            self.job.agent.loop.reader(self.fd, self.read if self.job.may_read(self) else None)

    def read(self):
        data = read_some(self.fd, CHUNK)
        if data:
            self.buffer += data
            if self.flag == 3 and data.endswith(AGAIN):
                return self.job.rest()
            if len(self.buffer) >= CHUNK:
                self.job.push(self)
            self.resume()
        elif data == b"" or self.job.exit is not None:  # a process that the module left behind may hold the pipe open
            self.close()
            self.job.finish()

    def drain(self):
        """Reads what is there of a job that is over. Where its child rests, or another process holds the pipe, nothing tells of the end."""
        while self.fd is not None and self.job.may_read(self):
            self.read()

    def close(self):
        fd, self.fd = self.fd, None
        if fd is not None:
            self.job.agent.loop.forget(fd)
            if not self.job.child:
                os.close(fd)


class Job:
    """One forked child in a process group of its own, from the agent's side."""

    def __init__(self, agent, id, work, lane=None, guard=False):
        self.agent, self.id, self.work, self.lane, self.guard = agent, id, work, lane, guard
        self.exit = self.reason = self.timer = None
        self.credit, self.grant, self.streamed = WINDOW, 0, False
        self.pid, self.feed, self.pipes, self.child = None, None, [], ()

    def start(self, timeout):
        order, *spare = self.agent.spare.take(self.work) or [None]
        self.pid, feed, *outputs = spare or fork(self.agent, self.work)
        self.ends, self.known = [feed] + outputs, self.agent.spare.known
        self.lasts = spare and AFRESH in self.work.manifest and self.work.fields["manifest"] not in self.agent.spare.ending
        self.feed = Sender(self.agent.loop, feed, on_room=self.room)
        if spare:
            self.grant = -len(order)
            self.feed.send(order)
            self.feed.push()
        self.pipes = [Pipe(self, fd, flag) for flag, fd in enumerate(outputs, 1)]
        for pipe in self.pipes:
            pipe.resume()
        if timeout:
            self.timer = self.agent.loop.after(timeout, lambda: self.kill("timeout"))

    # The controller's stream to the job.

    def data(self, data):
        self.feed.send(data)

    def room(self, count):
        self.grant += count
        if self.grant >= WINDOW // 4:
            self.agent.send(Frame(self.agent.number, self.id, GRANT, b"", self.grant.to_bytes(4, "big")))
            self.grant = 0

    # The job's streams to the controller.

    def may_read(self, pipe):
        if pipe.flag == 3:
            return len(pipe.buffer) < NOTE
        return len(pipe.buffer) < CHUNK or (self.credit > 0 and not self.agent.full())

    def push(self, pipe):
        while pipe.flag != 3 and len(pipe.buffer) >= CHUNK and self.credit > 0 and not self.agent.full():
            part = bytes(pipe.buffer[:min(CHUNK, self.credit)])
            del pipe.buffer[:len(part)]
            self.credit -= len(part)
            self.streamed = True
            self.agent.send(Frame(self.agent.number, self.id, OUTPUT, b"", part, pipe.flag), bulk=True)

    def resume(self):
        for pipe in self.pipes:
            self.push(pipe)
            pipe.resume()
            if self.exit is not None:
                pipe.drain()
        self.finish()

    # The end.

    def kill(self, reason):
        if self.exit is None and self.reason is None:
            self.reason = reason
            quietly(os.killpg, self.pid, signal.SIGTERM)
            self.agent.loop.after(GRACE, self.kill_hard)

    def kill_hard(self):
        if self.exit is None:
            quietly(os.killpg, self.pid, signal.SIGKILL)

    def reap(self):
        """Looks whether the child has ended; what is left of a killed one's group ends with it."""
        if self.exit is not None or not ended(self.pid):
            return
        if self.reason:
            quietly(os.killpg, self.pid, signal.SIGKILL)
        status = os.waitpid(self.pid, 0)[1]
        self.exit = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        self.feed.drop()
        if self.lasts:
            self.agent.spare.ending.add(self.work.fields["manifest"])
        self.end()

    def rest(self):
        """The child has done its work and waits for more. One that is being killed is not asked, and one that is dead."""
        if not self.reason and self.exit is None:
            self.exit, self.child = 0, (self.pid, self.ends, self.known)
            self.end()

    def end(self):
        if self.timer:
            self.timer[-1] = None
        self.work.clean()
        for pipe in self.pipes:
            pipe.drain()
        self.finish()

    def finish(self):
        if self.exit is None or any(p.fd is not None or (p.flag != 3 and len(p.buffer) >= CHUNK) for p in self.pipes):
            return
        if self.agent.jobs.pop(self.id, None) is None:
            return
        out, err, note = (bytes(p.buffer) for p in self.pipes)
        fields = {"exit": self.exit, "out": len(out)}
        if self.reason:
            fields["killed"] = self.reason
        note = self.work.ended(note.strip())
        if note:
            fields["note"] = note
        # The last word must not overtake what came before it.
        self.agent.send(Frame(self.agent.number, self.id, DONE, fields, out + err, int(self.streamed)), bulk=self.streamed)
        self.agent.out.push()
        if self.child:
            self.agent.spare.put(*self.child)
        self.agent.leave(self.lane, self.id, self.guard and (self.streamed or bool(self.reason or note) or not plain_success(self.exit, out)))
        self.agent.later(self.agent.spare.prepare)


TELLING = ("failed", "unreachable", "rc", "exception", "ansible_facts", "ansible_stats", "add_host", "add_group")


def plain_success(code, out):
    """Tells whether a module's output is certain to be a success to the controller, and one that changes no variable but the
    registered one. In doubt it is not."""
    if code or len(out) > CHUNK:
        return False
    try:
        result = json.loads(out.decode())
    except ValueError:
        return False
    return isinstance(result, dict) and not any(result.get(name) for name in TELLING)


def fork(agent, work):
    """Forks a child that does the work. Gives its number, and our ends of its input and its three outputs."""
    feed, out, err, note = os.pipe(), os.pipe(), os.pipe(), os.pipe()
    if isinstance(work, Module):
        work.warm()
    gc.disable()
    if hasattr(gc, "freeze"):
        gc.freeze()  # the child's collector shall not touch, and so copy, what it shares with the agent
    agent.preload.at_fork = set(sys.modules)
    pid = os.fork()
    if pid == 0:
        become_child(work, feed[0], out[1], err[1], note[1])
    gc.enable()
    for fd in (feed[0], out[1], err[1], note[1]):
        os.close(fd)
    quietly(os.setpgid, pid, pid)
    return pid, feed[1], out[0], err[0], note[0]


def ended(pid):
    """Reports whether a child has ended, and leaves it to be waited for: so long its process group's number is not given anew."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def become_child(work, feed, out, err, note):
    """In the child: makes the process what a module expects, does the work, and ends."""
    code = 1
    try:
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # Numbers above all that are open, so that 0 to 4 can be laid out without one overwriting another.
        high = [dup_high(fd) for fd in (out, err, feed, note)]
        for number, fd in enumerate(high, 1):
            os.dup2(fd, number, inheritable=number < 3)
        close_from(5)
        gc.enable()
        if "random" in sys.modules and not hasattr(os, "register_at_fork"):
            sys.modules["random"].seed()
        code = work.run(3, 4)
    except BaseException:
        code = failure(4)
    finally:
        quietly(leave, code)
        os._exit(code)


def dup_high(fd):
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64)


def close_from(first):
    """Closes all file descriptors from first on."""
    try:
        numbers = [int(n) for n in os.listdir("/proc/self/fd")]
    except OSError:
        numbers = range(first, 1024)
    for number in numbers:
        if number >= first:
            quietly(os.close, number)


def failure(note):
    """Reports the exception being handled as an uncaught one, and gives the exit status."""
    kind, error, trace = sys.exc_info()
    if kind is SystemExit:
        return exit_status(error.code)
    import traceback
    while trace is not None and trace.tb_frame.f_code.co_filename == AGENT:
        trace = trace.tb_next
    text = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(text)
    causes, apart = causes_of(error)
    told = {"crash": str(error), "errno": getattr(error, "errno", None), "causes": causes, "apart": apart}
    if kind is SyntaxError and error.filename:
        told["syntax"] = error.args[1][:3]
    write_note(note, told)
    return 1


def causes_of(error):
    """The messages of an exception's causes, and whether the last of them came up while another one was handled."""
    causes = []
    while error.__cause__ is not None and len(causes) < 16:
        error = error.__cause__
        causes.append(str(error))
    return causes, error.__context__ is not None and not error.__suppress_context__


def exit_status(code):
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    sys.stderr.write("%s\n" % (code,))
    return 1


def write_note(fd, note):
    data = json.dumps(note).encode()
    while data:
        count = quietly(os.write, fd, data)
        if count is None:
            return  # the module closed what it did not open
        data = data[count:]


def leave(code):
    """What the interpreter would do at its end, without tearing itself down."""
    import atexit
    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


class Input:
    """What the controller sends to a job: first what came with the request, then the stream."""

    def __init__(self, first, fd=None):
        self.first, self.fd = first, fd

    def read(self, size):
        data, self.first = self.first[:size], self.first[size:]
        return data or os.read(self.fd, min(size, CHUNK))

    def copy(self, size, fd):
        while size:
            data = self.read(size)
            if not data:
                raise EOFError("the line to the controller broke")
            size -= len(data)
            while data:
                data = data[os.write(fd, data):]

    def take(self, size):
        parts = []
        while size:
            data = self.read(size)
            if not data:
                raise EOFError("the line to the controller broke")
            parts.append(data)
            size -= len(data)
        return b"".join(parts)


class Transfer:
    """What files' jobs have in common: a note is for the controller alone, and a file that is read leaves nothing."""

    def clean(self):
        pass

    def ended(self, note):
        return json.loads(note.decode()) if note else None


class Put(Transfer):
    """Writes a file beside its destination and moves it there when it is whole."""

    def __init__(self, agent, fields, first):
        self.path, self.mode, self.size, self.first = os.path.expanduser(fields["path"]), fields["mode"], fields["size"], first
        folder, name = os.path.split(self.path)
        self.temporary = os.path.join(folder, ".goplay-%d-%x" % (os.getpid(), int(time.time() * 1e6)))

    def run(self, feed, note):
        fd = os.open(self.temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        Input(self.first, feed).copy(self.size, fd)
        os.fchmod(fd, self.mode)
        os.fsync(fd)
        os.close(fd)
        os.rename(self.temporary, self.path)
        return 0

    def clean(self):
        quietly(os.unlink, self.temporary)


class Fetch(Transfer):
    """Reads a file to its end."""

    def __init__(self, agent, fields, first):
        self.path = os.path.expanduser(fields["path"])

    def run(self, feed, note):
        fd = os.open(self.path, os.O_RDONLY)
        while True:
            data = os.read(fd, CHUNK)
            if not data:
                return 0
            while data:
                data = data[os.write(1, data):]
