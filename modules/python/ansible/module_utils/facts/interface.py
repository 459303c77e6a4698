"""One network interface, as /sys/class/net shows it."""
import os

from ansible.module_utils.facts.utils import get_file_content

FOLDER = '/sys/class/net/'
# ARPHRD_* numbers of linux/if_arp.h
TYPES = {'1': 'ether', '32': 'infiniband', '512': 'ppp', '772': 'loopback', '65534': 'tunnel'}
IFF_PROMISC = 0x100


def all_interfaces():
    """name -> (index, facts) for every interface of this network namespace."""
    found = {}
    for name in sorted(listing(FOLDER)):
        path = FOLDER + name
        if os.path.isdir(path):
            found[name] = int(get_file_content(path + '/ifindex', '0')), describe(name, path)
    return found


def listing(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []


def describe(name, path):
    def read(file):
        return get_file_content(path + '/' + file)

    facts = {'device': name}
    address = read('address')
    if address and address != '00:00:00:00:00:00':
        facts['macaddress'] = address
    number(facts, 'mtu', read('mtu'))
    state = read('operstate')
    if state:
        facts['active'] = state != 'down'
    module = path + '/device/driver/module'
    if os.path.exists(module):
        facts['module'] = os.path.basename(os.path.realpath(module))
    kind(facts, path, read)
    if os.path.exists(path + '/device'):
        facts['pciid'] = os.path.basename(os.readlink(path + '/device'))
    number(facts, 'speed', read('speed'))
    facts['promisc'] = bool(int(read('flags') or '0', 16) & IFF_PROMISC)
    return facts


def kind(facts, path, read):
    facts['type'] = TYPES.get(read('type'), 'unknown')
    if os.path.exists(path + '/bridge'):
        bridge(facts, path, read)
    if os.path.exists(path + '/bonding'):
        bond(facts, read)
    if os.path.exists(path + '/bonding_slave'):
        perm = read('bonding_slave/perm_hwaddr')
        if perm:
            facts['perm_macaddress'] = perm


def bridge(facts, path, read):
    facts['type'] = 'bridge'
    facts['interfaces'] = sorted(listing(path + '/brif'))
    facts['id'] = read('bridge/bridge_id') or ''
    facts['stp'] = read('bridge/stp_state') == '1'


def bond(facts, read):
    facts['type'] = 'bonding'
    facts['slaves'] = (read('bonding/slaves') or '').split()
    facts['mode'] = (read('bonding/mode') or '').split(' ')[0]
    facts['miimon'] = (read('bonding/miimon') or '').split(' ')[0]
    facts['lacp_rate'] = (read('bonding/lacp_rate') or '').split(' ')[0]
    primary = read('bonding/primary')
    if primary:
        facts['primary'] = primary
    every = read('bonding/all_slaves_active')
    if every:
        facts['all_slaves_active'] = every == '1'


def number(facts, name, text):
    """A lower-layer interface that is down has a file for its speed, but no value."""
    if text is not None:
        facts[name] = int(text)
