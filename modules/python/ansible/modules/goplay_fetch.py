# Tells what a file is like, as stat does, and gives its content with that where it is small and not what the controller has. goplay's fetch
# runs it; it is not a module for playbooks.
#
# _goplay_fetch (taken out before stat sees its arguments):
#   checksum  SHA-1 of what the controller has, or nothing
#   most      size in bytes above which the content stays here
import base64
import hashlib
import json
import os
import sys

from ansible.module_utils import basic

REUSABLE_PROCESS = True


def content(path, checksum, most):
    """Gives what the result has beside stat's."""
    path = os.path.expanduser(os.path.expandvars(path))
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > most:
            return {}
        with open(path, 'rb') as f:
            data = f.read(most + 1)
    except EnvironmentError:
        return {}
    if len(data) > most or hashlib.sha1(data).hexdigest() == checksum:
        return {}
    return {'_goplay_content': base64.b64encode(data).decode('ascii')}


def main():
    from ansible.modules import stat
    args = json.loads(basic._ANSIBLE_ARGS.decode('utf-8'))['ANSIBLE_MODULE_ARGS']
    fetch = args.pop('_goplay_fetch')
    args['_ansible_module_name'] = 'stat'
    extra = content(args['path'], fetch['checksum'], fetch['most'])
    basic._ANSIBLE_ARGS = json.dumps({'ANSIBLE_MODULE_ARGS': args}).encode('utf-8')
    plain = basic.AnsibleModule._return_formatted
    basic.AnsibleModule._return_formatted = lambda self, kwargs: plain(self, dict(kwargs, **extra))
    try:
        stat.main()
    finally:
        basic.AnsibleModule._return_formatted = plain  # the next module may run in this process


if __name__ == '__main__':
    main()
    sys.exit(0)
