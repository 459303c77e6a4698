"""wait_for: wait for a port, a file or a text in either, or for their end."""
import binascii
import errno
import mmap
import os
import re
import select
import socket
import sys
import time

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_native

ARGUMENTS = dict(
    host=dict(type='str', default='127.0.0.1'),
    timeout=dict(type='int', default=300),
    connect_timeout=dict(type='int', default=5),
    delay=dict(type='int', default=0),
    port=dict(type='int'),
    active_connection_states=dict(
        type='list', elements='str',
        default=['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT']),
    path=dict(type='path'),
    search_regex=dict(type='str'),
    state=dict(type='str', default='started', choices=['absent', 'drained', 'present', 'started', 'stopped']),
    exclude_hosts=dict(type='list', elements='str'),      # state drained does not count these
    sleep=dict(type='int', default=1),
    msg=dict(type='str'),
)

# The numbers of connection states in /proc/net/tcp.
_STATES = {
    'ESTABLISHED': '01', 'SYN_SENT': '02', 'SYN_RECV': '03', 'FIN_WAIT1': '04', 'FIN_WAIT2': '05', 'TIME_WAIT': '06',
}
_TABLES = {socket.AF_INET: '/proc/net/tcp', socket.AF_INET6: '/proc/net/tcp6'}
_ANY = {socket.AF_INET: '0.0.0.0', socket.AF_INET6: '::'}


class TimedOut(Exception):
    """The time is over; the text says what did not happen."""


class Connections:
    """Counts connections to one local address and port by the kernel's tables."""

    def __init__(self, params):
        self.port = '%04X' % int(params['port'])
        self.states = [_STATES[name] for name in params['active_connection_states']]
        self.local = self._addresses(params['host'])
        for family, address in _ANY.items():
            self.local.add((family, to_hex(family, address)))
        self.excluded = set()
        for host in params['exclude_hosts'] or ():
            self.excluded |= self._addresses(host)
        self.any_host = params['host'] in _ANY.values()

    @staticmethod
    def _addresses(host):
        """The host's addresses as the tables write them."""
        found = set()
        for family, dummy, dummy2, dummy3, address in socket.getaddrinfo(host, 80, 0, socket.SOCK_STREAM):
            found.add((family, to_hex(family, address[0])))
            if family == socket.AF_INET:
                mapped = '::ffff:' + address[0]
                found.add((socket.AF_INET6, to_hex(socket.AF_INET6, mapped)))
        return found

    def count(self):
        return sum(self._count_table(family, path) for family, path in _TABLES.items() if os.path.isfile(path))

    def _count_table(self, family, path):
        with open(path) as f:
            rows = [line.split() for line in f]
        return sum(1 for row in rows[1:] if self._is_active(family, row))

    def _is_active(self, family, row):
        address, port = row[1].split(':')
        remote = row[2].split(':')[0]
        if port != self.port or row[3] not in self.states or (family, remote) in self.excluded:
            return False
        return self.any_host or (family, address) in self.local


def to_hex(family, address):
    """An address as /proc/net writes it: words of four bytes, each in the machine's order."""
    raw = socket.inet_pton(family, address)
    step = -1 if sys.byteorder == 'little' else 1
    words = [raw[i:i + 4][::step] for i in range(0, len(raw), 4)]
    return to_native(binascii.hexlify(b''.join(words))).upper()


