"""Symbolic and hard links for the file module: state link and state hard."""
import os
import time

from ansible.module_utils.common.text.converters import to_bytes, to_native

_NO_TARGET = 'Cannot set fs attributes on a non-existent symlink target. follow should be set to False to avoid this.'


def make_symlink(call):
    """Make or change call.path, a link to the argument src."""
    module, path = call.module, call.path
    src = call.params['src']
    if src is None and call.previous != 'link':
        module.fail_json(msg='src is required for creating new symlinks')
    if src is None:  # the link stays as it is, to nothing too
        diff, changed = _initial_diff(path, 'link', 'link'), False
        if call.params['follow'] and os.path.exists(call.b_path):
            src = to_native(os.readlink(call.b_path), errors='strict')
    else:
        _check_target(call, src)
        diff, changed = _compare(call, src)
    if changed and not module.check_mode:
        _replace(call, src)
    result = {'dest': path, 'src': src, 'changed': changed, 'diff': diff}
    if module.check_mode and not os.path.exists(call.b_path):
        return result
    if call.params['follow'] and not os.path.exists(call.b_path):
        module.warn(_NO_TARGET)
    elif call.params['follow']:
        result['changed'] = call._set_attributes(to_native(os.path.realpath(call.b_path)), changed, diff)
    else:
        result['changed'] = call._set_attributes(path, changed, diff)
    return result


def _check_target(call, src):
    """Refuse what cannot become a link, or would be one to nothing, unless forced."""
    module, path, force = call.module, call.path, call.params['force']
    base = path if not os.path.islink(call.b_path) and os.path.isdir(call.b_path) else os.path.dirname(path)
    target = src if os.path.isabs(src) else os.path.join(base, src)
    if not force and not os.path.exists(to_bytes(target, errors='surrogate_or_strict')):
        module.fail_json(
            path=path, src=src,
            msg="src file does not exist, use 'force=yes' if you really want to create the link: %s" % target)
    if call.previous == 'directory':
        if not force:
            module.fail_json(path=path, msg='refusing to convert from %s to symlink for %s' % (call.previous, path))
        if os.listdir(call.b_path):
            module.fail_json(path=path, msg='the directory %s is not empty, refusing to convert it' % path)
    elif call.previous in ('file', 'hard') and not force:
        module.fail_json(path=path, msg='refusing to convert from %s to symlink for %s' % (call.previous, path))


def _initial_diff(path, state, previous):
    diff = {'before': {'path': path}, 'after': {'path': path}}
    if state != previous:
        diff['before']['state'], diff['after']['state'] = previous, state
    return diff


def _compare(call, src):
    """(diff, whether the link must be made)"""
    diff = _initial_diff(call.path, 'link', call.previous)
    if call.previous != 'link':
        return diff, True
    present = to_native(os.readlink(call.b_path), errors='surrogate_or_strict')
    if present == src:
        return diff, False
    diff['before']['src'], diff['after']['src'] = present, src
    return diff, True


def _replace(call, src):
    """Make the link; one that is there is replaced in one step."""
    b_src = to_bytes(src, errors='surrogate_or_strict')
    try:
        if call.previous == 'absent':
            os.symlink(b_src, call.b_path)
            return
        if call.previous == 'directory':
            os.rmdir(call.b_path)
        _rename_over(lambda b_temp: os.symlink(b_src, b_temp), call.b_path)
    except OSError as e:
        call.module.fail_json(path=call.path, msg='Error while %s: %s' % (
            'linking' if call.previous == 'absent' else 'replacing', to_native(e, nonstring='simplerepr')))


def _rename_over(make, b_path):
    b_temp = to_bytes(os.path.sep).join([
        os.path.dirname(b_path), to_bytes('.%s.%s.tmp' % (os.getpid(), time.time()))])
    make(b_temp)
    try:
        os.rename(b_temp, b_path)
    except OSError:
        os.unlink(b_temp)
        raise


def make_hardlink(call):
    """Make or change call.path, another name of the file src."""
    module, src = call.module, call.params['src']
    if call.previous == 'absent' and src is None:
        module.fail_json(msg='src is required for creating new hardlinks')
    if src is not None and not os.path.exists(to_bytes(src, errors='surrogate_or_strict')):
        module.fail_json(msg='src does not exist', dest=call.path, src=src)
    diff = _initial_diff(call.path, 'hard', call.previous)
    changed = _must_link(call, src, diff)
    if changed and not module.check_mode:
        _hardlink(call, src)
    result = {'dest': call.path, 'src': src, 'changed': changed, 'diff': diff}
    if module.check_mode and not os.path.exists(call.b_path):
        return result
    result['changed'] = call._set_attributes(call.path, changed, diff)
    return result


def _must_link(call, src, diff):
    module, force = call.module, call.params['force']
    if call.previous == 'absent':
        return True
    if call.previous == 'link':
        diff['before']['src'], diff['after']['src'] = to_native(os.readlink(call.b_path)), src
        return True
    if call.previous == 'directory':
        return _refuse_or(force, module, call, src, 'refusing to convert from directory to hard link for %s' % call.path)
    if src is None or os.stat(call.b_path).st_ino == os.stat(to_bytes(src)).st_ino:
        return False
    if call.previous == 'hard':
        return _refuse_or(force, module, call, src, 'Cannot link, different hard link exists at destination')
    return _refuse_or(force, module, call, src, 'Cannot link, file exists at destination')


def _refuse_or(force, module, call, src, message):
    if not force:
        module.fail_json(msg=message, dest=call.path, src=src)
    return True


def _hardlink(call, src):
    b_src = to_bytes(src, errors='surrogate_or_strict')
    try:
        if call.previous == 'absent':
            os.link(b_src, call.b_path)
            return
        if call.previous == 'directory':
            _clear(call.b_path)
        if call.previous == 'link':
            os.unlink(call.b_path)
        _rename_over(lambda b_temp: os.link(b_src, b_temp), call.b_path)
    except OSError as e:
        call.module.fail_json(path=call.path, msg='Error while %s: %s' % (
            'linking' if call.previous == 'absent' else 'replacing', to_native(e, nonstring='simplerepr')))


def _clear(b_path):
    if os.path.isdir(b_path):
        os.rmdir(b_path)
