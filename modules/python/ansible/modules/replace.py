"""replace: change every match of a regular expression in a file."""
import os
import re

from ansible.module_utils._runtime import text_edit
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_text

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    path=dict(type='path', required=True, aliases=['dest', 'destfile', 'name']),
    regexp=dict(type='str', required=True),
    replace=dict(type='str', default=''),
    after=dict(type='str'),                               # only what comes after this expression
    before=dict(type='str'),                              # only what comes before this expression
    backup=dict(type='bool', default=False),
    validate=dict(type='str'),
    encoding=dict(type='str', default='utf-8'),
)


def read(module, path):
    if os.path.isdir(path):
        module.fail_json(rc=256, msg='Path %s is a directory !' % path)
    if not os.path.exists(path):
        module.fail_json(rc=257, msg='Path %s does not exist !' % path)
    try:
        return to_text(text_edit.read_bytes(path), errors='surrogate_or_strict', encoding=module.params['encoding'])
    except (OSError, IOError) as e:
        raise Exception('Unable to read the contents of %r.' % path) from e


def find_section(module, text):
    """(start, end) of what before and after leave; ends the module if they are not found."""
    after, before = module.params['after'], module.params['before']
    if after and before:
        pattern = '%s(?P<subsection>.*?)%s' % (after, before)
    elif after:
        pattern = '%s(?P<subsection>.*)' % after
    elif before:
        pattern = '(?P<subsection>.*)%s' % before
    else:
        return 0, len(text)
    match = re.search(pattern, text, re.DOTALL)
    if match is None:
        module.exit_json(changed=False, rc=0, msg='Pattern for before/after params did not match the given file: %s' % pattern)
    return match.span('subsection')


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True)
    params, path = module.params, module.params['path']
    result = dict(rc=0)
    text = read(module, path)
    start, end = find_section(module, text)
    section, count = re.subn(re.compile(params['regexp'], re.MULTILINE), params['replace'], text[start:end])
    changed, message = section != text[start:end], ''
    if changed:
        message = '%s replacements made' % count
        new = text[:start] + section + text[end:]
        if module._diff:
            result['diff'] = dict(before_header=path, before=text, after_header=path, after=new)
        if not module.check_mode:
            if params['backup']:
                result['backup_file'] = module.backup_local(path)
            target = os.path.realpath(path)
            text_edit.write_changes(module, to_bytes(new, encoding=params['encoding']), target)
    result['msg'], result['changed'] = text_edit.set_attributes(module, path, changed, message)
    module.exit_json(**result)


if __name__ == '__main__':
    main()
