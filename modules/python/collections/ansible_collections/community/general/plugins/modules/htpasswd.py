"""htpasswd: users and passwords of web servers."""
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.text.converters import to_native

try:
    from passlib.apache import HtpasswdFile, htpasswd_context
    from passlib.context import CryptContext
    PASSLIB_ERROR = None
except ImportError as e:
    PASSLIB_ERROR = e

ARGUMENTS = dict(
    path=dict(type='path', required=True, aliases=['dest', 'destfile']),
    name=dict(type='str', required=True, aliases=['username']),
    password=dict(type='str', no_log=True),
    hash_scheme=dict(type='str', default='apr_md5_crypt', aliases=['crypt_scheme']),
    state=dict(type='str', default='present', choices=['present', 'absent']),
    create=dict(type='bool', default=True),
)
APACHE = ('apr_md5_crypt', 'des_crypt', 'ldap_sha1', 'plaintext')


def opened(path, scheme, new=False):
    """The file, whose passwords may be of Apache's kinds and of the given one."""
    context = htpasswd_context if scheme in APACHE else CryptContext(schemes=[scheme] + list(APACHE))
    return HtpasswdFile(path, new=new, default_scheme=scheme, context=context)


def drop_empty_lines(path):
    """passlib does not read them."""
    with open(path) as f:
        lines = f.readlines()
    kept = [line for line in lines if line.strip()]
    if len(kept) != len(lines):
        with open(path, 'w') as f:
            f.writelines(kept)


def readable(module, path):
    """The path of what passlib can read; in check mode a copy."""
    if not module.check_mode:
        drop_empty_lines(path)
        return path
    descriptor, copy = tempfile.mkstemp(dir=module.tmpdir)
    with open(path) as source, os.fdopen(descriptor, 'w') as f:
        f.write(source.read())
    module.add_cleanup_file(copy)
    drop_empty_lines(copy)
    return copy


def create(module, path):
    params = module.params
    if not params['create']:
        raise ValueError('Destination %s does not exist' % path)
    if module.check_mode:
        return 'Create %s' % path, True
    folder = os.path.dirname(path)
    if folder and not os.path.exists(folder):
        os.makedirs(folder)
    users = opened(path, params['hash_scheme'], new=True)
    users.set_password(params['name'], params['password'])
    users.save()
    return 'Created %s and added %s' % (path, params['name']), True


def present(module, path):
    params = module.params
    if not os.path.exists(path):
        return create(module, path)
    users = opened(readable(module, path), params['hash_scheme'])
    if users.check_password(params['name'], params['password']):
        return '%s already present' % params['name'], False
    if not module.check_mode:
        users.set_password(params['name'], params['password'])
        users.save()
    return 'Add/update %s' % params['name'], True


def absent(module, path):
    name = module.params['name']
    users = opened(readable(module, path), module.params['hash_scheme'])
    if name not in users.users():
        return '%s not present' % name, False
    if not module.check_mode:
        users.delete(name)
        users.save()
    return 'Remove %s' % name, True


def attributes(module, changed, msg):
    """Set the file's attributes too."""
    arguments = module.load_file_common_arguments(module.params)
    if module.set_fs_attributes_if_different(arguments, False):
        msg += ' and ' if changed else ''
        return True, msg + 'ownership, perms or SE linux context changed'
    return changed, msg


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True)
    if PASSLIB_ERROR:
        module.fail_json(msg=missing_required_lib('passlib'), exception=PASSLIB_ERROR)
    path, state = module.params['path'], module.params['state']
    if state == 'absent' and not os.path.exists(path):
        module.warn('%s does not exist' % path)
        module.exit_json(msg='%s not present' % module.params['name'], changed=False)
    try:
        msg, changed = present(module, path) if state == 'present' else absent(module, path)
        changed, msg = attributes(module, changed, msg)
    except Exception as e:  # passlib's are of many kinds
        module.fail_json(msg=to_native(e))
    module.exit_json(msg=msg, changed=changed)


if __name__ == '__main__':
    main()
