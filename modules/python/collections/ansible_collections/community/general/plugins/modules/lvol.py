"""lvol: logical volumes of LVM."""
import re
import shlex

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    vg=dict(type='str', required=True),
    lv=dict(type='str'),
    size=dict(type='str'),
    opts=dict(type='str'),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    force=dict(type='bool', default=False),
    shrink=dict(type='bool', default=True),
    active=dict(type='bool', default=True),
    snapshot=dict(type='str'),
    pvs=dict(type='list', elements='str'),
    resizefs=dict(type='bool', default=False),
    thinpool=dict(type='str'),
)
UNITS = 'bskmgtpe'
WHOLES = ('VG', 'PVS', 'FREE', 'ORIGIN')
ASKS_SINCE = (2, 2, 99)  # lvcreate asks questions, unless it is told --yes


class Size:
    """A wanted size: a number of units, or extents as a percentage of a whole; with a sign, more or less than there is."""

    def __init__(self, module, text):
        self.module, self.sign, self.percent, self.unit = module, '', None, 'm'
        self.text = text
        if text.startswith(('+', '-')):
            self.sign, self.text = text[0], text[1:]
        if '%' in self.text:
            self.read_percentage(text)
        elif self.text or self.sign:
            self.read_number()

    def read_percentage(self, text):
        percent, dummy, self.whole = self.text.partition('%')
        try:
            self.percent = int(percent)
        except ValueError:
            self.module.fail_json(msg="Bad size specification of '%s'" % text)
        if self.percent > 100:
            self.module.fail_json(msg='Size percentage cannot be larger than 100%')
        if self.whole == 'ORIGIN' and not self.module.params['snapshot']:
            self.module.fail_json(msg='Percentage of ORIGIN supported only for snapshot volumes')
        if self.whole not in WHOLES:
            self.module.fail_json(msg='Specify extents as a percentage of VG|PVS|FREE|ORIGIN')
        self.option, self.given = '-l', self.text

    def read_number(self):
        self.given = self.text + 'm'
        if self.text and self.text[-1].lower() in UNITS:
            self.unit, self.given, self.text = self.text[-1].lower(), self.text, self.text[:-1]
        try:
            self.number = float(self.text)
            valid = self.text[0].isdigit()
        except ValueError:
            valid = False
        if not valid:
            self.module.fail_json(msg="Bad size specification of '%s'" % self.text)
        self.option = '-L'

    def wanted(self, current, group):
        """What a percentage means for a volume of the current size, in whole extents."""
        wanted = (group.size if self.whole in ('VG', 'PVS') else group.free) * self.percent / 100
        wanted = {'+': current + wanted, '-': current - wanted}.get(self.sign, wanted)
        return wanted - wanted % group.extent


class Group:
    """The size, the free space and the extents of a volume group, as the wanted size counts."""

    def __init__(self, line):
        fields = line.strip().split(';')
        self.size, self.free, self.extent = map(float, fields[1:4])


class Volume:
    """A logical volume as lvs lists it."""

    def __init__(self, line):
        fields = line.strip().split(';')
        self.name, self.size = fields[0].replace('[', '').replace(']', ''), float(fields[1])
        attributes = fields[2]
        self.active, self.is_pool, self.is_thin = attributes[4] == 'a', attributes[0] == 't', attributes[0] == 'V'


