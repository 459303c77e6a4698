"""File modes and attributes."""
import os
import re
import stat

FILE_ATTRIBUTES = {
    'A': 'noatime', 'a': 'append', 'c': 'compressed', 'C': 'nocow', 'd': 'nodump', 'D': 'dirsync',
    'e': 'extents', 'E': 'encrypted', 'h': 'blocksize', 'i': 'immutable', 'I': 'indexed', 'j': 'journalled',
    'N': 'inline', 's': 'zero', 'S': 'synchronous', 't': 'notail', 'T': 'blockroot', 'u': 'undelete',
    'X': 'compressedraw', 'Z': 'compresseddirty',
}

S_IRANY = 0o444
S_IWANY = 0o222
S_IXANY = 0o111
S_IRWU_RWG_RWO = 0o666
S_IRWU_RG_RO = 0o644
S_IRWXU_RXG_RXO = 0o755
_PERM_BITS = 0o7777
_EXEC_PERM_BITS = S_IXANY
_DEFAULT_PERM = 0o666

USERS_RE = re.compile(r'[^ugo]')
PERMS_RE = re.compile(r'[^rwxXstugo]')
MODE_OPERATOR_RE = re.compile(r'[+=-]')


def is_executable(path):
    """Whether anybody may execute path; the bits in question, so 0 for no."""
    return (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH) & os.stat(path)[stat.ST_MODE]


def format_attributes(attributes):
    """The letters of lsattr as names."""
    return [FILE_ATTRIBUTES[letter] for letter in attributes if letter in FILE_ATTRIBUTES]


def get_flags_from_attributes(attributes):
    """The names of attributes as letters of chattr."""
    return ''.join(letter for letter, name in FILE_ATTRIBUTES.items() if name in attributes)


def get_file_arg_spec():
    """The arguments of every module that sets a file's permissions."""
    return dict(
        mode=dict(type='raw'),
        owner=dict(),
        group=dict(),
        seuser=dict(),
        serole=dict(),
        selevel=dict(),
        setype=dict(),
        attributes=dict(aliases=['attr']),
    )
