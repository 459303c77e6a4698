"""The table of collectors.

Each row: its own name, the further names of gather_subset that mean it, the
collectors whose facts it needs first, whether it waits for programs or servers
(and so gets a thread), and the function that loads it. Loaders import when they
are called: a play that asks for "min" compiles nothing of the network collector.
"""
from collections import namedtuple

Row = namedtuple('Row', 'name ids needs slow load')


def _apparmor():
    from ansible.module_utils.facts import security
    return security.collect_apparmor


def _caps():
    from ansible.module_utils.facts import caps
    return caps.collect


def _chroot():
    from ansible.module_utils.facts import small
    return small.collect_chroot


def _cmdline():
    from ansible.module_utils.facts import cmdline
    return cmdline.collect


def _date_time():
    from ansible.module_utils.facts import date_time
    return date_time.collect


def _distribution():
    from ansible.module_utils.facts import distribution
    return distribution.collect


def _dns():
    from ansible.module_utils.facts import dns
    return dns.collect


def _env():
    from ansible.module_utils.facts import env
    return env.collect


def _facter():
    from ansible.module_utils.facts import external
    return external.collect_facter


def _fibre_channel():
    from ansible.module_utils.facts import small
    return small.collect_fibre_channel


def _fips():
    from ansible.module_utils.facts import security
    return security.collect_fips


def _hardware():
    from ansible.module_utils.facts import hardware
    return hardware.collect


def _iscsi():
    from ansible.module_utils.facts import small
    return small.collect_iscsi


def _loadavg():
    from ansible.module_utils.facts import small
    return small.collect_loadavg


def _local():
    from ansible.module_utils.facts import local
    return local.collect


def _lsb():
    from ansible.module_utils.facts import lsb
    return lsb.collect


def _network():
    from ansible.module_utils.facts import network
    return network.collect


def _nvme():
    from ansible.module_utils.facts import small
    return small.collect_nvme


def _ohai():
    from ansible.module_utils.facts import external
    return external.collect_ohai


def _pkg_mgr():
    from ansible.module_utils.facts import pkg_mgr
    return pkg_mgr.collect


def _platform():
    from ansible.module_utils.facts import platform
    return platform.collect


def _python():
    from ansible.module_utils.facts import python
    return python.collect


def _selinux():
    from ansible.module_utils.facts import security
    return security.collect_selinux


def _service_mgr():
    from ansible.module_utils.facts import service_mgr
    return service_mgr.collect


def _ssh_keys():
    from ansible.module_utils.facts import ssh_keys
    return ssh_keys.collect


def _systemd():
    from ansible.module_utils.facts import small
    return small.collect_systemd


def _user():
    from ansible.module_utils.facts import user
    return user.collect


def _virtual():
    from ansible.module_utils.facts import virtual
    return virtual.collect


ROWS = (
    Row('lsb', '', '', True, _lsb),
    Row('caps', 'system_capabilities system_capabilities_enforced', '', True, _caps),
    Row('systemd', '', '', True, _systemd),
    Row('platform', 'system kernel kernel_version machine python_version architecture machine_id',
        '', True, _platform),
    Row('hardware', 'processor processor_cores processor_count mounts devices', 'platform', True, _hardware),
    Row('facter', '', '', True, _facter),
    Row('ohai', '', '', True, _ohai),
    Row('apparmor', '', '', False, _apparmor),
    Row('chroot', 'is_chroot', '', False, _chroot),
    Row('cmdline', '', '', False, _cmdline),
    Row('date_time', '', '', False, _date_time),
    Row('distribution', 'distribution_version distribution_release distribution_major_version os_family',
        '', False, _distribution),
    Row('dns', '', '', False, _dns),
    Row('env', '', '', False, _env),
    Row('fibre_channel_wwn', '', '', False, _fibre_channel),
    Row('fips', '', '', False, _fips),
    Row('iscsi', '', '', False, _iscsi),
    Row('loadavg', '', '', False, _loadavg),
    Row('local', '', '', False, _local),
    Row('network', 'interfaces default_ipv4 default_ipv6 all_ipv4_addresses all_ipv6_addresses',
        'platform distribution', False, _network),
    Row('nvme', '', '', False, _nvme),
    Row('pkg_mgr', '', 'distribution', False, _pkg_mgr),
    Row('python', '', '', False, _python),
    Row('selinux', '', '', False, _selinux),
    Row('service_mgr', '', 'platform distribution', False, _service_mgr),
    Row('ssh_pub_keys', 'ssh_host_pub_keys ssh_host_key_dsa_public ssh_host_key_rsa_public '
        'ssh_host_key_ecdsa_public ssh_host_key_ed25519_public', '', False, _ssh_keys),
    Row('user', 'user_id user_uid user_gid user_gecos user_dir user_shell real_user_id '
        'effective_user_id effective_group_ids', '', False, _user),
    Row('virtual', 'virtualization_type virtualization_role virtualization_tech_guest '
        'virtualization_tech_host', '', False, _virtual),
)

# The collectors of "min", which run unless !min is asked for.
MINIMAL = frozenset((
    'apparmor', 'caps', 'cmdline', 'date_time', 'distribution', 'dns', 'env', 'fips', 'local', 'lsb',
    'pkg_mgr', 'platform', 'python', 'selinux', 'service_mgr', 'ssh_pub_keys', 'user',
))

# Names that other programs gave to their facts stay as they are.
UNPREFIXED = ('facter', 'ohai')
