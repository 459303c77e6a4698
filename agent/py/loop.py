"""One thread, one poll: the parent of forked modules must not have threads."""
import collections
import errno
import fcntl
import heapq
import os
import select
import time

CLOSED = select.POLLERR | select.POLLHUP | select.POLLNVAL


def nonblocking(fd):
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)


class Loop:
    """Calls back when a file descriptor can be read or written, or a time has come."""

    def __init__(self):
        self.poll = select.poll()
        self.readers, self.writers, self.timers, self.count = {}, {}, [], 0

    def reader(self, fd, call):
        self._set(self.readers, fd, call)

    def writer(self, fd, call):
        self._set(self.writers, fd, call)

    def forget(self, fd):
        self.reader(fd, None)
        self.writer(fd, None)

    def after(self, seconds, call):
        """Gives a handle whose last element may be set to None to cancel."""
        self.count += 1
        timer = [time.monotonic() + seconds, self.count, call]
        heapq.heappush(self.timers, timer)
        return timer

    def _set(self, calls, fd, call):
        if calls.get(fd) == call:
            return
        before = fd in self.readers or fd in self.writers
        if call is None:
            del calls[fd]
        else:
            calls[fd] = call
        mask = (select.POLLIN if fd in self.readers else 0) | (select.POLLOUT if fd in self.writers else 0)
        if mask:
            self.poll.register(fd, mask)
        elif before:
            self.poll.unregister(fd)

    def turn(self):
        for fd, events in self.poll.poll(self._wait()):
            if events & (select.POLLIN | CLOSED) and fd in self.readers:
                self.readers[fd]()
            if events & (select.POLLOUT | CLOSED) and fd in self.writers:
                self.writers[fd]()
        while self.timers and self.timers[0][0] <= time.monotonic():
            call = heapq.heappop(self.timers)[-1]
            if call:
                call()

    def _wait(self):
        if not self.timers:
            return None
        return max(0, int((self.timers[0][0] - time.monotonic()) * 1000) + 1)


def read_some(fd, size):
    """Gives bytes, b"" at the end of input (a closed terminal also ends it), None when there is nothing yet."""
    try:
        return os.read(fd, size)
    except OSError as e:
        if e.errno in (errno.EAGAIN, errno.EINTR):
            return None
        if e.errno in (errno.EIO, errno.ECONNRESET):
            return b""
        raise


class Sender:
    """Writes to a file descriptor as fast as its reader takes it. Urgent data overtakes bulk data."""

    def __init__(self, loop, fd, on_room=None, on_broken=None):
        self.loop, self.fd, self.on_room, self.on_broken = loop, fd, on_room, on_broken
        self.urgent, self.bulk, self.part, self.size, self.ending = collections.deque(), collections.deque(), None, 0, False
        nonblocking(fd)

    def send(self, data, bulk=False):
        if self.fd is None or not data:
            return
        (self.bulk if bulk else self.urgent).append(data)
        self.size += len(data)
        self.loop.writer(self.fd, self.flush)

    def push(self):
        """Writes now what can be written without waiting."""
        if self.fd is not None and self.size:
            self.flush()

    def close(self):
        """Closes the file descriptor when all has been written."""
        self.ending = True
        if self.fd is not None and not self.size:
            self.drop()

    def drop(self):
        fd, self.fd = self.fd, None
        self.urgent.clear()
        self.bulk.clear()
        self.size = 0
        if fd is not None:
            self.loop.writer(fd, None)
            os.close(fd)

    def flush(self):
        if not self.part:
            self.part = memoryview((self.urgent or self.bulk).popleft())
        try:
            count = os.write(self.fd, self.part)
        except OSError as e:
            if e.errno in (errno.EAGAIN, errno.EINTR):
                return
            self.drop()
            if self.on_broken:
                self.on_broken()
            return
        self.part = self.part[count:]
        self.size -= count
        if not self.size:
            self.loop.writer(self.fd, None)
            if self.ending:
                return self.drop()
        if self.on_room:
            self.on_room(count)
