"""ini_file: options in files of sections."""
import os
import re
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

ARGUMENTS = dict(
    path=dict(type='path', required=True, aliases=['dest']),
    section=dict(type='str'),
    section_has_values=dict(type='list', elements='dict', default=None, options=dict(
        option=dict(type='str', required=True), value=dict(type='str'), values=dict(type='list', elements='str')),
        mutually_exclusive=[['value', 'values']]),
    option=dict(type='str'),
    value=dict(type='str'),
    values=dict(type='list', elements='str'),
    backup=dict(type='bool', default=False),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    exclusive=dict(type='bool', default=True),
    no_extra_spaces=dict(type='bool', default=False),
    ignore_spaces=dict(type='bool', default=False),
    allow_no_value=dict(type='bool', default=False),
    modify_inactive_option=dict(type='bool', default=True),
    create=dict(type='bool', default=True),
    follow=dict(type='bool', default=False),
)


class Lines:
    """The lines of a file, and the section that is meant: from start (after its head) to end."""

    def __init__(self, module, text):
        self.params = module.params
        self.lines = text.splitlines(True)
        self.changed, self.msg = False, 'OK'
        if self.lines and not self.lines[-1].endswith('\n'):
            self.lines[-1] += '\n'
            self.changed = True
        if not self.lines:
            self.lines = ['\n']
        self.wanted = list(dict.fromkeys(self._values()))

    def _values(self):
        params = self.params
        if params['value'] is not None:
            return [params['value']]
        if params['values']:
            return params['values']
        return [None] if params['allow_no_value'] else []

    def note(self, msg):
        self.changed, self.msg = True, msg

    # sections

    def find(self):
        """(head, end) of the section; (-1, end) is what stands before the first; None if it is not there."""
        heads = [n for n, line in enumerate(self.lines) if line.startswith('[')]
        if not self.params['section']:
            return -1, (heads or [len(self.lines)])[0]
        for head, end in zip(heads, heads[1:] + [len(self.lines)]):
            if self.lines[head].startswith('[%s]' % self.params['section']) and self._has_values(head, end):
                return head, end
        return None

    def _has_values(self, head, end):
        for condition in self.params['section_has_values'] or []:
            found = [each[1] for each in map(_option(condition['option']), self.lines[head + 1:end]) if each]
            if not found or not set(condition['values']) <= set(found):
                return False
        return True

    def add_section(self):
        text = ['[%s]\n' % self.params['section']]
        for condition in self.params['section_has_values'] or []:
            text += [self.assignment(condition['option'], value) for value in condition['values'] or [None]]
        if self.params['option']:
            text += [self.assignment(self.params['option'], value) for value in self.wanted]
        self.lines += text
        self.note('section and option added' if self.params['option'] else 'only section added')

    def remove_section(self, head, end):
        del self.lines[max(head, 0):end]
        self.note('section removed')

    # options

    def assignment(self, option, value):
        if value is None:
            return option + '\n'
        return '%s%s%s\n' % (option, '=' if self.params['no_extra_spaces'] else ' = ', value)

    def set(self, head, end):
        matches = self._matches(head, end, inactive=self.params['modify_inactive_option'])
        missing = self._keep(matches)
        if self.params['exclusive']:
            self._replace(matches, missing)
        self._add(head, end, missing)

    def _matches(self, head, end, inactive):
        """Line numbers with (comment sign, value) of the option's lines."""
        read = _option(self.params['option'], '[#;]?' if inactive else '')
        found = {n: read(self.lines[n]) for n in range(head + 1, end)}
        return {n: each for n, each in found.items() if each and not self._is_another(each)}

    def _is_another(self, found):
        """Where options without a value are allowed, one is not the same as one with a value."""
        return self.params['allow_no_value'] and found[1] is None and None not in self.wanted

    def _keep(self, matches):
        """Find what is there already; gives the values that are not."""
        missing = list(self.wanted)
        for n, (sign, value) in list(matches.items()):
            if value in missing:
                missing.remove(value)
                del matches[n]
                self._rewrite(n, sign, value)
        return missing

    def _rewrite(self, n, sign, value):
        text = self.assignment(self.params['option'], value)
        if self.lines[n] != text and (sign or not self.params['ignore_spaces']):
            self.lines[n] = text
            self.note('option changed')

    def _replace(self, matches, missing):
        for n in matches:
            self.lines[n] = self.assignment(self.params['option'], missing.pop(0)) if missing else None
            self.note('option changed')

    def _add(self, head, end, missing):
        if not missing:
            return
        at = end
        while at - 1 > head and (self.lines[at - 1] is None or re.match(r'\s*([#;].*)?$', self.lines[at - 1])):
            at -= 1
        self.lines[at:at] = [self.assignment(self.params['option'], value) for value in missing]
        self.note('option added')

    def unset(self, head, end):
        for n, (dummy, value) in self._matches(head, end, inactive=False).items():
            if self.params['exclusive'] or value in self.wanted:
                self.lines[n] = None
                self.note('option changed')

    def text(self):
        return ''.join(line for line in self.lines if line is not None)


