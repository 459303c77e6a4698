"""The kernel's addresses and routes over a netlink socket (rtnetlink(7))."""
import socket
import struct

NLMSG_ERROR, NLMSG_DONE = 2, 3
RTM_NEWADDR, RTM_GETADDR, RTM_NEWROUTE, RTM_GETROUTE = 20, 22, 24, 26
NLM_F_REQUEST, NLM_F_DUMP = 0x1, 0x300
IFA_ADDRESS, IFA_LOCAL, IFA_LABEL, IFA_BROADCAST, IFA_FLAGS = 1, 2, 3, 4, 8
RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_PREFSRC, RTA_TABLE, RTA_VIA = 1, 4, 5, 7, 15, 18
RTN_LOCAL, RT_TABLE_LOCAL, RT_SCOPE_HOST = 2, 255, 254
IFA_F_SECONDARY = 0x01

HEADER = struct.Struct('=LHHLL')
IFADDRMSG = struct.Struct('=BBBBi')
RTMSG = struct.Struct('=BBBBBBBBL')
ATTRIBUTE = struct.Struct('=HH')

SCOPES = {0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere'}


class Netlink(object):
    """One socket for all questions."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.socket.bind((0, 0))
        self.socket.settimeout(5)
        self.sequence = 0

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def ask(self, kind, flags, body):
        """The bodies of all answers of type kind - 2 (RTM_NEW follows from RTM_GET)."""
        self.sequence += 1
        size = HEADER.size + len(body)
        self.socket.send(HEADER.pack(size, kind, NLM_F_REQUEST | flags, self.sequence, 0) + body)
        found, more = [], True
        while more:
            more = self.take(found, self.socket.recv(1 << 17), kind - 2, bool(flags & NLM_F_DUMP))
        return found

    def take(self, found, data, wanted, dump):
        """Adds the messages of one packet; says whether more will come."""
        while len(data) >= HEADER.size:
            size, kind, _, sequence, _ = HEADER.unpack_from(data)
            if kind in (NLMSG_DONE, NLMSG_ERROR):
                return False
            if kind == wanted and sequence == self.sequence:
                found.append(data[HEADER.size:size])
            data = data[(size + 3) & ~3:]
        return dump


def attributes(data):
    found = {}
    while len(data) >= ATTRIBUTE.size:
        size, kind = ATTRIBUTE.unpack_from(data)
        if size < ATTRIBUTE.size:
            break
        found[kind & 0x3fff] = data[ATTRIBUTE.size:size]
        data = data[(size + 3) & ~3:]
    return found


def addresses(link):
    """Every address of the host as a dict: family, index, address, prefix, label …"""
    bodies = link.ask(RTM_GETADDR, NLM_F_DUMP, IFADDRMSG.pack(socket.AF_UNSPEC, 0, 0, 0, 0))
    return [found for found in map(address, bodies) if found]


def address(body):
    family, prefix, flags, scope, index = IFADDRMSG.unpack_from(body)
    if family not in (socket.AF_INET, socket.AF_INET6):
        return None
    given = attributes(body[IFADDRMSG.size:])
    own = given.get(IFA_LOCAL) or given.get(IFA_ADDRESS)
    if own is None:
        return None
    if IFA_FLAGS in given:
        flags = struct.unpack('=L', given[IFA_FLAGS])[0]
    return {
        'family': family, 'index': index, 'prefix': prefix,
        'scope': SCOPES.get(scope, str(scope)),
        'secondary': bool(flags & IFA_F_SECONDARY),
        'address': socket.inet_ntop(family, own),
        'peer': given.get(IFA_ADDRESS, own) != own,
        'broadcast': socket.inet_ntop(family, given[IFA_BROADCAST]) if IFA_BROADCAST in given else '',
        'label': given.get(IFA_LABEL, b'').rstrip(b'\0').decode('utf-8', 'surrogateescape'),
    }


def route_to(link, family, destination):
    """{'interface', 'address', 'gateway'} of the way to destination, or {}."""
    raw = socket.inet_pton(family, destination)
    body = RTMSG.pack(family, len(raw) * 8, 0, 0, 0, 0, 0, 0, 0)
    body += ATTRIBUTE.pack(ATTRIBUTE.size + len(raw), RTA_DST) + raw
    found = link.ask(RTM_GETROUTE, 0, body)
    return way(family, attributes(found[0][RTMSG.size:])) if found else {}


def way(family, given):
    facts = {}
    gateway = next_hop(family, given)
    if gateway:
        facts['gateway'] = gateway
    if RTA_OIF in given:
        facts['index'] = struct.unpack('=i', given[RTA_OIF])[0]
    if RTA_PREFSRC in given:
        facts['address'] = socket.inet_ntop(family, given[RTA_PREFSRC])
    return facts


def next_hop(family, given):
    """The gateway, which may be of the other family (RFC 5549)."""
    if RTA_GATEWAY in given:
        return socket.inet_ntop(family, given[RTA_GATEWAY])
    if RTA_VIA in given:
        other = struct.unpack_from('=H', given[RTA_VIA])[0]
        return socket.inet_ntop(other, given[RTA_VIA][2:])
    return None


def local_destinations(link, family):
    """What the host accepts as its own: the table "local", in the kernel's order."""
    found = []
    for body in link.ask(RTM_GETROUTE, NLM_F_DUMP, RTMSG.pack(family, 0, 0, 0, RT_TABLE_LOCAL, 0, 0, 0, 0)):
        got, prefix, _, _, table, _, scope, kind, _ = RTMSG.unpack_from(body)
        given = attributes(body[RTMSG.size:])
        if RTA_TABLE in given:
            table = struct.unpack('=L', given[RTA_TABLE])[0]
        if got == family and table == RT_TABLE_LOCAL and kind == RTN_LOCAL and RTA_DST in given:
            found.append(destination(family, given[RTA_DST], prefix))
    return found


def destination(family, raw, prefix):
    text = socket.inet_ntop(family, raw)
    return text if prefix == len(raw) * 8 else '%s/%d' % (text, prefix)
