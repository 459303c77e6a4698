"""The Linux distribution, from /etc/os-release and /etc/debian_version."""
import os
import re
import shlex

NORMALIZED_OS_ID = {'ol': 'oracle', 'opensuse-leap': 'opensuse'}

_OS_RELEASE = ('/etc/os-release', '/usr/lib/os-release')
_VERSION = re.compile(r'(\d+)\.?(\d+)?\.?(\d+)?')
_cache = {}


def os_release_info():
    """The keys of os-release in lower case, with codename from what tells it."""
    if not _cache:
        _cache.update(_read_os_release())
    return dict(_cache)


def _read_os_release():
    info = {}
    for path in _OS_RELEASE:
        if os.path.isfile(path):
            with open(path, 'rb') as f:
                info = parse_os_release(f.read().decode('utf-8', 'replace'))
            break
    codename = info.get('version_codename') or info.get('ubuntu_codename')
    if not codename and 'version' in info:
        match = re.search(r'\((\D+)\)|,\s*(\D+)', info['version'])
        codename = (match.group(1) or match.group(2) or '').strip() if match else ''
    if codename:
        info['codename'] = codename
    return info


def parse_os_release(text):
    """The lines KEY=value as a dictionary."""
    words = shlex.shlex(text, posix=True)
    words.whitespace_split = True
    info = {}
    for word in words:
        key, equals, value = word.partition('=')
        if equals:
            info[key.lower()] = value
    return info


def os_release_attr(attribute):
    return os_release_info().get(attribute, '')


def lsb_release_info():
    """What lsb_release -a would say."""
    info = os_release_info()
    return {
        'distributor_id': info.get('name', '').split(' ')[0], 'description': info.get('pretty_name', ''),
        'release': info.get('version_id', ''), 'codename': info.get('codename', ''),
    }


def id():
    """The machine-readable name: debian, rhel, ubuntu …"""
    name = os_release_attr('id').lower().replace(' ', '_')
    return NORMALIZED_OS_ID.get(name, name)


def name(pretty=False):
    """The name for people; with pretty its version too."""
    if pretty and os_release_attr('pretty_name'):
        return os_release_attr('pretty_name')
    return os_release_attr('name')


def version(pretty=False, best=False):
    """The version; best is the most precise one that is known, pretty adds the codename."""
    found = os_release_attr('version_id')
    if best:
        found = _best_version(found)
    if pretty and found and codename():
        return '%s (%s)' % (found, codename())
    return found


def _best_version(found):
    candidates = [found] + _VERSIONS_IN_TEXT.findall(os_release_attr('pretty_name'))
    if id() == 'debian' or 'debian' in like().split():
        candidates.append(_debian_version())
    best = found
    for candidate in candidates:
        if candidate.count('.') > best.count('.') or not best:
            best = candidate
    return best


_VERSIONS_IN_TEXT = re.compile(r'\d+(?:\.\d+)*')


def _debian_version():
    try:
        with open('/etc/debian_version') as f:
            text = f.read().strip()
    except (OSError, UnicodeDecodeError):
        return ''
    return text if _VERSION.match(text) else ''


def version_parts(best=False):
    """(major, minor, build), '' for what is not known."""
    match = _VERSION.match(version(best=best))
    return tuple(part or '' for part in match.groups()) if match else ('', '', '')


def major_version(best=False):
    return version_parts(best)[0]


def minor_version(best=False):
    return version_parts(best)[1]


def build_number(best=False):
    return version_parts(best)[2]


def like():
    """The distributions that this one is derived from, separated by spaces."""
    return os_release_attr('id_like')


def codename():
    return os_release_attr('codename')


def info(pretty=False, best=False):
    """id, version, version_parts, like and codename in one dictionary."""
    major, minor, build = version_parts(best)
    return dict(
        id=id(), version=version(pretty, best), version_parts=dict(major=major, minor=minor, build_number=build),
        like=like(), codename=codename())


def linux_distribution(full_distribution_name=True):
    """(name or id, version, codename)"""
    return (name() if full_distribution_name else id(), version(), codename())
