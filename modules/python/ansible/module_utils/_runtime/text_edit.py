"""What the modules that edit text files share: lineinfile, blockinfile and replace."""
import os

from ansible.module_utils.common.text.converters import to_bytes, to_native


def make_parent(module, path):
    """Make the folder that path will be in."""
    parent = os.path.dirname(to_bytes(path, errors='surrogate_or_strict'))
    if not parent or os.path.exists(parent) or module.check_mode:
        return
    try:
        os.makedirs(parent)
    except Exception as e:
        module.fail_json(msg='Error creating %s (%s)' % (to_native(parent), to_native(e)))


def read_bytes(path):
    with open(path, 'rb') as f:
        return f.read()


def write_changes(module, content, path, failure='failed to validate: rc:%s error:%s'):
    """Put content in place of path's, if the argument validate finds it right."""
    import tempfile
    fd, temp = tempfile.mkstemp(dir=module.tmpdir)
    with os.fdopen(fd, 'wb') as f:
        f.write(content)
    validate = module.params.get('validate')
    if validate:
        if '%s' not in validate:
            module.fail_json(msg='validate must contain %%s: %s' % validate)
        rc, dummy, err = module.run_command(to_bytes(validate % temp, errors='surrogate_or_strict'))
        if rc != 0:
            module.fail_json(msg=failure % (rc, err))
    module.atomic_move(
        temp, to_native(os.path.realpath(to_bytes(path, errors='surrogate_or_strict')), errors='surrogate_or_strict'),
        unsafe_writes=module.params['unsafe_writes'])


def set_attributes(module, path, changed, message, diff=None):
    """Set the file's attributes; (message, changed) tell of it."""
    args = module.load_file_common_arguments(module.params, path=path)
    if not module.set_fs_attributes_if_different(args, False, diff=diff):
        return message, changed
    if changed:
        message += ' and '
    return message + 'ownership, perms or SE linux context changed', True