class Call:
    """What the module is to do, and LVM."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.vg, self.changed = module.params['vg'], False
        self.yes = self.knows_yes()
        self.size = Size(module, self.params['size'] or '')
        self.test = ['--test'] if module.check_mode else []

    def path(self, program):
        return self.module.get_bin_path(program, required=True)

    def knows_yes(self):
        rc, out, dummy = self.module.run_command([self.path('lvm'), 'version'])
        found = re.search(r'LVM version:\s+(\d+)\.(\d+)\.(\d+).*\d{4}-\d{2}-\d{2}', out)
        if rc != 0 or not found:
            self.module.fail_json(msg='Failed to get LVM version number')
        return tuple(map(int, found.groups())) >= ASKS_SINCE

    def lines(self, program, columns):
        argv = program + ['--noheadings', '--nosuffix', '-o', columns, '--units', self.size.unit, '--separator', ';', self.vg]
        rc, out, err = self.module.run_command([self.path(argv[0])] + argv[1:])
        if rc == 0:
            return out.splitlines()
        msg = 'Volume group %s does not exist.' % self.vg
        if self.params['state'] == 'absent':
            self.module.exit_json(changed=False, stdout=msg)
        return self.module.fail_json(msg=msg, rc=rc, err=err)

    def do(self, msg, *argv):
        rc, dummy, err = self.module.run_command([self.path(argv[0])] + list(argv[1:]))
        if rc != 0:
            self.module.fail_json(msg=msg, rc=rc, err=err)

    # which volume is meant

    def find(self, volumes):
        """The volume that the module is to make or change, None if there is none yet."""
        params = self.params
        named = dict((volume.name, volume) for volume in reversed(volumes))
        if params['snapshot']:
            self.check_origin(named.get(params['lv']))
            return named.get(params['snapshot'].rpartition('/')[2])
        if params['thinpool'] and params['lv'] and params['thinpool'] not in named:
            self.module.fail_json(msg='Thin pool LV %s does not exist in volume group %s.' % (params['thinpool'], self.vg))
        return named.get((params['lv'] or params['thinpool'] or '').rpartition('/')[2])

    def check_origin(self, origin):
        if self.params['thinpool'] or origin and origin.is_pool:
            self.module.fail_json(msg='Snapshots of thin pool LVs are not supported.')
        if not origin:
            self.module.fail_json(msg='Snapshot origin LV %s does not exist in volume group %s.' % (self.params['lv'], self.vg))
        self.origin = origin

    # a new one

    def create(self):
        params, size, options = self.params, self.size, shlex.split(self.params['opts'] or '')
        thin_origin = params['snapshot'] and self.origin.is_thin
        if not params['size'] and not thin_origin:
            self.module.fail_json(msg='No size given.')
        if size.sign == '-' or size.sign and size.percent is None:
            self.module.fail_json(msg="Bad size specification of '%s%s' for creating LV" % (size.sign, size.text))
        wanted = [size.option, size.given] if params['size'] else []
        if params['snapshot']:
            argv = wanted + ['-s', '-n', params['snapshot']] + options + ['%s/%s' % (self.vg, params['lv'])]
        elif params['thinpool'] and params['lv']:
            if size.percent is not None:
                self.module.fail_json(changed=False, msg='Thin volume sizing with percentage not supported.')
            argv = ['-n', params['lv'], '-V', size.given] + options + ['-T', '%s/%s' % (self.vg, params['thinpool'])]
        elif params['thinpool']:
            argv = wanted + options + ['-T', '%s/%s' % (self.vg, params['thinpool'])]
        else:
            argv = ['-n', params['lv']] + wanted + options + [self.vg] + (params['pvs'] or [])
        self.do("Creating logical volume '%s' failed" % params['lv'], 'lvcreate', *self.test + (['--yes'] if self.yes else []) + argv)
        self.module.exit_json(changed=True, msg='')

    # one that is there

    def remove(self, volume):
        if not self.params['force']:
            self.module.fail_json(msg='Sorry, no removal of logical volume %s without force=true.' % volume.name)
        self.do('Failed to remove logical volume %s' % volume.name, 'lvremove', *self.test + ['--force', self.full_name(volume)])
        self.module.exit_json(changed=True)

    def full_name(self, volume):
        return '%s/%s' % (self.vg, volume.name)

    def new_size(self, volume, group):
        """The program that brings a volume to its size, if one is needed."""
        if self.size.percent is not None:
            return self.by_percentage(volume, group)
        number, sign = self.size.number, self.size.sign
        if sign == '+' or number > volume.size:
            return ['lvextend']
        if sign == '-' or self.params['shrink'] and number < volume.size:
            return self.smaller(volume, number, '.')
        return None

    def by_percentage(self, volume, group):
        wanted = self.size.wanted(volume.size, group)
        if wanted > volume.size:
            if wanted - volume.size > group.free:
                self.module.fail_json(msg='Logical Volume %s could not be extended. Not enough free space left (%s%s required / %s%s available)' % (
                    volume.name, wanted - volume.size, self.size.unit, group.free, self.size.unit))
            return ['lvextend']
        if self.params['shrink'] and volume.size > wanted + group.extent:
            return self.smaller(volume, wanted, '')
        return None

    def smaller(self, volume, wanted, end):
        if wanted <= 0:
            self.module.fail_json(msg='Sorry, no shrinking of %s to 0 permitted.' % volume.name)
        if not self.params['force']:
            self.module.fail_json(msg='Sorry, no shrinking of %s without force=true%s' % (volume.name, end))
        return ['lvreduce', '--force']

    def resize(self, volume, program):
        given = self.size.sign + self.size.given
        argv = program + (['--resizefs'] if self.params['resizefs'] else []) + self.test
        argv += [self.size.option, given, self.full_name(volume)] + (self.params['pvs'] or [])
        rc, out, err = self.module.run_command([self.path(argv[0])] + argv[1:])
        self.changed = True
        if rc == 0:
            return
        if 'matches existing size' in out + err:
            self.module.exit_json(changed=False, vg=self.vg, lv=volume.name, size=volume.size)
        more = dict(out=out) if 'Reached maximum COW size' in out else {}
        self.module.fail_json(msg='Unable to resize %s to %s' % (volume.name, given), rc=rc, err=err, **more)

    def activate(self, volume):
        active = self.params['active']
        self.changed = self.changed or active != volume.active
        if self.module.check_mode:
            return
        self.do('Failed to %s logical volume %s' % ('activate' if active else 'deactivate', volume.name),
                'lvchange', '-ay' if active else '-an', self.full_name(volume))


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, required_one_of=[['lv', 'thinpool']])
    call = Call(module)
    group = Group(call.lines(['vgs'], 'vg_name,size,free,vg_extent_size')[0])
    volumes = [Volume(line) for line in call.lines(['lvs', '-a'], 'lv_name,size,lv_attr')]
    volume = call.find(volumes)
    if volume is None and module.params['state'] == 'absent':
        module.exit_json(changed=False, msg='')
    if volume is None:
        call.create()
    if module.params['state'] == 'absent':
        call.remove(volume)
    program = call.new_size(volume, group) if module.params['size'] else None
    if program:
        call.resize(volume, program)
    call.activate(volume)
    module.exit_json(changed=call.changed, vg=call.vg, lv=volume.name, size=volume.size)


if __name__ == '__main__':
    main()