def _option(name, sign=''):
    """A function that gives (comment sign, value) of a line with an option."""
    form = re.compile(r'(%s)[ \t]*%s[ \t]*(?:=[ \t]*(.*?))?[ \t]*$' % (sign, re.escape(name)))

    def read(line):
        match = form.match(line.rstrip('\n').lstrip(' \t'))
        return match and match.groups()
    return read


def edit(lines):
    params, place = lines.params, lines.find()
    if params['state'] == 'absent':
        if place is not None:
            lines.unset(*place) if params['option'] else lines.remove_section(*place)
    elif place is None:
        lines.add_section()
    elif params['option']:
        lines.set(*place)


def read(module, path):
    if not os.path.exists(path):
        if not module.params['create']:
            module.fail_json(rc=257, msg='Destination %s does not exist!' % path)
        if not module.check_mode:
            make_folder(path)
        return ''
    try:
        with open(path, encoding='utf-8-sig') as f:
            return f.read()
    except UnicodeDecodeError as e:
        return module.fail_json(msg='%s is not in UTF-8: %s' % (path, to_native(e)))


def make_folder(path):
    folder = os.path.dirname(path)
    if folder and not os.path.exists(folder):
        os.makedirs(folder)


def write(module, path, text):
    try:
        descriptor, temporary = tempfile.mkstemp(dir=module.tmpdir)
        with os.fdopen(descriptor, 'wb') as f:
            f.write(text.encode('utf-8'))
        module.atomic_move(temporary, path)
    except IOError as e:
        module.fail_json(msg='Unable to create temporary file %s' % to_native(e))


def check(module):
    params = module.params
    for condition in params['section_has_values'] or []:
        condition['values'] = (condition['values'] or []) if condition['value'] is None else [condition['value']]
    given = params['value'] is not None or params['values']
    if params['state'] == 'present' and not params['allow_no_value'] and not given:
        module.fail_json(msg="Parameter 'value(s)' must be defined if state=present and allow_no_value=False.")


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, mutually_exclusive=[['value', 'values']], add_file_common_args=True, supports_check_mode=True)
    check(module)
    params = module.params
    path = os.path.realpath(params['path']) if params['follow'] and os.path.islink(params['path']) else params['path']
    before = read(module, path)
    lines = Lines(module, before)
    edit(lines)
    changed, after = lines.changed, lines.text()
    header = '%s (content)' % params['path']
    diff = dict(before_header=header, after_header=header,
                before=before if module._diff else '', after=after if module._diff else '')
    result = dict(path=params['path'], msg=lines.msg, diff=diff)
    if changed and not module.check_mode:
        if params['backup'] and os.path.exists(path):
            result['backup_file'] = module.backup_local(path)
        write(module, path, after)
    if not module.check_mode and os.path.exists(path):
        attributes = module.load_file_common_arguments(params)
        changed = module.set_fs_attributes_if_different(attributes, changed)
    module.exit_json(changed=changed, **result)


if __name__ == '__main__':
    main()
