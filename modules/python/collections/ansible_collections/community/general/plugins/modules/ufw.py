"""ufw: the firewall of Ubuntu and Debian."""
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    state=dict(type='str', choices=['enabled', 'disabled', 'reloaded', 'reset']),
    default=dict(type='str', aliases=['policy'], choices=['allow', 'deny', 'reject']),
    logging=dict(type='str', choices=['full', 'high', 'low', 'medium', 'off', 'on']),
    direction=dict(type='str', choices=['in', 'incoming', 'out', 'outgoing', 'routed']),
    delete=dict(type='bool', default=False),
    route=dict(type='bool', default=False),
    insert=dict(type='int'),
    insert_relative_to=dict(choices=['zero', 'first-ipv4', 'last-ipv4', 'first-ipv6', 'last-ipv6'], default='zero'),
    rule=dict(type='str', choices=['allow', 'deny', 'limit', 'reject']),
    interface=dict(type='str', aliases=['if']),
    interface_in=dict(type='str', aliases=['if_in']),
    interface_out=dict(type='str', aliases=['if_out']),
    log=dict(type='bool', default=False),
    from_ip=dict(type='str', default='any', aliases=['from', 'src']),
    from_port=dict(type='str'),
    to_ip=dict(type='str', default='any', aliases=['dest', 'to']),
    to_port=dict(type='str', aliases=['port']),
    proto=dict(type='str', aliases=['protocol'], choices=['ah', 'any', 'esp', 'ipv6', 'tcp', 'udp', 'gre', 'igmp', 'vrrp']),
    name=dict(type='str', aliases=['app']),
    comment=dict(type='str'),
)
RULES = ['%s/ufw/user%s.rules' % (folder, number) for folder in ('/lib', '/etc', '/var/lib') for number in ('', '6')]
_IPV6 = re.compile(r'[0-9a-fA-F]*:[0-9a-fA-F:]*(?:/\d+)?$')


def is_ipv6(text):
    return bool(_IPV6.match(text))


def is_ipv4(text):
    return bool(re.match(r'\d+\.\d+\.\d+\.\d+', text))


