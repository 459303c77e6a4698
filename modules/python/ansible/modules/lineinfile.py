"""lineinfile: have a line in a file, or not have it."""
import os
import re

from ansible.module_utils._runtime import text_edit
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_native

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    path=dict(type='path', required=True, aliases=['dest', 'destfile', 'name']),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    regexp=dict(type='str', aliases=['regex']),
    search_string=dict(type='str'),
    line=dict(type='str', aliases=['value']),
    insertafter=dict(type='str'),                         # a regular expression, EOF or BOF
    insertbefore=dict(type='str'),                        # a regular expression or BOF
    backrefs=dict(type='bool', default=False),
    create=dict(type='bool', default=False),
    backup=dict(type='bool', default=False),
    firstmatch=dict(type='bool', default=False),
    validate=dict(type='str'),
)

_EMPTY_PATTERN = (
    'The %s is an empty string, which will match every line in the file. '
    'This may have unintended consequences, such as replacing the last line in the file rather than appending.')
_EMPTY_REGEXP_HINT = " If this is desired, use '^' to match every line in the file and avoid this warning."


def _bytes(text):
    return None if text is None else to_bytes(text, errors='surrogate_or_strict')


class LineInFile:
    """One call: the file's lines, and what is done to them."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.path = self.params['path']
        self.b_path = _bytes(self.path)
        self.line = _bytes(self.params['line'])
        self.search = _bytes(self.params['search_string'])
        self.regexp = None
        self.diff = {
            'before': '', 'after': '',
            'before_header': '%s (content)' % self.path, 'after_header': '%s (content)' % self.path,
        }
        self.lines = []

    def _read(self):
        if self.params['regexp'] is not None:
            self.regexp = re.compile(_bytes(self.params['regexp']))
        if os.path.exists(self.b_path):
            with open(self.b_path, 'rb') as f:
                self.lines = f.readlines()
        self._note('before')

    def _note(self, side):
        if self.module._diff:
            self.diff[side] = to_native(b''.join(self.lines))

    def _find(self, line):
        """The match (or True) if this line is the one in question."""
        if self.regexp is not None:
            return self.regexp.search(line)
        if self.search is not None:
            return self.search in line
        return self.line == line.rstrip(b'\r\n')

    # state: present

    def present(self):
        if not os.path.exists(self.b_path):
            if not self.params['create']:
                self.module.fail_json(rc=257, msg='Destination %s does not exist !' % self.path)
            text_edit.make_parent(self.module, self.path)
        self._read()
        message = self._put_line()
        self._note('after')
        return self._finish(message)

    def _put_line(self):
        """Change self.lines as asked; returns the message, '' for no change."""
        found, match, anchor, exact = self._locate()
        if found >= 0:
            return self._replace(found, match)
        if self.params['backrefs'] or exact:
            return ''
        newline = self.line + b'\n'
        if 'BOF' in (self.params['insertbefore'], self.params['insertafter']):
            self.lines.insert(0, newline)
        elif anchor < 0:
            if self.lines and not self.lines[-1].endswith((b'\n', b'\r')):
                self.lines.append(b'\n')
            self.lines.append(newline)
        else:
            self.lines.insert(anchor, newline)
        return 'line added'

    def _locate(self):
        """(index of the line, its match, index to insert at, whether the line is there anyway); -1 for none."""
        found, match, anchor, exact = -1, None, -1, False
        after, pattern = self._anchor_pattern()
        first_only = self.params['firstmatch']
        for number, line in enumerate(self.lines):
            hit = self._find(line)
            if hit:
                found, match = number, hit
                if first_only:
                    break
            elif self.line == line.rstrip(b'\r\n'):
                exact = True
            elif pattern is not None and pattern.search(line) and not (first_only and anchor >= 0):
                anchor = number + 1 if after else number
        return found, match, anchor, exact

    def _anchor_pattern(self):
        """(whether to insert after it, the pattern); no pattern for the ends of the file."""
        after = self.params['insertafter']
        text = after if after is not None else self.params['insertbefore']
        if text in (None, 'BOF', 'EOF'):
            return after is not None, None
        return after is not None, re.compile(_bytes(text))

    def _replace(self, number, match):
        line = self.line
        if self.params['backrefs'] and self.regexp is not None:
            line = match.expand(line)
        if not line.endswith(b'\n'):
            line += b'\n'
        if self.lines[number] == line:
            return ''
        self.lines[number] = line
        return 'line replaced'

    # state: absent

    def absent(self):
        if not os.path.exists(self.b_path):
            self.module.exit_json(changed=False, msg='file not present')
        self._read()
        kept = [line for line in self.lines if not self._find(line)]
        removed = len(self.lines) - len(kept)
        self.lines = kept
        self._note('after')
        result = self._finish('%s line(s) removed' % removed if removed else '')
        result['found'] = removed
        return result

    def _finish(self, message):
        """Write the lines if there is a message, which tells what was done to them."""
        changed, backup = bool(message), ''
        if changed and not self.module.check_mode:
            if self.params['backup'] and os.path.exists(self.b_path):
                backup = self.module.backup_local(self.path)
            text_edit.write_changes(self.module, b''.join(self.lines), self.path)
        if self.module.check_mode and not os.path.exists(self.b_path):
            return dict(changed=changed, msg=message, backup=backup, diff=self.diff)
        attributes = {
            'before_header': '%s (file attributes)' % self.path, 'after_header': '%s (file attributes)' % self.path}
        message, changed = text_edit.set_attributes(self.module, self.path, changed, message, attributes)
        return dict(changed=changed, msg=message, backup=backup, diff=[self.diff, attributes])


def check_arguments(module):
    params = module.params
    if os.path.isdir(_bytes(params['path'])):
        module.fail_json(rc=256, msg='Path %s is a directory !' % params['path'])
    if params['regexp'] == '':
        module.warn(_EMPTY_PATTERN % 'regular expression' + _EMPTY_REGEXP_HINT)
    if params['search_string'] == '':
        module.warn(_EMPTY_PATTERN % 'search string')
    if params['state'] == 'present':
        if params['backrefs'] and params['regexp'] is None:
            module.fail_json(msg='regexp is required with backrefs=true')
        if params['line'] is None:
            module.fail_json(msg='line is required with state=present')
    elif params['regexp'] is None and params['search_string'] is None and params['line'] is None:
        module.fail_json(msg='one of line, search_string, or regexp is required with state=absent')


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS,
        mutually_exclusive=[['insertbefore', 'insertafter'], ['regexp', 'search_string'], ['backrefs', 'search_string']],
        add_file_common_args=True,
        supports_check_mode=True,
    )
    check_arguments(module)
    call = LineInFile(module)
    module.exit_json(**getattr(call, module.params['state'])())


if __name__ == '__main__':
    main()
