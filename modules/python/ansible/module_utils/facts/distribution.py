"""The distribution, told from os-release and the older release files."""
import os
import re

from ansible.module_utils.facts.utils import get_file_content, key_values

OS_RELEASE = '/etc/os-release'

# os-release ID -> name in facts; others are capitalised.
NAMES = {
    'almalinux': 'AlmaLinux', 'amzn': 'Amazon', 'arch': 'Archlinux', 'centos': 'CentOS',
    'linuxmint': 'Linux Mint', 'ol': 'OracleLinux', 'opensuse-leap': 'openSUSE Leap',
    'opensuse-tumbleweed': 'openSUSE Tumbleweed', 'pop': 'Pop!_OS', 'raspbian': 'Debian', 'rhel': 'RedHat',
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

# name, or else family -> (file shown as the source, its variety)
SOURCES = {
    'CentOS Stream': ('/etc/centos-release', 'CentOS'),
    'Amazon': (OS_RELEASE, 'Amazon'),
    'OracleLinux': ('/etc/oracle-release', 'OracleLinux'),
    'Pop!_OS': (OS_RELEASE, 'NA'),
    'RedHat': ('/etc/redhat-release', 'RedHat'),
    'Debian': (OS_RELEASE, 'Debian'),
    'Suse': (OS_RELEASE, 'SUSE'),
    'Archlinux': ('/etc/arch-release', 'Archlinux'),
    'Alpine': ('/etc/alpine-release', 'Alpine'),
}

# Names that are recognised by words of their release file rather than by its path.
SEARCHED = {'RedHat': 'Red Hat', 'OracleLinux': 'Oracle Linux'}


def collect(context):
    text = get_file_content(OS_RELEASE) or get_file_content('/usr/lib/os-release', '')
    return describe(key_values(text), get_file_content, os.path.exists)


def describe(release, read, exists):
    """Facts of a parsed os-release; read and exists look at other files."""
    name = distribution_name(release.get('ID', ''))
    version = full_version(name, release, read)
    facts = {
        'distribution': name,
        'distribution_release': codename(name, release, version),
        'distribution_version': version,
        'distribution_major_version': version.split('.')[0],
        'os_family': family(name),
    }
    facts.update(source(name, release, facts['os_family'], exists))
    minor = minor_version(name, point_release(version, (read('/etc/debian_version') or '').strip())
                          if name == 'Debian' else version)
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


def codename(name, release, version):
    """VERSION_CODENAME, or the word in brackets of VERSION: 8.10 (Green Obsidian)."""
    if family(name) == 'Suse':
        return version.partition('.')[2]
    if release.get('NAME') == 'CentOS Stream':
        return 'Stream'
    if 'VERSION_CODENAME' in release:
        return release['VERSION_CODENAME']
    match = re.search(r'\(([^)]*)\)', release.get('VERSION', ''))
    return match.group(1) if match else 'NA'


def full_version(name, release, read):
    """Debian's and CentOS's os-release know the major version only."""
    version = release.get('VERSION_ID', '')
    if release.get('ID') == 'debian':
        return point_release(version, (read('/etc/debian_version') or '').strip())
    if name == 'CentOS':
        match = re.search(r'\d+(\.\d+)+', read('/etc/centos-release') or '')
        return '.'.join(match.group(0).split('.')[:2]) if match else version
    return version or 'NA'


def point_release(version, named):
    """12 and 12.11 give 12.11; a testing system has a name (trixie/sid) only."""
    if not version:
        return named or 'NA'
    return named if named.startswith(version + '.') else version


def minor_version(name, version):
    if name not in ('Debian', 'Amazon') or not version[:1].isdigit():
        return None
    _, dot, minor = version.partition('.')
    return minor.split('.')[0] if dot else 'NA'


def source(name, release, kind, exists):
    key = release.get('NAME') if name == 'CentOS' else name
    path, variety = SOURCES.get(key) or SOURCES.get(kind) or (OS_RELEASE, 'NA')
    facts = {'distribution_file_path': path if exists(path) else OS_RELEASE,
             'distribution_file_variety': variety}
    if variety != 'Archlinux':
        facts['distribution_file_parsed'] = True
    if name in SEARCHED:
        facts['distribution_file_search_string'] = SEARCHED[name]
    return facts
