"""Other agents: started by a command as another user, asked for a password on the way, then fed with frames."""
import os
import re
import signal
import sys
import zlib

AWAKE = b"\0goplay?\n"  # a loader's word that whoever asks for passwords is out of the way
ASKS = re.compile(u"[:\uff1a][ \t]*$")  # how a prompt ends in any language
NO_TTY = b"must have a tty"  # sudo's complaint
PAUSE = 0.1  # seconds of silence that make it a prompt, and not a part of a message
MAX_TALK = 16 << 10


class Child:
    """An agent that this one started, and the way to those that it started in turn."""

    def __init__(self, agent, frame):
        self.agent, fields = agent, frame.fields()
        self.numbers, self.password, self.seconds = {fields["agent"]}, frame.body, fields["timeout"]
        self.prompt, self.asked, self.answered = fields.get("prompt"), 0, 0
        self.talk, self.errors, self.waiting = bytearray(), bytearray(), []
        self.awake, self.decoder, self.exit, self.is_gone, self.timer = False, None, None, False, None
        self.command, self.pty = fields["command"].replace("@PYTHON@", agent.python), fields.get("pty")
        self._start()
        self._patience()

    def _start(self):
        theirs, ours = terminal() if self.pty else pipes()
        self.pid = os.fork()
        if self.pid == 0:
            exec_shell(self.command, theirs, self.pty)
        for fd in set(theirs):
            os.close(fd)
        self.input, self.out, self.err = Sender(self.agent.loop, ours[0]), ours[1], ours[2]
        for fd, call in ((self.out, self.read), (self.err, self.read_errors)):
            nonblocking(fd)
            self.agent.loop.reader(fd, call)

    def _patience(self):
        self._calm()
        self.timer = self.agent.loop.after(self.seconds, lambda: self.give_up("timeout"))

    def _calm(self):
        if self.timer:
            self.timer[-1] = None

    # Before the agent speaks.

    def read_errors(self):
        data = read_some(self.err, CHUNK)
        if data is None:
            return
        if not data:
            self.err = self._close(self.err)
            return self.reap()
        self.errors += data
        if self.decoder is not None:
            del self.errors[:-MAX_TALK]
        elif self.prompt:
            if self.prompt.encode() in self.errors[self.answered:]:
                self.answer()
        elif self.pty and ASKS.search(self.errors[self.answered:].decode("utf-8", "replace")):
            size = len(self.errors)
            self.agent.loop.after(PAUSE, lambda: size == len(self.errors) and not self.is_gone and self.answer())

    def answer(self):
        self.asked, self.answered = self.asked + 1, len(self.errors)
        if self.asked > 1 or not self.password:
            return self.give_up("incorrect" if self.password else "missing")
        self.input.send(self.password + b"\n")
        self._patience()

    def read(self):
        data = read_some(self.out, 4 * CHUNK)
        if data is None and self.exit is None:
            return
        if not data:  # what the command left behind may hold the pipe open
            self.out = self._close(self.out)
            return self.reap()
        try:
            if self.decoder is None:
                data = self.awaken(data)
            for frame in self.decoder.feed(data) if self.decoder else ():
                self.take(frame)
        except (ProtocolError, ValueError, KeyError, TypeError) as e:
            self.errors += b"%s\n" % str(e).encode()
            self.give_up("protocol")

    def awaken(self, data):
        """Sends the agent when its loader is awake, and gives what follows its first word."""
        self.talk += data
        if not self.awake and AWAKE in self.talk:
            self.talk, self.awake, self.password = self.talk.partition(AWAKE)[2], True, None
            self.input.send(b"".join(TEXT))
            for frame in self.waiting:
                self.input.send(frame.encode())
            del self.waiting[:]
        before, magic, rest = bytes(self.talk).partition(MAGIC)
        if not magic:
            del self.talk[:-MAX_TALK]
            return b""
        self._calm()
        self.decoder, self.talk = Decoder(), bytearray(before)
        return rest

    # Frames.

    def send(self, frame):
        if self.awake:
            self.input.send(frame.encode())
        else:
            self.waiting.append(frame)

    def take(self, frame):
        """Passes a frame up. Its agent must be one of those that are reached here: no agent can speak for another."""
        if frame.agent not in self.numbers or frame.type < READY:
            raise ProtocolError("a frame of type %d for agent %d" % (frame.type, frame.agent))
        if frame.type == NEED:
            frame = self.supply(frame)
        elif frame.type == GONE:
            for number in frame.fields()["agents"]:
                if number in self.numbers and number != frame.agent:
                    self.numbers.discard(number)
                    self.agent.routes.pop(number, None)
        if frame:
            self.agent.send(frame, bulk=bool(frame.flags))
        self.resume()

    def supply(self, frame):
        """Answers for what this agent holds, and gives the rest of the question."""
        missing = []
        for digest in frame.fields()["files"]:
            content = self.agent.store.get(digest)
            if content is None:
                missing.append(digest)
                continue
            packed = zlib.compress(content, 1)
            for at in range(0, len(packed), CHUNK):
                header = {"digest": digest, "more": at + CHUNK < len(packed)}
                self.send(Frame(frame.agent, 0, FILE, header, packed[at:at + CHUNK]))
        return Frame(frame.agent, frame.id, NEED, {"files": missing}) if missing else None

    def resume(self):
        if self.out is not None:
            self.agent.loop.reader(self.out, None if self.agent.full() else self.read)

    # The end.

    def end(self):
        """Ends the input, which ends an agent; what is not an agent yet is told to go."""
        self.input.drop()
        if self.exit is None and not self.awake:
            quietly(os.kill, self.pid, signal.SIGTERM)

    def give_up(self, reason):
        self.end()
        self.gone(reason)

    def reap(self):
        if self.exit is None and ended(self.pid):
            status = os.waitpid(self.pid, 0)[1]
            self.exit = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            self.agent.children.discard(self)
            if self.out is not None:
                return self.read()
        if self.exit is not None and self.out is None:
            if self.err is not None:
                self.errors += read_some(self.err, CHUNK) or b""
            if NO_TTY in self.errors and not self.pty:
                self._again()
            else:
                self.gone(None)

    def _again(self):
        """Starts the command anew with the terminal that it asks for (requiretty in sudoers)."""
        self.input.drop()
        self.err = self._close(self.err)
        self.pty, self.exit, self.errors, self.answered = True, None, bytearray(), 0
        self.agent.children.add(self)
        self._start()

    def gone(self, reason):
        """Tells the controller, once."""
        if self.is_gone:
            return
        self.is_gone = True
        self._calm()
        self.input.drop()
        self.out, self.err = self._close(self.out), self._close(self.err)
        for number in self.numbers:
            self.agent.routes.pop(number, None)
        fields = {"agents": sorted(self.numbers), "exit": 1 if self.exit is None else self.exit, "out": len(self.talk)}
        if reason:
            fields["reason"] = reason
        self.agent.send(Frame(self.agent.number, 0, GONE, fields, bytes(self.talk + self.errors)))

    def _close(self, fd):
        if fd is not None:
            self.agent.loop.forget(fd)
            os.close(fd)


def pipes():
    """Gives the command's three file descriptors, and ours."""
    feed, out, err = os.pipe(), os.pipe(), os.pipe()
    return (feed[0], out[1], err[1]), (feed[1], out[0], err[0])


def terminal():
    """The same with a terminal for input and errors, which changes no byte on its way. The output stays a pipe."""
    import tty
    master, slave = os.openpty()
    tty.setraw(slave)
    out = os.pipe()
    return (slave, out[1], slave), (os.dup(master), out[0], master)


def exec_shell(command, fds, pty):
    """In the child: runs a command line in a session of its own."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        if pty:
            import termios
            fcntl.ioctl(fds[0], termios.TIOCSCTTY, 0)
        for number, fd in enumerate([dup_high(fd) for fd in fds]):
            os.dup2(fd, number)
        close_from(3)
        os.execv("/bin/sh", ["/bin/sh", "-c", command])
    finally:
        os._exit(127)
