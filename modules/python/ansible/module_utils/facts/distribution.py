"""The distribution, told from os-release and the older release files."""
import os
import re

from ansible.module_utils.facts.utils import get_file_content, key_values

OS_RELEASE = '/etc/os-release'

# os-release ID -> name in facts; others are capitalised.
NAMES = {
    'almalinux': 'AlmaLinux', 'amzn': 'Amazon', 'arch': 'Archlinux', 'centos': 'CentOS',
    'linuxmint': 'Linux Mint', 'ol': 'OracleLinux', 'opensuse-leap': 'openSUSE Leap',
    'opensuse-tumbleweed': 'openSUSE Tumbleweed', 'pop': 'Pop!_OS', 'rhel': 'RedHat',
    'sled': 'SLED', 'sles': 'SLES', 'sles_sap': 'SLES_SAP', 'nixos': 'NixOS',
    'steamos': 'SteamOS', 'virtuozzo': 'Virtuozzo', 'openeuler': 'openEuler', 'ubuntu': 'Ubuntu',
}

FAMILIES = {
    'Debian': ('Debian', 'Ubuntu', 'Raspbian', 'Neon', 'KDE neon', 'Linux Mint', 'SteamOS', 'Devuan',
               'Kali', 'Cumulus Linux', 'Pop!_OS', 'Parrot', 'Pardus GNU/Linux', 'Uos', 'Deepin', 'OSMC',
               'Linuxmint'),
    'RedHat': ('RedHat', 'RHEL', 'Fedora', 'CentOS', 'Scientific', 'SLC', 'Ascendos', 'CloudLinux',
               'PSBM', 'OracleLinux', 'OVS', 'OEL', 'Amazon', 'Virtuozzo', 'XenServer', 'Alibaba',
               'EulerOS', 'openEuler', 'AlmaLinux', 'Rocky', 'TencentOS', 'EuroLinux', 'Kylin Linux',
               'MIRACLE'),
    'Suse': ('SuSE', 'SLES', 'SLED', 'openSUSE', 'openSUSE Tumbleweed', 'SLES_SAP', 'SUSE_LINUX',
             'openSUSE Leap', 'ALP-Dolomite', 'SL-Micro'),
    'Archlinux': ('Archlinux', 'Antergos', 'Manjaro'),
    'Mandrake': ('Mandrake', 'Mandriva'),
    'Solaris': ('Solaris', 'Nexenta', 'OmniOS', 'OpenIndiana', 'SmartOS'),
    'Slackware': ('Slackware',),
    'Altlinux': ('Altlinux',),
    'SMGL': ('SMGL',),
    'Gentoo': ('Gentoo', 'Funtoo'),
    'Alpine': ('Alpine',),
    'NixOS': ('NixOS',),
    'ClearLinux': ('Clear Linux OS', 'Clear Linux Mix'),
}

# name -> (file shown as the source, its variety), by family where the name is not listed
SOURCES = {
    'CentOS': ('/etc/centos-release', 'CentOS'),
    'Amazon': (OS_RELEASE, 'Amazon'),
    'RedHat': ('/etc/redhat-release', 'RedHat'),
    'Debian': (OS_RELEASE, 'Debian'),
    'Suse': (OS_RELEASE, 'SUSE'),
    'Archlinux': ('/etc/arch-release', 'Archlinux'),
    'Alpine': ('/etc/alpine-release', 'Alpine'),
    'OracleLinux': ('/etc/oracle-release', 'OracleLinux'),
}


def collect(context):
    text = get_file_content(OS_RELEASE) or get_file_content('/usr/lib/os-release', '')
    return describe(key_values(text), get_file_content)


def describe(release, read):
    """Facts of a parsed os-release; read gives the content of other files."""
    name = distribution_name(release.get('ID', ''))
    version = full_version(name, release, read)
    facts = {
        'distribution': name,
        'distribution_release': codename(release),
        'distribution_version': version,
        'distribution_major_version': version.split('.')[0] if version else 'NA',
        'os_family': family(name),
    }
    facts.update(source(name, facts['os_family']))
    minor = minor_version(name, version)
    if minor is not None:
        facts['distribution_minor_version'] = minor
    return facts


def distribution_name(identity):
    return NAMES.get(identity) or identity.capitalize() or 'OtherLinux'


def family(name):
    for kind, members in FAMILIES.items():
        if name in members:
            return kind
    return name


def codename(release):
    """VERSION_CODENAME, or the word in brackets of VERSION: 8.10 (Green Obsidian)."""
    given = release.get('VERSION_CODENAME')
    if given is None:
        match = re.search(r'\(([^)]*)\)', release.get('VERSION', ''))
        given = match.group(1) if match else ''
    return given or 'NA'


def full_version(name, release, read):
    """Debian's and CentOS's os-release know the major version only."""
    version = release.get('VERSION_ID', '')
    if name == 'Debian':
        point = (read('/etc/debian_version') or '').strip()
        if point.split('.')[0] == version and '.' in point:
            return point
    if name == 'CentOS':
        match = re.search(r'\d+(\.\d+)+', read('/etc/centos-release') or '')
        return '.'.join(match.group(0).split('.')[:2]) if match else version
    return version or 'NA'


def minor_version(name, version):
    if name not in ('Debian', 'Amazon'):
        return None
    _, dot, minor = version.partition('.')
    return minor.split('.')[0] if dot else 'NA'


def source(name, kind):
    path, variety = SOURCES.get(name) or SOURCES.get(kind) or (OS_RELEASE, name)
    if not os.path.exists(path):
        path = OS_RELEASE
    return {'distribution_file_path': path, 'distribution_file_variety': variety,
            'distribution_file_parsed': True}
