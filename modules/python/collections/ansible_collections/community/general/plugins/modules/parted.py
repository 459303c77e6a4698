"""parted: partitions of disks, and of files that stand for disks."""
import re
import shlex

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.compat.version import LooseVersion

UNITS_SI = ['B', 'KB', 'MB', 'GB', 'TB']
UNITS_IEC = ['KiB', 'MiB', 'GiB', 'TiB']
UNITS = UNITS_SI + UNITS_IEC + ['s', '%', 'cyl', 'chs', 'compact']

ARGUMENTS = dict(
    device=dict(type='str', required=True),
    align=dict(type='str', default='optimal', choices=['cylinder', 'minimal', 'none', 'optimal', 'undefined']),
    number=dict(type='int'),
    unit=dict(type='str', default='KiB', choices=UNITS),
    label=dict(type='str', default='msdos', choices=['aix', 'amiga', 'bsd', 'dvh', 'gpt', 'loop', 'mac', 'msdos', 'pc98', 'sun']),
    part_type=dict(type='str', default='primary', choices=['extended', 'logical', 'primary']),
    part_start=dict(type='str', default='0%'),
    part_end=dict(type='str', default='100%'),
    fs_type=dict(type='str'),
    name=dict(type='str'),
    flags=dict(type='list', elements='str'),
    state=dict(type='str', default='info', choices=['absent', 'info', 'present']),
    resize=dict(type='bool', default=False),
)

# What a unit is in bytes, of those that say it.
BYTES = dict({unit.lower(): 1000 ** power for power, unit in enumerate(UNITS_SI)}, **{unit.lower(): 1024 ** (power + 1) for power, unit in enumerate(UNITS_IEC)})

SIZE = re.compile(r'^(-?[\d.]+) *([\w%]+)?$')
CHS = re.compile(r'^(\d+),(\d+),(\d+)$')


class Malformed(Exception):
    """A size that parted would neither write nor read."""


def read_size(text, unit=''):
    """(value, unit) of a size as parted writes it; that of a place by cylinder, head and sector is a dict."""
    found = SIZE.match(text)
    if found:
        return float(found.group(1)), found.group(2) or unit
    found = CHS.match(text)
    if found:
        return dict(zip(('cylinder', 'head', 'sector'), map(int, found.groups()))), 'chs'
    raise Malformed("Error interpreting parted size output: '%s'" % text)


def in_bytes(value, unit):
    """A size in bytes, None where the unit does not say it."""
    factor = BYTES.get(unit.lower())
    return None if factor is None or isinstance(value, dict) else value * factor