class Wait:
    """One call."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.start = time.monotonic()
        self.end = self.start + self.params['timeout']
        self.pattern = re.compile(to_bytes(self.params['search_regex'], errors='surrogate_or_strict'), re.MULTILINE) \
            if self.params['search_regex'] else None
        self.match = None

    def elapsed(self):
        return int(time.monotonic() - self.start)

    def fail(self, msg):
        self.module.fail_json(msg=msg, elapsed=self.elapsed())

    @property
    def target(self):
        return '%s:%s' % (self.params['host'], self.params['port'])

    def check(self):
        params = self.params
        if params['port'] and params['path']:
            self.fail('port and path parameter can not both be passed to wait_for')
        if params['path'] and params['state'] in ('stopped', 'drained'):
            self.fail('state=%s should only be used for checking a port in the wait_for module' % params['state'])
        if params['exclude_hosts'] is not None and params['state'] != 'drained':
            self.fail('exclude_hosts should only be with state=drained')
        for name in params['active_connection_states']:
            if name not in _STATES:
                self.fail('unknown active_connection_state (%s) defined' % name)

    def run(self):
        time.sleep(self.params['delay'])
        if not self.params['port'] and not self.params['path'] and self.params['state'] != 'drained':
            time.sleep(self.params['timeout'])
        elif self.params['state'] in ('absent', 'stopped'):
            self._until(self._is_gone, self._still_there())
        elif self.params['state'] in ('started', 'present'):
            self._until(self._is_here, self._not_there())
        else:
            connections = Connections(self.params)
            self._until(lambda: connections.count() == 0, 'Timeout when waiting for %s to drain' % self.target)

    def _until(self, condition, message):
        while time.monotonic() < self.end:
            if condition():
                return
            time.sleep(self.params['sleep'])
        raise TimedOut(message)

    def _still_there(self):
        if self.params['port']:
            return 'Timeout when waiting for %s to stop.' % self.target
        return 'Timeout when waiting for %s to be absent.' % self.params['path']

    def _not_there(self):
        regex, path = self.params['search_regex'], self.params['path']
        if regex:
            return 'Timeout when waiting for search string %s in %s' % (regex, self.target if self.params['port'] else path)
        return 'Timeout when waiting for %s' % (self.target if self.params['port'] else 'file %s' % path)

    def _connect(self):
        """A connection, or None."""
        limit = min(self.params['connect_timeout'], max(self.end - time.monotonic(), 0.1))
        try:
            return socket.create_connection((self.params['host'], self.params['port']), limit)
        except Exception:
            return None

    def _is_gone(self):
        if self.params['path']:
            return not os.access(to_bytes(self.params['path'], errors='surrogate_or_strict'), os.F_OK)
        connection = self._connect()
        if connection is None:
            return True
        close(connection)
        return False

    def _is_here(self):
        return self._path_is_here() if self.params['path'] else self._port_is_here()

    def _path_is_here(self):
        b_path = to_bytes(self.params['path'], errors='surrogate_or_strict')
        try:
            size = os.stat(b_path).st_size
        except OSError as e:
            if e.errno not in (errno.ENOENT, errno.ENOTDIR):
                self.fail('Failed to stat %s, %s' % (self.params['path'], e.strerror))
            return False
        if self.pattern is None:
            return True
        try:
            self.match = self._search_file(b_path, size)
        except IOError:
            return False
        return self.match is not None

    def _search_file(self, b_path, size):
        """Look for the text without reading a large file into memory."""
        with open(b_path, 'rb') as f:
            try:
                content = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ) if size else f.read()
            except (ValueError, OSError):
                # Special files cannot be mapped.
                content = f.read()
            # The match needs the mapping as long as it lives, so the mapping is left to it.
            return self.pattern.search(content)

    def _port_is_here(self):
        connection = self._connect()
        if connection is None:
            return False
        try:
            return self.pattern is None or self._search_connection(connection)
        finally:
            close(connection)

    def _search_connection(self, connection):
        data = b''
        while time.monotonic() < self.end:
            readable = select.select([connection], [], [], max(self.end - time.monotonic(), 0))[0]
            if not readable:
                continue
            chunk = connection.recv(1024)
            if not chunk:
                return False
            data += chunk
            self.match = self.pattern.search(data)
            if self.match:
                return True
        return False

    def result(self):
        groups, names = (), {}
        if self.match:
            groups, names = self.match.groups(), self.match.groupdict()
        params = self.params
        return dict(
            state=params['state'], port=params['port'], search_regex=params['search_regex'], match_groups=list(groups),
            match_groupdict=names, path=params['path'], elapsed=self.elapsed())


def close(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS)
    call = Wait(module)
    call.check()
    try:
        call.run()
    except TimedOut as e:
        call.fail(module.params['msg'] or to_native(e))
    module.exit_json(**call.result())


if __name__ == '__main__':
    main()
