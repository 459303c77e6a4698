"""blockinfile: have a block of lines between two marker lines in a file, or not have it."""
import os
import re

from ansible.module_utils._runtime import text_edit
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_native

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    path=dict(type='path', required=True, aliases=['dest', 'destfile', 'name']),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    marker=dict(type='str', default='# {mark} ANSIBLE MANAGED BLOCK'),
    block=dict(type='str', default='', aliases=['content']),
    insertafter=dict(type='str'),                         # a regular expression or EOF
    insertbefore=dict(type='str'),                        # a regular expression or BOF
    create=dict(type='bool', default=False),
    backup=dict(type='bool', default=False),
    validate=dict(type='str'),
    marker_begin=dict(type='str', default='BEGIN'),
    marker_end=dict(type='str', default='END'),
    append_newline=dict(type='bool', default=False),
    prepend_newline=dict(type='bool', default=False),
)


def marker_lines(params):
    """The first and the last line of the block."""
    return [
        to_bytes(params['marker'].replace('{mark}', word)) + b'\n' for word in (params['marker_begin'], params['marker_end'])]


def block_lines(params):
    """The block with its markers; nothing if it shall not be there."""
    block = to_bytes(params['block'])
    if params['state'] == 'absent' or not block:
        return []
    if not block.endswith(b'\n'):
        block += b'\n'
    begin, end = marker_lines(params)
    return [begin] + block.splitlines(True) + [end]


def cut_block(params, lines):
    """Take the old block out of lines; returns where it was, or where the new one belongs."""
    begin, end = marker_lines(params)
    begins = [i for i, line in enumerate(lines) if line == begin]
    ends = [i for i, line in enumerate(lines) if line == end]
    if not begins or not ends:
        return find_place(params, lines)
    first, last = sorted((begins[-1], ends[-1]))
    del lines[first:last + 1]
    return first


def find_place(params, lines):
    """The index at which insertafter and insertbefore want the block."""
    before, after = params['insertbefore'], params['insertafter']
    if before == 'BOF':
        return 0
    expression = before if before is not None else after
    if expression in (None, 'EOF'):
        return len(lines)
    pattern = re.compile(to_bytes(expression, errors='surrogate_or_strict'))
    place = _find_in_text(pattern, lines, before) if pattern.flags & re.MULTILINE else _find_line(pattern, lines, before)
    return len(lines) if place is None else place


def _find_in_text(pattern, lines, before):
    text = b''.join(lines)
    match = pattern.search(text)
    if not match:
        return None
    return text.count(b'\n', 0, match.start()) if before is not None else text.count(b'\n', 0, match.end()) + 1


def _find_line(pattern, lines, before):
    found = [i for i, line in enumerate(lines) if pattern.search(line)]
    if not found:
        return None
    return found[-1] if before is not None else found[-1] + 1


def insert_block(params, lines, place, block):
    """Put block into lines, on lines of its own, with empty lines around it if asked for."""
    if place > 0 and not lines[place - 1].endswith(b'\n'):
        lines[place - 1] += b'\n'
    if not block:
        return
    if params['prepend_newline'] and place > 0 and lines[place - 1] != b'\n':
        lines.insert(place, b'\n')
        place += 1
    lines[place:place] = block
    after = place + len(block)
    if params['append_newline'] and after < len(lines) and lines[after] != b'\n':
        lines.insert(after, b'\n')


def read(module, path):
    """The file's content; None if it will be created."""
    if os.path.isdir(path):
        module.fail_json(rc=256, msg='Path %s is a directory !' % path)
    if os.path.exists(path):
        return text_edit.read_bytes(path)
    if not module.params['create']:
        module.fail_json(rc=257, msg='Path %s does not exist !' % path)
    if module.params['state'] == 'absent':
        module.exit_json(changed=False, msg='File %s not present' % path)
    text_edit.make_parent(module, path)
    return None


def describe(original, result, block):
    if original is None:
        return 'File created'
    if original == result:
        return ''
    return 'Block inserted' if block else 'Block removed'


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, mutually_exclusive=[['insertbefore', 'insertafter']],
        add_file_common_args=True, supports_check_mode=True)
    params, path = module.params, module.params['path']
    original = read(module, path)
    lines = (original or b'').splitlines(True)
    block = block_lines(params)
    insert_block(params, lines, cut_block(params, lines), block)
    content = b''.join(lines)
    message = describe(original, content, block)
    result = {}
    if message and not module.check_mode:
        if params['backup'] and original is not None:
            result['backup_file'] = module.backup_local(path)
        text_edit.write_changes(module, content, path)
    finish(module, original, content, message, result)


def finish(module, original, content, message, result):
    path = module.params['path']
    diff = dict(before='', after='', before_header='%s (content)' % path, after_header='%s (content)' % path)
    if module._diff:
        diff['before'], diff['after'] = to_native(original or b''), to_native(content)
    if module.check_mode and original is None:
        module.exit_json(changed=bool(message), msg=message, diff=diff)
    attributes = dict(before_header='%s (file attributes)' % path, after_header='%s (file attributes)' % path)
    message, changed = text_edit.set_attributes(module, path, bool(message), message, attributes)
    module.exit_json(changed=changed, msg=message, diff=[diff, attributes], **result)


if __name__ == '__main__':
    main()
