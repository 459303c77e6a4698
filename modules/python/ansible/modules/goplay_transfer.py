# Puts one file in its place in one exchange: compares what is there with what shall be, and then does the work of copy, or of file
# where the content is the same already. goplay's copy, template and their like run it; it is not a module for playbooks.
#
# _goplay_transfer (taken out before the other module sees its arguments):
#   base      base name for a destination that is a folder
#   checksum  SHA-1 of the content that shall be there
#   attached  the content is here: src names it
#   peek      only tell what is there, with its content
#   check     check mode: tell what would be done
#   max_diff  size in bytes above which the content is not told; 0: none
import base64
import hashlib
import json
import os
import sys

from ansible.module_utils import basic

REUSABLE_PROCESS = True

FILE_ARGUMENTS = ('mode', 'owner', 'group', 'seuser', 'serole', 'setype', 'selevel', 'attributes', 'attr', 'unsafe_writes', 'follow')


def sha1(path):
    digest = hashlib.sha1()
    with open(path, 'rb') as f:
        for block in iter(lambda: f.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


def truth(value):
    return str(value).lower() in ('true', 'yes', 'y', 'on', '1', 't')


def answer(result):
    print(json.dumps(result))


def destination(args, base):
    dest = os.path.expanduser(os.path.expandvars(args.get('dest') or ''))
    if dest.endswith('/') or os.path.isdir(dest):
        return os.path.join(dest, base)
    return dest


def out_of_reach(dest):
    """Why nothing can be said of the destination, or None."""
    try:
        os.lstat(dest)
    except PermissionError as e:
        return e.strerror
    except EnvironmentError:
        pass
    return None


def same_content(dest, checksum, follow):
    if os.path.islink(dest) and not follow:
        return False
    try:
        return os.path.isfile(dest) and sha1(dest) == checksum
    except EnvironmentError:
        return False


def look(dest, same, max_diff):
    result = {'dest': dest, 'same': same, 'exists': os.path.exists(dest), 'size': 0, 'before': ''}
    if same or not os.path.isfile(dest):
        return result
    result['size'] = os.path.getsize(dest)
    if not max_diff or result['size'] <= max_diff:
        with open(dest, 'rb') as f:
            data = f.read()
        result['binary'] = b'\0' in data
        result['before'] = base64.b64encode(data).decode('ascii')
    return result


def run(name, args, extra):
    """Run another module in this process with these arguments; extra joins its result."""
    basic._ANSIBLE_ARGS = json.dumps({'ANSIBLE_MODULE_ARGS': args}).encode('utf-8')
    if name == 'file':
        from ansible.modules import file as module
    else:
        from ansible.modules import copy as module
    plain = basic.AnsibleModule._return_formatted
    basic.AnsibleModule._return_formatted = lambda self, kwargs: plain(self, dict(kwargs, **extra))
    try:
        module.main()
    finally:
        basic.AnsibleModule._return_formatted = plain  # the next module may run in this process


def internal(args):
    return dict((k, v) for k, v in args.items() if k.startswith('_ansible_'))


def mend(args, dest):
    wanted = internal(args)
    wanted['_ansible_module_name'] = 'file'
    wanted.update((k, args[k]) for k in FILE_ARGUMENTS if args.get(k) is not None)
    wanted.update(path=dest, state='file')
    run('file', wanted, {'_goplay_same': True})


def main():
    args = json.loads(basic._ANSIBLE_ARGS.decode('utf-8'))['ANSIBLE_MODULE_ARGS']
    transfer = args.pop('_goplay_transfer')
    dest = destination(args, transfer['base'])
    reason = out_of_reach(dest)
    if reason:
        return answer({'_goplay_unknown': 'Failed to get information on remote file (%s): %s' % (dest, reason)})
    if not truth(args.get('force', True)) and os.path.lexists(dest):
        return answer({'changed': False, 'dest': dest, '_goplay_kept': True})
    same = same_content(dest, transfer['checksum'], truth(args.get('follow', False)))
    if transfer['peek']:
        return answer(look(dest, same, transfer['max_diff']))
    if same:
        return mend(args, dest)
    if transfer['check']:
        return answer({'changed': True})
    if not transfer['attached']:
        return answer({'_goplay_need': True})
    args['_ansible_module_name'] = 'ansible.legacy.copy'
    args.setdefault('_original_basename', transfer['base'])
    run('copy', args, {})


if __name__ == '__main__':
    main()
    sys.exit(0)
