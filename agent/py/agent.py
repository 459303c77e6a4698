"""The agent: takes frames from its controller, starts jobs and other agents, and ends with its input."""
import json
import os
import signal
import sys


class Agent:
    """One per user on a target. Frames for other agents are passed to the child through which they are reached."""

    def __init__(self, rfd, wfd, python):
        self.loop, self.decoder, self.python = Loop(), Decoder(), python
        self.rfd, self.out = rfd, Sender(self.loop, wfd, self.room, self.stop)
        self.number, self.jobs, self.waiting, self.running = 0, {}, {}, True
        self.lanes, self.queued, self.broken = {}, {}, []
        self.routes, self.children, self.asked = {}, set(), set()
        self.store = self.preload = self.tmp = self.login = None
        self.spare = Spare(self)
        nonblocking(rfd)
        self.loop.reader(rfd, self.read)
        self._watch_signals()

    def _watch_signals(self):
        self.wake = os.pipe()
        for fd in self.wake:
            nonblocking(fd)
        signal.set_wakeup_fd(self.wake[1])
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        self.loop.reader(self.wake[0], self.reap)

    def run(self):
        self.out.send(MAGIC)
        try:
            while self.running:
                self.loop.turn()
        finally:
            self.end()

    def stop(self):
        self.running = False

    def end(self):
        """Leaves nothing behind: processes end, temporary files go."""
        self.spare.drop()
        for child in self.children:
            child.end()
        for job in list(self.jobs.values()):
            quietly(os.killpg, job.pid, signal.SIGKILL)
            quietly(os.waitpid, job.pid, 0)
            job.work.clean()

    def later(self, call):
        self.loop.after(0, call)

    # Frames.

    def read(self):
        data = read_some(self.rfd, 4 * CHUNK)
        if data is None:
            return
        if not data:
            return self.stop()
        for frame in self.decoder.feed(data):
            self.take(frame)

    def send(self, frame, bulk=False):
        self.out.send(frame.encode(), bulk)

    def full(self):
        return self.out.size > 4 * CHUNK

    def room(self, count):
        if not self.full():
            for job in list(self.jobs.values()):
                job.resume()
            for child in list(self.children):
                child.resume()

    def take(self, frame):
        if frame.agent != self.number and self.store is not None:
            return self.forward(frame)
        handler = getattr(self, "on_" + NAMES.get(frame.type, ""), None)
        if handler is None:
            raise ProtocolError("a frame of type %d" % frame.type)
        handler(frame)

    def forward(self, frame):
        child = self.routes.get(frame.agent)
        if child is None:
            return
        if frame.type == SPAWN:
            number = frame.fields()["agent"]
            self.routes[number] = child
            child.numbers.add(number)
        elif frame.type == FILE:
            self.on_file(frame)
        child.send(frame)

    def on_hello(self, frame):
        fields = frame.fields()
        self.number, self.common = frame.agent, fields["common"].encode()
        self.store = Store(fields["cache"], fields["cache_bytes"], fields["cache_days"])
        self.preload = Preload(Importer(self.store))
        sys.meta_path.insert(0, self.preload.importer)
        self.tmp, self.login = Tmp(fields["tmp"] + [os.environ.get("TMPDIR", "/tmp")]), Login(self.store, fields)
        held = b"".join(bytes.fromhex(d[:16]) for d in self.store.held)
        ready = {"version": VERSION, "python": self.python, "python_version": list(sys.version_info[:3])}
        self.send(Frame(self.number, 0, READY, ready, held[:MAX_FRAME // 2]))

    def on_file(self, frame):
        fields = frame.fields()
        self.store.add_part(fields["digest"], frame.body, not fields.get("more"))
        if not fields.get("more"):
            self.asked.discard(fields["digest"])
            for frame in [f for f, missing, _ in self.waiting.values() if fields["digest"] in missing]:
                self.on_call(frame)

    def on_call(self, frame):
        """Starts a module when all of its files are there, and asks for those that are not."""
        fields = frame.fields()
        lane = fields.get("lane")
        if lane and frame.id not in self.lanes.get(lane, []):
            if lane in self.broken:
                return self.unbegun(frame.id, dropped=True)
            self.lanes.setdefault(lane, []).append(frame.id)
        missing = self.store.missing(fields["manifest"], fields.get("kind")) | self.login.lacking()
        held_back = self.waiting.pop(frame.id, (None, None, []))[2]
        if missing:
            wanted = sorted(missing - self.asked)
            self.asked.update(wanted)
            self.waiting[frame.id] = frame, missing, held_back
            if wanted:
                self.send(Frame(self.number, frame.id, NEED, {"files": wanted}))
            return
        self.start(frame, Module, fields)
        for data in held_back:
            self.on_data(data)

    def on_put(self, frame):
        self.start(frame, Put, frame.fields())

    def on_fetch(self, frame):
        self.start(frame, Fetch, frame.fields())

    def start(self, frame, kind, fields):
        """Starts a job, or lets it wait for its turn in its lane."""
        lane = fields.get("lane")
        if lane and self.lanes[lane][0] != frame.id:
            self.queued[frame.id] = [(frame, kind, fields)]
            return
        self.begin(frame, kind, fields)

    def leave(self, lane, id, breaks=False):
        """A request leaves its lane: it has ended, or was cancelled. If it was the first, the one behind it begins when it can, unless
        the lane breaks."""
        line = self.lanes.get(lane)
        if not line:
            return
        first = line[0] == id
        if breaks:
            self.break_off(lane, line.index(id))
        line.remove(id)
        if not line:
            del self.lanes[lane]
        elif first and line[0] in self.queued:
            turn = self.queued.pop(line[0])
            self.begin(*turn[0])
            for data in turn[1:]:
                self.on_data(data)

    def break_off(self, lane, place):
        """Nothing behind a place in a lane begins any more, neither what waits there nor what is still to come."""
        line = self.lanes[lane]
        for id in line[place + 1:]:
            self.waiting.pop(id, None)
            self.queued.pop(id, None)
            self.unbegun(id, dropped=True)
        del line[place + 1:]
        self.broken = self.broken[-LANES:] + [lane]

    def unbegun(self, id, **why):
        self.send(Frame(self.number, id, DONE, dict(why, exit=143, out=0)))

    def begin(self, frame, kind, fields):
        """Starts a job. What the agent itself cannot do for it (no temporary folder, no more processes) is told."""
        if self.login.outdated():
            self.unbegun(frame.id, outdated=True)
            return self.leave(fields.get("lane"), frame.id, fields.get("guard"))
        if kind is Module:
            fields["env"] = dict(self.login.changes(), **(fields.get("env") or {}))
        try:
            job = Job(self, frame.id, kind(self, fields, frame.body), fields.get("lane"), fields.get("guard"))
            job.start(fields.get("timeout"))
            self.jobs[frame.id] = job
        except OSError as e:
            self.send(Frame(self.number, frame.id, DONE, {"error": str(e)}))
            self.leave(fields.get("lane"), frame.id, fields.get("guard"))

    def on_data(self, frame):
        if frame.id in self.waiting:
            self.waiting[frame.id][2].append(frame)
        elif frame.id in self.queued:
            self.queued[frame.id].append(frame)
        elif frame.id in self.jobs:
            self.jobs[frame.id].data(frame.body)

    def on_credit(self, frame):
        if frame.id in self.jobs:
            job = self.jobs[frame.id]
            job.credit += int.from_bytes(frame.body, "big")
            job.resume()

    def on_spawn(self, frame):
        child = Child(self, frame)
        self.children.add(child)
        for number in child.numbers:
            self.routes[number] = child

    def on_cancel(self, frame):
        if frame.flags:
            if frame.id in self.routes:
                self.routes[frame.id].end()
        elif frame.id in self.waiting or frame.id in self.queued:
            call = (self.waiting.pop(frame.id, None) or self.queued.pop(frame.id)[0])[0].fields()
            self.unbegun(frame.id, killed="cancel")
            self.leave(call.get("lane"), frame.id, call.get("guard"))
        elif frame.id in self.jobs:
            self.jobs[frame.id].kill("cancel")

    def on_ping(self, frame):
        self.send(Frame(self.number, 0, PONG))

    def reap(self):
        read_some(self.wake[0], CHUNK)
        for job in list(self.jobs.values()):
            job.reap()
        for child in list(self.children):
            child.reap()


NAMES = {HELLO: "hello", CALL: "call", PUT: "put", FETCH: "fetch", SPAWN: "spawn", FILE: "file", DATA: "data",
         CREDIT: "credit", CANCEL: "cancel", PING: "ping"}
AGENT = "goplay-agent"
LANES = 256  # so many broken lanes are remembered


def main(python):
    rfd, wfd = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    Agent(rfd, wfd, python).run()
