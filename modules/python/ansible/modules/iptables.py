"""iptables: rules, policies and chains of the kernel's packet filter."""
import re

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.compat.version import LooseVersion

LOG_LEVELS = ['0', '1', '2', '3', '4', '5', '6', '7', 'emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug']
ARGUMENTS = dict(
    table=dict(type='str', default='filter', choices=['filter', 'nat', 'mangle', 'raw', 'security']),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    action=dict(type='str', default='append', choices=['append', 'insert']),
    ip_version=dict(type='str', default='ipv4', choices=['ipv4', 'ipv6', 'both']),
    chain=dict(type='str'),
    rule_num=dict(type='str'),
    protocol=dict(type='str'),
    wait=dict(type='str'),                                # seconds to wait for the lock of other calls
    source=dict(type='str'),
    to_source=dict(type='str'),
    destination=dict(type='str'),
    to_destination=dict(type='str'),
    match=dict(type='list', elements='str', default=[]),
    tcp_flags=dict(type='dict', options=dict(flags=dict(type='list', elements='str'), flags_set=dict(type='list', elements='str'))),
    jump=dict(type='str'),
    gateway=dict(type='str'),
    log_prefix=dict(type='str'),
    log_level=dict(type='str', choices=LOG_LEVELS, default=None),
    goto=dict(type='str'),
    in_interface=dict(type='str'),
    out_interface=dict(type='str'),
    fragment=dict(type='str'),
    set_counters=dict(type='str'),
    source_port=dict(type='str'),
    destination_port=dict(type='str'),
    destination_ports=dict(type='list', elements='str', default=[]),
    to_ports=dict(type='str'),
    set_dscp_mark=dict(type='str'),
    set_dscp_mark_class=dict(type='str'),
    comment=dict(type='str'),
    ctstate=dict(type='list', elements='str', default=[]),
    src_range=dict(type='str'),
    dst_range=dict(type='str'),
    match_set=dict(type='str'),
    match_set_flags=dict(type='str', choices=['src', 'dst', 'src,dst', 'dst,src', 'src,src', 'dst,dst']),
    limit=dict(type='str'),
    limit_burst=dict(type='str'),
    uid_owner=dict(type='str'),
    gid_owner=dict(type='str'),
    reject_with=dict(type='str'),
    icmp_type=dict(type='str'),
    syn=dict(type='str', default='ignore', choices=['ignore', 'match', 'negate']),
    flush=dict(type='bool', default=False),
    policy=dict(type='str', choices=['ACCEPT', 'DROP', 'QUEUE', 'RETURN']),
    chain_management=dict(type='bool', default=False),
    numeric=dict(type='bool', default=False),
)
PROGRAMS = {'ipv4': 'iptables', 'ipv6': 'ip6tables'}
# The version of iptables that waits for its lock, and the one that can be told how long.
WAITS, WAITS_SECONDS = '1.4.20', '1.6.0'


def option(flag, value):
    """A flag with its value; a value with ! in front is negated. [] without a value."""
    if not value:
        return []
    return ['!', flag, value[1:]] if value.startswith('!') else [flag, value]


def plain(flag, value):
    return [flag, value] if value else []


def module_option(name, words, present=()):
    """words with the match that they need, unless it is named already."""
    return (['-m', name] if name not in present else []) + words if words else []


def rule_of(params, kind):
    """The words of a rule for ipv4 or ipv6, in iptables' order."""
    words = []
    for flag, name in (('-p', 'protocol'), ('-s', 'source'), ('-d', 'destination')):
        words += option(flag, params[name])
    for match in params['match']:
        words += ['-m', match]
    words += _tcp_flags(params['tcp_flags']) + plain('-j', params['jump'])
    if params['jump'] and params['jump'].lower() == 'tee':
        words += plain('--gateway', params['gateway'])
    words += plain('--log-prefix', params['log_prefix']) + plain('--log-level', params['log_level'])
    words += plain('--to-destination', params['to_destination']) + plain('--to-source', params['to_source'])
    for flag, name in (('-g', 'goto'), ('-i', 'in_interface'), ('-o', 'out_interface'), ('-f', 'fragment'), ('-c', 'set_counters'),
                       ('--source-port', 'source_port'), ('--destination-port', 'destination_port')):
        words += option(flag, params[name])
    if params['destination_ports']:
        words += ['-m', 'multiport', '--dports', ','.join(params['destination_ports'])]
    words += plain('--to-ports', params['to_ports']) + _dscp(params)
    words += {'ignore': [], 'match': ['--syn'], 'negate': ['!', '--syn']}[params['syn']]
    return words + _matches(params) + _ends(params, kind)


def _tcp_flags(flags):
    if not flags:
        return []
    return ['--tcp-flags', ','.join(flags['flags']), ','.join(flags['flags_set'])]


def _dscp(params):
    words = plain('--set-dscp', params['set_dscp_mark']) + plain('--set-dscp-class', params['set_dscp_mark_class'])
    if words and (params['jump'] or '').lower() != 'dscp':
        words += ['-j', 'DSCP']
    return words


