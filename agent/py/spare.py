"""A child that is forked before there is a module for it: the fork, and what every child has to do first, happen while nobody waits."""
import json
import os
import signal
import sys


AFRESH, AGAIN = "ansible.module_utils._runtime.afresh", b"\n"  # the word of a child that it is as before


class Spare:
    """At most one child that waits for its module. It is as a child that is forked when the module comes, or it is not used."""

    def __init__(self, agent):
        self.agent, self.pid, self.pipes, self.stamp, self.lasting = agent, None, None, None, set()

    def state(self):
        """Gives what changes whenever something does that a child gets to know by its fork."""
        store, preload = self.agent.store, self.agent.preload
        return store.added, len(store.manifests), len(store.memory), len(store.codes), len(preload.kept), len(preload.learned)

    def prepare(self):
        """Forks the child, or a new one in place of one that knows too little."""
        if self.pid is not None and (self.stamp != self.state() or ended(self.pid)):
            self.drop()
        if self.pid is None and self.agent.running and self.agent.store.codes and not any(j.lasts for j in self.agent.jobs.values()):
            self.stamp = self.state()
            try:
                self.pid, *self.pipes = fork(self.agent, Waiting(self.agent))
            except OSError:
                pass  # the next job tells it, if it is still so

    def take(self, work):
        """Gives the child's number and pipes, or None when the work needs a child of its own."""
        if self.pid is None or getattr(work, "kind", None) != NEW_STYLE or self.stamp != self.state() or ended(self.pid):
            return None
        pid, self.pid = self.pid, None
        self.agent.later(self.prepare)
        return [pid] + self.pipes

    def put(self, pid, pipes, stamp, manifest):
        """Takes back a child that has run a module of the manifest, and is as it was."""
        self.lasting.add(manifest)
        self.drop()
        self.pid, self.pipes, self.stamp = pid, pipes, stamp

    def drop(self):
        if self.pid is None:
            return
        pid, self.pid = self.pid, None
        for fd in self.pipes:
            os.close(fd)
        quietly(os.kill, pid, signal.SIGKILL)
        quietly(os.waitpid, pid, 0)


class Waiting:
    """What such a child does: it waits for the order, and becomes the module. Without one it ends with the agent."""

    def __init__(self, agent):
        self.agent = agent

    def run(self, feed, note):
        source = Input(b"", feed)
        before = AFRESH in sys.modules and sys.modules[AFRESH].Process()
        while True:
            try:
                order = source.take(int.from_bytes(source.take(4), "big"))
            except EOFError:
                os._exit(0)
            code = Module.ordered(self.agent, json.loads(order.decode())).run(feed, note)
            if code or not before or not before.restore():
                return code
            os.write(note, AGAIN)
