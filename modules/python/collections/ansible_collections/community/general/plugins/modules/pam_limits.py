"""pam_limits: limits of users' sessions, as pam_limits sets them."""
import os
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    domain=dict(required=True, type='str'),
    limit_type=dict(required=True, type='str', choices=['soft', 'hard', '-']),
    limit_item=dict(required=True, type='str', choices=[
        'core', 'data', 'fsize', 'memlock', 'nofile', 'rss', 'stack', 'cpu', 'nproc', 'as', 'maxlogins', 'maxsyslogins', 'priority', 'locks',
        'sigpending', 'msgqueue', 'nice', 'rtprio', 'chroot']),
    value=dict(required=True, type='str'),
    use_max=dict(default=False, type='bool'),
    use_min=dict(default=False, type='bool'),
    backup=dict(default=False, type='bool'),
    dest=dict(default='/etc/security/limits.conf', type='str'),
    comment=dict(required=False, default='', type='str'),
)
UNLIMITED = ('unlimited', 'infinity', '-1')


def check(module):
    value, item = module.params['value'], module.params['limit_item']
    rule = ''
    if item in ('nice', 'priority'):
        if not re.match(r'-?\d+$', value) or not -20 <= int(value) <= 19:
            rule = 'Value must be a number in the range -20 to 19 inclusive.'
    elif value not in UNLIMITED and not value.isdigit():
        rule = "Value must either be 'unlimited', 'infinity' or -1, all of which indicate no limit, or a limit of 0 or larger."
    if rule:
        module.fail_json(msg=" Value of %r for item %r is invalid. %s Refer to the limits.conf(5) manual pages for more details." % (value, item, rule))
    if module.params['use_max'] and module.params['use_min']:
        module.fail_json(msg='Cannot use use_min and use_max at the same time.')


def check_file(module, path):
    if os.path.isfile(path):
        if not os.access(path, os.W_OK):
            module.fail_json(msg='%s is not writable. Use sudo' % path)
        return
    folder = os.path.dirname(path)
    if not os.access(folder, os.W_OK):
        module.fail_json(msg='directory %s is not writable (check presence, access rights, use sudo)' % folder)


def size(value):
    return float('inf') if value in UNLIMITED else int(value)


def wanted_value(params, actual):
    """What is to stand in the place of a value."""
    if params['use_max']:
        return max(params['value'], actual, key=size)
    if params['use_min']:
        return min(params['value'], actual, key=size)
    return params['value']


class Limits:
    """The lines of a file; the last comment behind a limit is kept for those that are written, as in the collection's module."""

    def __init__(self, params):
        self.params, self.comment = params, ''
        self.limit = [params[name] for name in ('domain', 'limit_type', 'limit_item')]
        self.lines, self.msg = [], ''

    def line(self, value):
        words = self.limit + [value]
        if self.params['comment']:
            words.append('#' + self.params['comment'])
        elif self.comment:
            words.append(self.comment)
        return '\t'.join(words) + '\n'

    def read(self, lines):
        for line in lines:
            self.lines.append(self.changed(line))
        if not self.msg:
            self.msg = self.line(self.params['value'])
            self.lines.append(self.msg)

    def changed(self, line):
        if line.startswith('#'):
            return line
        text, sign, comment = line.partition('#')
        fields = text.split()
        if sign:
            self.comment = sign + comment
        if len(fields) != 4 or fields[:3] != self.limit:
            return line
        value = wanted_value(self.params, fields[3])
        self.msg = line if value == fields[3] else self.line(value)
        return self.msg


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    path = module.params['dest']
    check_file(module, path)
    check(module)
    before = ''
    if os.path.isfile(path):
        with open(path) as f:
            before = f.read()
    limits = Limits(module.params)
    limits.read(before.splitlines(True))
    after = ''.join(limits.lines)
    result = dict(changed=after != before, msg=limits.msg, diff=dict(before=before, after=after))
    if result['changed'] and module.params['backup']:
        result['backup_file'] = module.backup_local(path)
        if module.check_mode:
            os.unlink(result['backup_file'])  # its name is told all the same
    if result['changed'] and not module.check_mode:
        with open(path, 'w') as f:
            f.write(after)
    module.exit_json(**result)


if __name__ == '__main__':
    main()
