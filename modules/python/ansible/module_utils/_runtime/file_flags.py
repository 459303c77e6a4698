"""The attributes of files that lsattr shows, read by ioctl: a process for each file would cost milliseconds."""
import os
import struct

from ansible.module_utils.common.file import format_attributes

# lsattr's letters in its order: (bit, letter).
_LETTERS = (
    (0x1, 's'), (0x2, 'u'), (0x8, 'S'), (0x10000, 'D'), (0x10, 'i'), (0x20, 'a'), (0x40, 'd'), (0x80, 'A'),
    (0x4, 'c'), (0x800, 'E'), (0x4000, 'j'), (0x1000, 'I'), (0x8000, 't'), (0x20000, 'T'), (0x80000, 'e'),
    (0x800000, 'C'), (0x2000000, 'x'), (0x40000000, 'F'), (0x10000000, 'N'), (0x20000000, 'P'), (0x100000, 'V'), (0x400, 'm'),
)

# _IOR('f', 1, long) and _IOR('v', 1, long); some architectures encode the direction otherwise.
_READ = 0x40000000 if os.uname().machine.startswith(('ppc', 'powerpc', 'mips', 'sparc', 'alpha')) else 0x80000000
_SIZE = struct.calcsize('l') << 16
_GETFLAGS = _READ | _SIZE | 0x6601
_GETVERSION = _READ | _SIZE | 0x7601


def read_attributes(path, include_version):
    """{version, attr_flags, attributes}; OSError where the filesystem or the type of file has none."""
    import fcntl
    if os.path.islink(path) or not (os.path.isfile(path) or os.path.isdir(path)):
        raise OSError('Operation not supported')
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        flags = _number(fcntl.ioctl(fd, _GETFLAGS, bytes(8)))
        output = {'version': str(_number(fcntl.ioctl(fd, _GETVERSION, bytes(8))))} if include_version else {}
    finally:
        os.close(fd)
    output['attr_flags'] = ''.join(letter for bit, letter in _LETTERS if flags & bit)
    output['attributes'] = format_attributes(output['attr_flags'])
    return output


def _number(raw):
    return struct.unpack_from('I', raw)[0]
