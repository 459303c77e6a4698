"""The user that modules run as."""
import getpass
import os
import pwd


def collect(context):
    name = getpass.getuser()
    entry = passwd_entry(name)
    return {
        'user_id': name,
        'user_uid': entry.pw_uid,
        'user_gid': entry.pw_gid,
        'user_gecos': entry.pw_gecos,
        'user_dir': entry.pw_dir,
        'user_shell': entry.pw_shell,
        'real_user_id': os.getuid(),
        'effective_user_id': os.geteuid(),
        'real_group_id': os.getgid(),
        'effective_group_id': os.getegid(),
    }


def passwd_entry(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwuid(os.getuid())
