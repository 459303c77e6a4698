"""A child that is forked before there is a module for it: the fork, and what every child has to do first, happen while nobody waits."""
import os
import signal
import sys


AFRESH, AGAIN = "ansible/module_utils/_runtime/afresh.py", b"\n"  # the word of a child that it is as before


class Spare:
    """At most one child that waits for its module. It is as a child that is forked when the module comes, or it is not used."""

    def __init__(self, agent):
        self.agent, self.pid, self.pipes, self.known, self.ending = agent, None, None, None, set()

    def prepare(self):
        """Forks the child, or a new one in place of one that died."""
        if self.pid is not None and ended(self.pid):
            self.drop()
        if self.pid is None and self.agent.running and self.agent.store.codes and not any(j.lasts for j in self.agent.jobs.values()):
            self.known = set(self.agent.store.codes)
            try:
                self.pid, *self.pipes = fork(self.agent, Waiting(self.agent))
            except OSError:
                pass  # the next job tells it, if it is still so

    def take(self, work):
        """Gives the order for the child, its number and its pipes, or None when the work needs a child of its own."""
        if self.pid is None or getattr(work, "kind", None) != NEW_STYLE or set(work.manifest.values()) - self.agent.store.held or ended(self.pid):
            return None  # a file that is in memory only does not reach it
        try:
            order = work.order(self.known)
        except SyntaxError:
            return None  # a child of its own shows it
        pid, self.pid = self.pid, None
        self.agent.later(self.prepare)
        return [order, pid] + self.pipes

    def put(self, pid, pipes, known):
        """Takes back a child that has run a module, and is as it was."""
        self.drop()
        self.pid, self.pipes, self.known = pid, pipes, known

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
        before = None
        while True:
            try:
                module = Module.ordered(self.agent, source)
            except EOFError:
                os._exit(0)
            afresh = sys.modules.get(module_name(AFRESH))
            if afresh:
                before = before or afresh.Process()
                before.begin()
            code = module.run(feed, note)
            if code or not before or not before.restore():
                return code
            os.write(note, AGAIN)
