"""Calls by JSON-RPC of a connection process that listens on a Unix socket: how modules for network devices reach theirs.

goplay starts no such processes: _socket_path of a module is None, and Connection says so.
"""
import json
import os
import socket
import struct
import traceback
import uuid
from functools import partial

from ansible.module_utils.common.text.converters import to_bytes, to_text

LENGTH = struct.Struct('!Q')  # goes before each message


class ConnectionError(Exception):
    """A call failed; further arguments become attributes, of which code is usual."""

    def __init__(self, message, *args, **kwargs):
        super(ConnectionError, self).__init__(message)
        for name, value in kwargs.items():
            setattr(self, name, value)


def send_data(s, data):
    """Send one message to a socket."""
    return s.sendall(LENGTH.pack(len(data)) + data)


def recv_data(s):
    """One message from a socket; None if it ends before."""
    header = _receive(s, LENGTH.size)
    return header and _receive(s, LENGTH.unpack(header)[0])


def _receive(s, size):
    data = b''
    while len(data) < size:
        part = s.recv(size - len(data))
        if not part:
            return None
        data += part
    return data


def request_builder(method_, *args, **kwargs):
    """A request with an identity of its own."""
    return {'jsonrpc': '2.0', 'method': method_, 'id': str(uuid.uuid4()), 'params': (args, kwargs)}


def exec_command(module, command):
    """(status, output, error output) of a command on the module's device."""
    try:
        return 0, Connection(module._socket_path).exec_command(command), ''
    except ConnectionError as e:
        return getattr(e, 'code', 1), '', to_text(getattr(e, 'err', e))


class Connection:
    """A connection process: what is called on it, it does."""

    def __init__(self, socket_path):
        if socket_path is None:
            raise AssertionError('socket_path must be a value')
        self.socket_path = socket_path

    def __getattr__(self, name):
        if name.startswith('_'):
            raise AttributeError("'%s' object has no attribute '%s'" % (self.__class__.__name__, name))
        return partial(self._call, name)

    def _call(self, name, *args, **kwargs):
        request = request_builder(name, *args, **kwargs)
        response = self._exchange(name, request, args, kwargs)
        if response.get('id') != request['id']:
            raise ConnectionError('invalid json-rpc id received')
        if 'error' in response:
            error = response['error']
            raise ConnectionError(to_text(error.get('data') or error.get('message')), code=error.get('code'))
        return response['result']

    def _exchange(self, name, request, args, kwargs):
        if not os.path.exists(self.socket_path):
            raise ConnectionError('socket path %s does not exist or cannot be found. See Troubleshooting socket '
                                  'path issues in the Network Debug and Troubleshooting Guide' % self.socket_path)
        reply = self.send(json.dumps(request))
        try:
            return json.loads(reply)
        except ValueError:
            shown = ', '.join([repr(a) for a in args] + ['%s=%r' % pair for pair in kwargs.items()])
            raise ConnectionError("Unable to decode JSON from response to %s(%s). Received '%s'." % (name, shown, reply))

    def send(self, data):
        """Send one message and give the reply."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
                s.connect(self.socket_path)
                send_data(s, to_bytes(data))
                return to_text(recv_data(s), nonstring='simplerepr')
        except OSError as e:
            raise ConnectionError('unable to connect to socket %s' % self.socket_path, err=to_text(e), exception=traceback.format_exc())
