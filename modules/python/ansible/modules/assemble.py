"""assemble, on the target's side: make one file of the files in a folder."""
import codecs
import os
import re
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    src=dict(type='path', required=True),
    delimiter=dict(type='str'),
    dest=dict(type='path', required=True),
    backup=dict(type='bool', default=False),
    remote_src=dict(type='bool', default=True),           # the controller has sent its folder if this is false
    regexp=dict(type='str'),
    ignore_hidden=dict(type='bool', default=False),
    validate=dict(type='str'),
    decrypt=dict(type='bool', default=True),              # for the controller
)


def fragments(src, pattern, ignore_hidden):
    """The paths of the parts, in the order of their names."""
    for name in sorted(os.listdir(src)):
        path = os.path.join(src, name)
        if pattern and not pattern.search(name):
            continue
        if os.path.isfile(path) and not (ignore_hidden and name.startswith('.')):
            yield path


def assemble(src, delimiter, pattern, ignore_hidden, folder):
    """The path of a temporary file with all parts, each but the last ended by a newline."""
    fd, path = tempfile.mkstemp(dir=folder)
    if delimiter:
        delimiter = codecs.escape_decode(delimiter.encode('utf-8'))[0]
        if not delimiter.endswith(b'\n'):
            delimiter += b'\n'
    first, newline = True, False
    with os.fdopen(fd, 'wb') as out:
        for fragment in fragments(src, pattern, ignore_hidden):
            with open(fragment, 'rb') as f:
                content = f.read()
            if newline:
                out.write(b'\n')
            if delimiter and not first:
                out.write(delimiter)
            out.write(content)
            first, newline = False, bool(content) and not content.endswith(b'\n')
    return path


def check(module):
    """The compiled regexp, after the checks of the arguments."""
    src, validate = module.params['src'], module.params['validate']
    if not os.path.exists(src):
        module.fail_json(msg='Source (%s) does not exist' % src)
    if not os.path.isdir(src):
        module.fail_json(msg='Source (%s) is not a directory' % src)
    pattern = None
    if module.params['regexp'] is not None:
        try:
            pattern = re.compile(module.params['regexp'])
        except re.error as e:
            module.fail_json(msg='Invalid Regexp (%s) in "%s"' % (to_native(e), module.params['regexp']))
    if validate and '%s' not in validate:
        module.fail_json(msg='validate must contain %%s: %s' % validate)
    return pattern


def md5_or_none(module, path):
    try:
        return module.md5(path)
    except ValueError:
        return None


def install(module, path, result):
    """Put the assembled file at dest; whether a backup was made is noted in result."""
    params = module.params
    if params['validate']:
        rc, dummy, err = module.run_command(params['validate'] % path)
        if rc != 0:
            module.fail_json(msg='failed to validate: rc:%s error:%s' % (rc, err))
    if params['backup'] and os.path.exists(params['dest']):
        result['backup_file'] = module.backup_local(params['dest'])
    module.atomic_move(path, params['dest'], unsafe_writes=params['unsafe_writes'])


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True)
    params = module.params
    pattern = check(module)
    path = assemble(params['src'], params['delimiter'], pattern, params['ignore_hidden'], module.tmpdir)
    result = dict(src=params['src'], dest=params['dest'], checksum=module.sha1(path), md5sum=md5_or_none(module, path), msg='OK')
    changed = result['checksum'] != module.sha1(params['dest'])
    if changed and not module.check_mode:
        install(module, path, result)
    module.cleanup(path)
    if not module.check_mode or os.path.exists(params['dest']):
        changed = module.set_fs_attributes_if_different(module.load_file_common_arguments(params), changed)
    module.exit_json(changed=changed, **result)


if __name__ == '__main__':
    main()
