"""mount_facts: mounts as facts, from the tables and programs that tell of them."""
import fnmatch
import os
import subprocess
import threading

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.facts import mount_tables
from ansible.module_utils.facts.mounts import uuid
from ansible.module_utils.facts.utils import get_mount_size

ARGUMENTS = dict(
    sources=dict(type='list', elements='str'),            # files, "mount", static, dynamic, all
    mount_binary=dict(default='mount', type='raw'),
    devices=dict(type='list', elements='str'),            # patterns; of the filesystems' types too
    fstypes=dict(type='list', elements='str'),
    timeout=dict(type='float'),                           # seconds for each mount
    on_timeout=dict(choices=['error', 'warn', 'ignore'], default='error'),
    include_aggregate_mounts=dict(type='bool'),
)
DYNAMIC = ['/etc/mtab', '/proc/mounts', '/etc/mnttab']
STATIC = ['/etc/fstab', '/etc/vfstab', '/etc/filesystems']


class Late(Exception):
    """Something took longer than the timeout."""


def within(seconds, what, call, *args):
    """call's value; Late with what if it takes longer than that."""
    if seconds is None:
        return call(*args)
    answer = []
    thread = threading.Thread(target=lambda: answer.append(call(*args)), daemon=True)
    thread.start()
    thread.join(seconds)
    if not answer:
        raise Late('%s after %s seconds' % (what, seconds))
    return answer[0]


def check(module):
    """Refuse arguments whose values cannot be."""
    params = module.params
    if params['timeout'] is not None and params['timeout'] <= 0:
        module.fail_json(msg="argument 'timeout' must be a positive number or null, not %s" % params['timeout'])
    if params['mount_binary'] is not None and not isinstance(params['mount_binary'], str):
        module.fail_json(msg="argument 'mount_binary' must be a string or null, not %s" % params['mount_binary'])
    sources = params['sources'] or []
    if '' in sources:
        module.fail_json(msg='sources contains an empty string')
    if len({os.path.realpath(source) for source in sources}) < len(sources):
        module.warn("mount_facts option 'sources' contains duplicate entries, repeat sources will be ignored: %s" % sources)


def output(module, program):
    """What the mount program says, '' if it took too long."""
    path = module.get_bin_path(program, required=True)
    try:
        return subprocess.run(path, stdout=subprocess.PIPE, check=True, universal_newlines=True,
                              timeout=module.params['timeout']).stdout
    except subprocess.TimeoutExpired:
        tell(module, "Command '%s' timed out after %s seconds" % (path, module.params['timeout']))
    except subprocess.CalledProcessError as e:
        module.fail_json(msg='Failed to execute %s: %s' % (path, e))
    return ''


def tell(module, msg):
    if module.params['on_timeout'] == 'error':
        module.fail_json(msg=msg)
    if module.params['on_timeout'] == 'warn':
        module.warn(msg)


def content(path):
    try:
        with open(path, errors='surrogateescape') as f:
            return f.read()
    except OSError:
        return ''


class Sources:
    """The sources in their order, each once."""

    def __init__(self, module):
        self.module, self.seen = module, set()

    def mounts(self):
        """(source, [mounts]) of each."""
        for source in self.module.params['sources'] or ['all']:
            if source in ('all', 'dynamic'):
                for each in self.dynamic():
                    yield each
            if source in ('all', 'static'):
                for path in STATIC:
                    yield self.of_file(path)
            if source in ('mount', self.module.params['mount_binary']):
                yield self.of_program(source)
            elif source not in ('all', 'dynamic', 'static'):
                yield self.of_file(source)

    def dynamic(self):
        found = [self.of_file(path) for path in DYNAMIC]
        if self.module.params['mount_binary'] is not None and not any(mounts for dummy, mounts in found):
            found.append(self.of_program(self.module.params['mount_binary']))
        return found

    def of_file(self, path):
        real = os.path.realpath(path)
        if real in self.seen:
            return path, []
        self.seen.add(real)
        return path, mount_tables.of_file(content(path))

    def of_program(self, source):
        name = self.module.params['mount_binary']
        if name is None:
            self.module.fail_json(msg="the source 'mount' needs a mount_binary")
        if name in self.seen:
            return source, []
        self.seen.add(name)
        return source, mount_tables.of_output(output(self.module, name))


def matches(value, patterns):
    return not patterns or any(fnmatch.fnmatch(value, pattern) for pattern in patterns)


def completed(module, source, text, mount):
    """A mount with its sizes, where it is from, and its UUID."""
    what = 'Timed out getting mount size for mount %s (type %s)' % (mount['mount'], mount['fstype'])
    try:
        mount.update(within(module.params['timeout'], what, get_mount_size, mount['mount']))
    except Late as e:
        tell(module, str(e))
    mount['ansible_context'] = dict(source=source, source_data=text)
    device = mount['device']
    mount['uuid'] = device[len('UUID='):] if device.startswith('UUID=') else uuid(device, None)
    return mount


def wanted(module):
    params = module.params
    for source, mounts in Sources(module).mounts():
        for text, mount in mounts:
            if matches(mount['device'], params['devices']) and matches(mount['fstype'], params['fstypes']):
                yield completed(module, source, text, mount)


def warn_of_repeats(module, mounts):
    """Mounts of one source at one place are told, unless the user has said what to do with them."""
    places = {}
    for mount in mounts:
        places.setdefault(mount['ansible_context']['source'], []).append(mount['mount'])
    repeats = {source: [place for place in found if found.count(place) > 1] for source, found in places.items()}
    told = ['%s (%s)' % (source, found) for source, found in repeats.items() if found]
    if told:
        module.warn("mount_facts: ignoring repeat mounts in the following sources: %s. You can disable this warning by configuring the "
                    "'include_aggregate_mounts' option as True or False." % ', '.join(told))


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    check(module)
    mounts = list(wanted(module))
    if module.params['include_aggregate_mounts'] is None:
        warn_of_repeats(module, mounts)
    points = {}
    for mount in mounts:
        points.setdefault(mount['mount'], mount)
    aggregate = mounts if module.params['include_aggregate_mounts'] else []
    module.exit_json(ansible_facts=dict(mount_points=points, aggregate_mounts=aggregate))


if __name__ == '__main__':
    main()
