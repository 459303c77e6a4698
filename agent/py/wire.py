"""The frames, as docs/agent-protocol.md specifies them; agent/frame.go is the other side."""
import json
import struct

VERSION = 1
MAGIC = b"\0goplay/%d\n" % VERSION

# Frame types. Those up to 63 go to an agent, the others come from one.
HELLO, CALL, PUT, FETCH, SPAWN, FILE, DATA, CREDIT, CANCEL, PING = range(1, 11)
READY, NEED, OUTPUT, GRANT, DONE, GONE, PONG = range(64, 71)

HEAD = struct.Struct(">IIIBBxxI")
MAX_FRAME = 1 << 20  # header and body together
WINDOW = 256 << 10  # bytes of a stream that may be under way before the reader grants more
CHUNK = 64 << 10


class ProtocolError(Exception):
    """The peer does not keep to the protocol."""
    pass


class Frame:
    """One message of the protocol."""

    def __init__(self, agent, id, type, header=b"", body=b"", flags=0):
        self.agent, self.id, self.type, self.flags = agent, id, type, flags
        self.header = header if isinstance(header, bytes) else json.dumps(header).encode()
        self.body = body

    def fields(self):
        fields = json.loads(self.header.decode()) if self.header else {}
        if not isinstance(fields, dict):
            raise ProtocolError("a frame's header is not an object")
        return fields

    def encode(self):
        size = len(self.header) + len(self.body)
        head = HEAD.pack(size, self.agent, self.id, self.type, self.flags, len(self.header))
        return b"".join((head, self.header, self.body))


class Decoder:
    """Cuts a stream of bytes into frames and holds at most one unfinished frame."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        frames, at = [], 0
        while len(self.buffer) - at >= HEAD.size:
            size, agent, id, type, flags, header = HEAD.unpack_from(self.buffer, at)
            if size > MAX_FRAME or header > size:
                raise ProtocolError("a frame of %d bytes with a header of %d" % (size, header))
            end = at + HEAD.size + size
            if len(self.buffer) < end:
                break
            middle = at + HEAD.size + header
            parts = bytes(self.buffer[at + HEAD.size:middle]), bytes(self.buffer[middle:end])
            frames.append(Frame(agent, id, type, parts[0], parts[1], flags))
            at = end
        del self.buffer[:at]
        return frames
