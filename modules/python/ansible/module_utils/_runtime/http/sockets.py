"""HTTP over a Unix domain socket."""
import http.client
import socket
import urllib.request


class UnixHTTPConnection(http.client.HTTPConnection):
    """A connection whose host name is only for the Host header."""

    def __init__(self, unix_socket):
        self._unix_socket = unix_socket

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.sock.connect(self._unix_socket)
        except OSError as e:
            raise OSError('Invalid Socket File (%s): %s' % (self._unix_socket, e))
        if self.timeout is not socket._GLOBAL_DEFAULT_TIMEOUT:
            self.sock.settimeout(self.timeout)

    def __call__(self, *args, **kwargs):
        super(UnixHTTPConnection, self).__init__(*args, **kwargs)
        return self


class UnixHTTPHandler(urllib.request.HTTPHandler):
    """Opens http:// through a socket file."""

    def __init__(self, unix_socket, **kwargs):
        super(UnixHTTPHandler, self).__init__(**kwargs)
        self._unix_socket = unix_socket

    def http_open(self, req):
        return self.do_open(UnixHTTPConnection(self._unix_socket), req)


class UnixHTTPSHandler(urllib.request.HTTPSHandler):
    """Opens https:// through a socket file."""

    def __init__(self, unix_socket, **kwargs):
        super(UnixHTTPSHandler, self).__init__(**kwargs)
        self._unix_socket = unix_socket

    def https_open(self, req):
        path, context = self._unix_socket, self._context

        class Connection(http.client.HTTPSConnection):
            def connect(self):
                plain = UnixHTTPConnection(path)(self.host, timeout=self.timeout)
                plain.connect()
                self.sock = context.wrap_socket(plain.sock, server_hostname=self.host)

        return self.do_open(Connection, req)