class Firewall:
    """ufw, and what was asked of it; commands are told in the result."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.ufw, self.grep = module.get_bin_path('ufw', True), module.get_bin_path('grep', True)
        self.commands, self.changed = [], False
        module.run_command_environ_update = dict(LANG='C')

    def run(self, argv, ignore_errors=False):
        self.commands.append(_shown(argv))
        rc, out, err = self.module.run_command(argv)
        if rc != 0 and not ignore_errors:
            self.module.fail_json(msg=err or out, commands=self.commands)
        return out

    def status(self):
        return self.run([self.ufw, 'status', 'verbose'])

    def tuples(self):
        """ufw's own lines for its rules."""
        return [line for line in self.run([self.grep, '-h', '^### tuple'] + RULES, ignore_errors=True).splitlines() if line]

    def carry_out(self):
        """Do what the arguments ask for; gives what ufw says of itself before."""
        status, rules = self.status(), self.tuples()
        for name in ('state', 'default', 'rule', 'logging'):
            if self.params[name] is not None:
                getattr(self, '_' + name)(status, rules)
        if self.module.check_mode:
            self.module.exit_json(changed=self.changed, commands=self.commands)
        after = self.status()
        if not self.changed:
            # whatever else has changed is told by the rules and the status
            self.changed = self.tuples() != rules or after != status
        self.module.exit_json(changed=self.changed, commands=self.commands, msg=after.rstrip())

    def _state(self, status, dummy):
        state = self.params['state']
        verb = {'enabled': 'enable', 'disabled': 'disable', 'reloaded': 'reload', 'reset': 'reset'}[state]
        if state in ('reloaded', 'reset'):
            self.changed = True
        if not self.module.check_mode:
            self.run([self.ufw, '-f', verb])
        elif state in ('enabled', 'disabled'):
            self.changed = ('Status: active' in status) != (state == 'enabled')

    def _logging(self, status, dummy):
        level = self.params['logging']
        match = re.search(r'Logging: (on|off)(?: \((\w+)\))?', status)
        if not match or level not in match.groups():
            self.changed = True
        if not self.module.check_mode:
            self.run([self.ufw, 'logging', level])

    def _default(self, status, dummy):
        policy, direction = self.params['default'], self.params['direction']
        if direction not in ('outgoing', 'incoming', 'routed', None):
            self.module.fail_json(
                msg='For default, direction must be one of "outgoing", "incoming" and "routed", or direction must not be specified.')
        if not self.module.check_mode:
            self.run([self.ufw, 'default', policy] + ([direction] if direction else []))
            return
        match = re.search(r'(\w+) \(%s\)' % (direction or 'incoming'), status)
        if not match or match.group(1) not in (policy, 'disabled'):
            self.changed = True

    # rules

    def _rule(self, dummy, rules):
        params = self.params
        if params['direction'] not in ('in', 'out', None):
            self.module.fail_json(msg='For rules, direction must be one of "in" and "out", or direction must not be specified.')
        if not params['route'] and params['interface_in'] and params['interface_out']:
            self.module.fail_json(msg='Only route rules can combine interface_in and interface_out')
        version = self._version()
        argv = [self.ufw] + (['--dry-run'] if self.module.check_mode else []) + self._place() + self._what(version)
        out = self.run(argv)
        if self.module.check_mode:
            self._compare(out.splitlines(), rules)

    def _version(self):
        out = self.run([self.ufw, '--version'])
        match = re.search(r'^ufw.+?(\d+)\.(\d+)(?:\.(\d+))?', out)
        if not match:
            self.module.fail_json(msg='Failed to get ufw version.', rc=0, out=out)
        return tuple(int(part or 0) for part in match.groups())

    def _place(self):
        """Whether it is a route's rule, deleted or inserted."""
        params = self.params
        words = ['route'] if params['route'] else []
        if params['delete']:
            return words + ['delete']
        number = params['insert']
        if number is not None and params['insert_relative_to'] != 'zero':
            number = self._relative(number)
        return words + (['insert', str(number)] if number is not None else [])

    def _relative(self, number):
        """The rule's number, by that of another; None is the end."""
        dummy, out, dummy = self.module.run_command([self.ufw, 'status', 'numbered'])
        lines = [line for line in out.splitlines() if line.startswith('[')]
        numbers = [(int(line[1:line.index(']')]), '(v6)' in line) for line in lines]
        if not numbers:
            return None
        last, which = numbers[-1][0], self.params['insert_relative_to']
        fourth = [each for each, sixth in numbers if not sixth]
        sixth = [each for each, sixth in numbers if sixth]
        start = {'first-ipv4': 1, 'last-ipv4': max(len(fourth), 1), 'first-ipv6': len(fourth) + 1,
                 'last-ipv6': sixth[-1] if sixth else last + 1}[which]
        return None if start + number > last else start + number

    def _what(self, version):
        params = self.params
        words = [params['rule']]
        interface = [(params['direction'], params['interface']), ('in', params['interface_in']), ('out', params['interface_out'])]
        if params['direction'] and not params['interface']:
            words.append(params['direction'])
        for direction, name in interface:
            words += [direction, 'on', name] if name else []
        words += ['log'] if params['log'] else []
        options = (('from', 'from_ip'), ('port', 'from_port'), ('to', 'to_ip'), ('port', 'to_port'), ('proto', 'proto'), ('app', 'name'))
        for word, name in options:
            words += [word, params[name]] if params[name] else []
        if params['comment'] and version >= (0, 35, 0):
            words += ['comment', params['comment']]
        return words

    def _compare(self, lines, rules):
        """What a dry run says: the rules as they would be, or that they are there."""
        tuples = [line for line in lines if line.startswith('### tuple')]
        if any(line.startswith('Skipping') for line in lines) and not tuples:
            return
        addresses = (self.params['from_ip'], self.params['to_ip'])
        if any(map(is_ipv6, addresses)):
            rules = [rule for rule in rules if any(is_ipv6(word) for word in rule.split()[3:])]
        elif any(map(is_ipv4, addresses)):
            rules = [rule for rule in rules if any(is_ipv4(word) for word in rule.split()[3:])]
        if tuples != rules:
            self.changed = True


def _shown(argv):
    """A command as the result has it: names, comments and patterns are quoted."""
    words = ["'%s'" % word if before in ('app', 'comment', '-h') else word for before, word in zip([None] + argv, argv)]
    return ' '.join(words)


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, supports_check_mode=True, required_one_of=[['state', 'default', 'rule', 'logging']],
        mutually_exclusive=[['name', 'proto', 'logging'], ['direction', 'interface_in'], ['direction', 'interface_out']],
        required_by=dict(interface=('direction',)))
    Firewall(module).carry_out()


if __name__ == '__main__':
    main()
