"""What dpkg has installed, from /var/lib/dpkg/status."""
STATUS = '/var/lib/dpkg/status'
FOREIGN = '/var/lib/dpkg/arch'
INSTALLED = ' ok installed'


def installed(names):
    """Which of names are installed for the host's own architecture.

    None when dpkg knows several architectures, because only apt can tell then.
    """
    if has_foreign():
        return None
    wanted, found = set(names), set()
    name = None
    with open(STATUS, encoding='utf-8', errors='replace') as stream:
        for line in stream:
            if line.startswith('Package: '):
                name = line[9:-1]
            elif name in wanted and line.startswith('Status: ') and line.rstrip().endswith(INSTALLED):
                found.add(name)
    return found


def known(names):
    """Which of names dpkg has any record of, such as configuration files left over."""
    wanted, found = set(names), set()
    with open(STATUS, encoding='utf-8', errors='replace') as stream:
        for line in stream:
            if line.startswith('Package: ') and line[9:-1] in wanted:
                found.add(line[9:-1])
    return found


def has_foreign():
    try:
        with open(FOREIGN) as stream:
            return len(stream.read().split()) > 1
    except OSError:
        return False