class Disk:
    """A disk and what parted tells of it."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.device, self.number = self.params['device'], self.params['number']
        self.program = module.get_bin_path('parted', required=True)
        self.script, self.changed = [], False

    def version(self):
        rc, out, err = self.module.run_command([self.program, '--version'])
        if rc != 0:
            self.module.fail_json(msg='Failed to get parted version.', rc=rc, out=out, err=err)
        found = re.match(r'^parted \(.+\) (\d+(?:\.\d+)*)', out)
        if not found:
            self.module.fail_json(msg='Failed to get parted version.', rc=rc, out=out)
        return LooseVersion(found.group(1))

    # what is there

    def read(self):
        self.version()
        command = '%s -s -m %s -- unit %s print' % (self.program, self.device, self.params['unit'])
        rc, out, err = self.module.run_command(command)
        if rc != 0 and 'unrecognised disk label' not in err:
            self.fail_reading(command, rc, out, err)
        try:
            self.parse([line.rstrip(';') for line in out.split('\n') if line.strip()])
        except (IndexError, ValueError, Malformed):
            self.fail_reading(command, rc, out, err)

    def fail_reading(self, command, rc, out, err):
        self.module.fail_json(msg="Error while getting device information with parted script: '%s'" % command, rc=rc, out=out, err=err)

    def parse(self, lines):
        fields, rest = lines[1].split(':'), lines[2:]
        size, unit = read_size(fields[1])
        self.disk = dict(dev=fields[0], size=size, unit=unit.lower(), table=fields[5], model=fields[6], logical_block=int(fields[3]), physical_block=int(fields[4]))
        if self.params['unit'] in ('cyl', 'chs'):
            cylinders, heads, sectors, whole = rest.pop(0).split(':')
            whole, whole_unit = read_size(whole)
            self.disk['chs_info'] = dict(cylinders=int(cylinders), heads=int(heads), sectors=int(sectors), cyl_size=whole, cyl_size_unit=whole_unit.lower())
        self.partitions = [self.partition(line.split(':'), unit) for line in rest]

    def partition(self, fields, unit):
        if self.params['unit'] == 'chs':  # without a size
            fields.insert(3, '')
        size = read_size(fields[3])[0] if fields[3] else ''
        return dict(num=int(fields[0]), begin=read_size(fields[1])[0], end=read_size(fields[2])[0], size=size, fstype=fields[4], name=fields[5],
                    flags=[flag.strip() for flag in fields[6].split(', ') if flag], unit=unit.lower())

    def own(self):
        """The partition that the task is about, None if it is not there."""
        found = [partition for partition in self.partitions if partition['num'] == self.number]
        return found[0] if found else None

    # what is done

    def run(self, words):
        """Have parted do something, and see what is there then."""
        if not words:
            return
        script = ' '.join(words)
        self.script.append(script)
        self.changed = True
        fix = ' -f' if self.version() >= LooseVersion('3.4.64') else ''
        if self.module.check_mode:
            return
        align = '' if self.params['align'] == 'undefined' else '-a ' + self.params['align']
        command = '%s -s%s -m %s %s -- %s' % (self.program, fix, align, self.device, script)
        rc, out, err = self.module.run_command(command)
        if rc != 0:
            self.module.fail_json(msg='Error while running parted script: %s' % command, rc=rc, out=out, err=err)

    def absent(self):
        if self.own():
            self.run(['rm %d' % self.number])

    def present(self):
        words = self.layout()
        if words:
            self.run(['unit %s' % self.params['unit']] + words)
        elif self.params['resize'] and self.is_other_size():
            self.run(['resizepart %d %s' % (self.number, self.params['part_end'])])
        if self.changed and not self.module.check_mode:
            self.read()
        words = self.attributes()
        if words:
            self.run(['unit %s' % self.params['unit']] + words)

    def layout(self):
        words, params = [], self.params
        if self.disk['table'] != params['label']:
            words.append('mklabel %s' % params['label'])
        if words or not self.own():
            kind = [params['part_type']] + ([params['fs_type']] if params['fs_type'] is not None else [])
            words.append('mkpart %s %s %s' % (' '.join(kind), params['part_start'], params['part_end']))
        return words

    def is_other_size(self):
        """Whether the partition ends somewhere else; also where its end is told in a unit that cannot be compared."""
        now, wanted = in_bytes(self.own()['end'], self.own()['unit']), in_bytes(*read_size(self.params['part_end']))
        return now is None or wanted is None or now != wanted

    def attributes(self):
        own = self.own() or dict(name='', flags=[])
        words, params = [], self.params
        if params['name'] is not None and own['name'] != params['name']:
            words.append('name %d %s' % (self.number, shlex.quote('"%s"' % params['name'])))
        if not params['flags']:
            return words
        wanted = params['flags']  # the result tells of these, too
        if 'esp' in wanted and 'boot' not in wanted:
            wanted.append('boot')  # its other name
        words += ['set %d %s on' % (self.number, flag) for flag in wanted if flag not in own['flags']]
        return words + ['set %d %s off' % (self.number, flag) for flag in own['flags'] if flag not in wanted]


def check_place(module, name):
    """Refuse a place that parted would take for something else."""
    try:
        size = read_size(module.params[name])
    except Malformed as e:
        module.fail_json(msg=str(e))
    if size[1] not in UNITS:
        module.fail_json(msg="The argument '%s' doesn't respect required format.The size unit is case sensitive." % name, err=size)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True,
                           required_if=[['state', 'present', ['number']], ['state', 'absent', ['number']]])
    params = module.params
    module.run_command_environ_update = dict(LANG='C', LC_ALL='C', LC_MESSAGES='C', LC_CTYPE='C')
    if params['number'] is not None and params['number'] < 1:
        module.fail_json(msg='The partition number must be greater then 0.')
    for name in ('part_start', 'part_end'):
        check_place(module, name)
    disk = Disk(module)
    disk.read()
    if params['state'] == 'info':
        disk.script = ["unit '%s' print" % params['unit']]
    elif params['state'] == 'present':
        disk.present()
    else:
        disk.absent()
    disk.read()
    module.exit_json(changed=disk.changed, disk=disk.disk, partitions=disk.partitions, script=' '.join(disk.script))


if __name__ == '__main__':
    main()
