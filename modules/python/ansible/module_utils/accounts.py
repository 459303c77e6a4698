"""Users and groups of the host, for the modules user and group."""
import grp
import os
import pwd

PASSWD = '/etc/passwd'
GROUP = '/etc/group'
SHADOW = '/etc/shadow'


def find_group(name):
    """The group of that name or number, or None."""
    try:
        return grp.getgrnam(name)
    except KeyError:
        pass
    try:
        return grp.getgrgid(int(name))
    except (KeyError, ValueError, OverflowError):
        return None


def find_user(name, local=False):
    """The user's passwd entry, or None; local asks /etc/passwd only."""
    if local:
        return local_user(name)
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def local_user(name):
    for fields in rows(PASSWD, name):
        return pwd.struct_passwd((fields[0], fields[1], int(fields[2]), int(fields[3])) + tuple(fields[4:7]))
    return None


def local_group(name):
    for fields in rows(GROUP, name):
        members = [member for member in fields[3].split(',') if member]
        return grp.struct_group((fields[0], fields[1], int(fields[2]), members))
    return None


def rows(path, name):
    """The fields of each line of path that is about name."""
    try:
        with open(path, encoding='utf-8', errors='surrogateescape') as stream:
            for line in stream:
                if line.startswith(name + ':'):
                    yield line.rstrip('\n').split(':')
    except OSError:
        return


def shadow(name):
    """Password hash and ageing of name as text fields; empty when there is no entry."""
    for fields in rows(SHADOW, name):
        return dict(zip(('name', 'password', 'changed', 'min', 'max', 'warn', 'inactive', 'expires'), fields))
    return {}


def memberships(name):
    """Names of the groups that list name as a member, in the group file's order."""
    return [entry.gr_name for entry in grp.getgrall() if name in entry.gr_mem]


def login_defs(key):
    """A setting of /etc/login.defs, or None."""
    try:
        with open('/etc/login.defs', errors='replace') as stream:
            for line in stream:
                words = line.split()
                if len(words) >= 2 and words[0] == key:
                    return words[1]
    except OSError:
        pass
    return None


def home_mode():
    """The mode that a new home gets, as useradd would give it."""
    explicit = login_defs('HOME_MODE')
    if explicit:
        return int(explicit, 8)
    mask = login_defs('UMASK')
    return 0o777 & ~int(mask, 8) if mask else 0o777 & ~current_umask()


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
