"""Permission modes as chmod spells them: 'u=rw,g+X,o-rwx'."""
import os
import re
import stat

_CLAUSE = re.compile(r'(?P<users>[^+=-]*)(?P<changes>([+=-][^+=-]*)*)\Z')
_CHANGE = re.compile(r'([+=-])([^+=-]*)')

_SHIFT = {'u': 6, 'g': 3, 'o': 0}
_SPECIAL = {'u': {'s': stat.S_ISUID}, 'g': {'s': stat.S_ISGID}, 'o': {'t': stat.S_ISVTX}}
_OWN_BITS = {
    'u': stat.S_IRWXU | stat.S_ISUID,
    'g': stat.S_IRWXG | stat.S_ISGID,
    'o': stat.S_IRWXO | stat.S_ISVTX,
}


def symbolic_to_octal(file_stat, symbolic):
    """The mode that a symbolic one makes of a file's present mode; ValueError if it is not one."""
    mode = stat.S_IMODE(file_stat.st_mode)
    for clause in symbolic.split(','):
        match = _CLAUSE.match(clause)
        users = match.group('users')
        if users != 'a' and set(users) - set('ugo'):
            raise ValueError('bad symbolic permission for mode: %s' % clause)
        mode = _apply_clause(mode, match, stat.S_ISDIR(file_stat.st_mode))
    return mode


def _apply_clause(mode, match, is_dir):
    users = match.group('users')
    masked = current_umask() if not users else 0
    if users in ('', 'a'):
        users = 'ugo'
    for operator, perms in _CHANGE.findall(match.group('changes')):
        if set(perms) - set('rwxXstugo'):
            raise ValueError('bad symbolic permission for mode: %s' % match.group(0))
        for user in users:
            mode = _combine(mode, user, operator, _bits(mode, user, perms, is_dir, masked))
    return mode


def _combine(mode, user, operator, bits):
    if operator == '+':
        return mode | bits
    if operator == '-':
        return mode & ~bits
    return (mode & ~_OWN_BITS[user]) | bits


def _bits(mode, user, perms, is_dir, masked):
    bits, shift = 0, _SHIFT[user]
    for perm in perms:
        if perm in 'rwx':
            bits |= ({'r': 4, 'w': 2, 'x': 1}[perm] << shift) & ~masked
        elif perm == 'X':
            bits |= ((1 << shift) & ~masked) if is_dir or mode & 0o111 else 0
        elif perm in 'ugo':
            bits |= ((mode >> _SHIFT[perm]) & 7) << shift
        else:
            bits |= _SPECIAL[user].get(perm, 0)
    return bits


def current_umask():
    umask = os.umask(0)
    os.umask(umask)
    return umask