def _matches(params):
    """What needs a match of its own."""
    present, words = params['match'], []
    states = ','.join(params['ctstate'])
    if 'state' in present and 'conntrack' not in present:
        words += plain('--state', states)
    else:
        words += module_option('conntrack', plain('--ctstate', states), present)
    words += module_option('iprange', option('--src-range', params['src_range']) + option('--dst-range', params['dst_range']), present)
    if params['match_set']:
        words += module_option('set', option('--match-set', params['match_set']) + [params['match_set_flags'] or ''], present)
    words += module_option('limit', plain('--limit', params['limit']) + plain('--limit-burst', params['limit_burst']))
    for name in ('uid_owner', 'gid_owner'):
        words += module_option('owner', option('--' + name.replace('_', '-'), params[name]))
    return words


def _ends(params, kind):
    words = plain('--reject-with', params['reject_with'])
    if words and not params['jump']:
        words = ['-j', 'REJECT'] + words
    words += option('--icmpv6-type' if kind == 'ipv6' else '--icmp-type', params['icmp_type'])
    return words + module_option('comment', plain('--comment', params['comment']))


class Filter:
    """iptables or ip6tables."""

    def __init__(self, module, program):
        self.module, self.params = module, module.params
        self.path = module.get_bin_path(program, True)

    def run(self, verb, words=(), check_rc=True, where=()):
        chain = [self.params['chain']] if self.params['chain'] else []
        argv = [self.path, '-t', self.params['table'], verb] + chain + list(where) + list(words)
        return self.module.run_command(argv, check_rc=check_rc)

    def version(self):
        out = self.module.run_command([self.path, '--version'], check_rc=True)[1]
        found = re.search(r'v(\d+(?:\.\d+)+)', out)
        return LooseVersion(found.group(1) if found else '0')

    def has_rule(self, rule):
        return self.run('-C', rule, check_rc=False)[0] == 0

    def has_chain(self):
        return self.run('-L', self._numeric(), check_rc=False)[0] == 0

    def policy(self):
        out = self.run('-L', self._numeric())[1]
        found = re.search(r'^Chain %s \(policy (ACCEPT|DROP|QUEUE|RETURN)\b' % re.escape(str(self.params['chain'])), out, re.M)
        if not found:
            self.module.fail_json(msg="Can't detect current policy")
        return found.group(1)

    def _numeric(self):
        return ['--numeric'] if self.params['numeric'] else []


def settle(module, filter_, rule):
    """Whether this kind of filter had to change; it is changed, but for check mode."""
    params, dry = module.params, module.check_mode
    present = params['state'] == 'present'
    if params['flush']:
        if not dry:
            filter_.run('-F')
        return True
    if params['policy']:
        changed = filter_.policy() != params['policy']
        if changed and not dry:
            filter_.run('-P', [params['policy']])
        return changed
    if not rule:
        return settle_chain(params, filter_, present, dry)
    if filter_.has_rule(rule) == present:
        return False
    if not dry and present:
        insert = params['action'] == 'insert'
        filter_.run('-I' if insert else '-A', rule, where=[params['rule_num']] if insert and params['rule_num'] else [])
    elif not dry:
        filter_.run('-D', rule)
    return True


def settle_chain(params, filter_, present, dry):
    changed = filter_.has_chain() != present
    if changed and not dry and params['chain_management']:
        filter_.run('-N' if present else '-X')
    return changed


def check(module):
    """What no table of options tells; a rule that logs jumps to LOG."""
    params = module.params
    if params['tcp_flags'] and None in params['tcp_flags'].values():
        module.fail_json(msg='tcp_flags needs both flags and flags_set')
    if not (params['log_prefix'] or params['log_level']):
        return
    if params['jump'] is None:
        params['jump'] = 'LOG'
    elif params['jump'] != 'LOG':
        module.fail_json(msg='Logging options can only be used with the LOG jump target.')


def waiting(params, version):
    """The words that have a call wait for the lock of others; an old iptables knows no limit, or no waiting at all."""
    if version < LooseVersion(WAITS):
        params['wait'] = None
    elif version < LooseVersion(WAITS_SECONDS):
        params['wait'] = ''
    return plain('-w', params['wait'])


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, supports_check_mode=True,
        mutually_exclusive=(['set_dscp_mark', 'set_dscp_mark_class'], ['flush', 'policy']),
        required_by=dict(set_dscp_mark=('jump',), set_dscp_mark_class=('jump',)),
        required_if=[['jump', 'TEE', ['gateway']], ['jump', 'tee', ['gateway']], ['flush', False, ['chain']]])
    params = module.params
    kinds = ['ipv4', 'ipv6'] if params['ip_version'] == 'both' else [params['ip_version']]
    result = dict(changed=False, failed=False, ip_version=params['ip_version'], table=params['table'], chain=params['chain'],
                  flush=params['flush'], state=params['state'], chain_management=params['chain_management'], wait=params['wait'])
    checked = dict(params)
    check(module)
    result['rule'] = ' '.join(rule_of(checked, kinds[0]))
    for kind in kinds:
        filter_ = Filter(module, PROGRAMS[kind])
        wait, rule = waiting(params, filter_.version()), rule_of(params, kind)
        result['changed'] |= settle(module, filter_, wait + rule if rule else [])
    module.exit_json(**result)


if __name__ == '__main__':
    main()
