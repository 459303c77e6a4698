# Unpacks an archive as unarchive does, after a look whether it is to. goplay's unarchive runs it; it is not a module for playbooks.
#
# _goplay_unarchive (taken out before unarchive sees its arguments):
#   creates  a path that means there is nothing to do, or nothing
#
# The result has _goplay_not where nothing was unpacked: "creates", "dest" (it is no folder), or "known" (it cannot be told).
import errno
import json
import os
import stat
import sys

from ansible.module_utils import basic


class Unknown(Exception):
    """It cannot be told what is there."""


def mode(path):
    """Gives the mode of a path, 0 where there is nothing."""
    try:
        return os.stat(os.path.expanduser(os.path.expandvars(path))).st_mode
    except EnvironmentError as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return 0
        raise Unknown(str(e))


def why_not(args, creates):
    try:
        if creates and mode(creates):
            return 'creates'
        if not stat.S_ISDIR(mode(args['dest'])):
            return 'dest'
    except Unknown:
        return 'known'
    return None


def main():
    from ansible.modules import unarchive
    args = json.loads(basic._ANSIBLE_ARGS.decode('utf-8'))['ANSIBLE_MODULE_ARGS']
    reason = why_not(args, args.pop('_goplay_unarchive')['creates'])
    if reason:
        return print(json.dumps({'_goplay_not': reason}))
    args['_ansible_module_name'] = 'ansible.legacy.unarchive'
    basic._ANSIBLE_ARGS = json.dumps({'ANSIBLE_MODULE_ARGS': args}).encode('utf-8')
    unarchive.main()


if __name__ == '__main__':
    main()
    sys.exit(0)
