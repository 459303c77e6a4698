"""lvg: volume groups of LVM."""
import os

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    vg=dict(type='str', required=True),
    pvs=dict(type='list', elements='str'),
    pesize=dict(type='str', default='4'),
    pv_options=dict(type='str', default=''),
    pvresize=dict(type='bool', default=False),
    vg_options=dict(type='str', default=''),
    state=dict(type='str', default='present', choices=['absent', 'present', 'active', 'inactive']),
    force=dict(type='bool', default=False),
    reset_vg_uuid=dict(type='bool', default=False),
    reset_pv_uuid=dict(type='bool', default=False),
    remove_extra_pvs=dict(type='bool', default=True),
)
AUTOACTIVATION = '--setautoactivation'


class Group:
    """The volume group, and the devices that it is to have."""

    def __init__(self, module):
        self.module, self.params, self.name = module, module.params, module.params['vg']
        self.changed = False

    # what LVM tells

    def ask(self, program, *arguments):
        """The output of a program that must succeed."""
        return self.module.run_command([self.path(program)] + list(arguments), check_rc=True)[1]

    def path(self, program):
        return self.module.get_bin_path(program, required=True)

    def logical_volumes(self):
        """How many logical volumes the group has, None if there is no such group."""
        out = self.ask('vgs', '--noheadings', '-o', 'vg_name,pv_count,lv_count', '--separator', ';')
        for line in out.splitlines():
            fields = line.strip().split(';')
            if fields[0] == self.name:
                return int(fields[2])
        return None

    def wanted_devices(self):
        devices = [os.path.realpath(device) for device in self.params['pvs'] or []]
        for device in devices:
            if not os.path.exists(device):
                self.module.fail_json(msg='Device %s not found.' % device)
        return devices

    def physical_volumes(self, wanted):
        """(device, group) of the wanted devices and of those in the group, of all if none is wanted."""
        argv = [self.path('pvs'), '--noheadings', '-o', 'pv_name,vg_name', '--separator', ';']
        if wanted:
            conditions = ['pv_name = %s' % name for name in wanted + self.params['pvs']] + ['vg_name = %s' % self.name]
            argv += ['--select', ' || '.join(conditions)]
        rc, out, err = self.module.run_command(argv)
        if rc != 0:
            self.module.fail_json(msg='Failed executing pvs command.', rc=rc, err=err)
        found = [line.strip().split(';') for line in out.splitlines() if line.strip()]
        return [(self.mapped(fields[0]), fields[1]) for fields in found]

    def mapped(self, device):
        """The lasting name of a device of the device mapper."""
        if not device.startswith('/dev/dm-'):
            return device
        argv = [self.path('dmsetup'), 'info', '-C', '--noheadings', '-o', 'name', device]
        rc, out, err = self.module.run_command(argv)
        if rc != 0:
            self.module.fail_json(msg='Failed executing dmsetup command.', rc=rc, err=err)
        return '/dev/mapper/%s' % out.rstrip()

    def knows_autoactivation(self, program):
        return AUTOACTIVATION in self.ask(program, '--help')

    # what is changed

    def do(self, *argv):
        """Run a program that changes something and must succeed."""
        self.changed = True
        if not self.module.check_mode:
            self.ask(*argv)

    def attempt(self, msg, *argv):
        """The same, with a message of its own."""
        self.changed = True
        if self.module.check_mode:
            return
        rc, dummy, err = self.module.run_command([self.path(argv[0])] + list(argv[1:]))
        if rc != 0:
            self.module.fail_json(msg=msg, rc=rc, err=err)

    def make_devices(self, devices):
        for device in devices:
            self.attempt("Creating physical volume '%s' failed" % device, 'pvcreate', *self.params['pv_options'].split() + ['-f', device])

    def create(self, devices):
        options = self.params['vg_options'].split()
        if self.knows_autoactivation('vgcreate') and self.params['state'] in ('active', 'inactive') and AUTOACTIVATION not in options:
            options += [AUTOACTIVATION, 'y' if self.params['state'] == 'active' else 'n']
        self.make_devices(devices)
        self.attempt("Creating volume group '%s' failed" % self.name, 'vgcreate', *options + ['-s', self.params['pesize'], self.name] + devices)

    def remove(self, logical_volumes):
        if logical_volumes and not self.params['force']:
            self.module.fail_json(msg='Refuse to remove non-empty volume group %s without force=true' % self.name)
        self.attempt('Failed to remove volume group %s' % self.name, 'vgremove', '--force', self.name)

    def activate(self):
        """Have the logical volumes as the state says, now and at the next start."""
        active, known = self.params['state'] == 'active', self.knows_autoactivation('vgchange')
        out = self.ask('vgs', '--noheadings', '-o', 'lv_attr,autoactivation' if known else 'lv_attr', '--separator', ';', self.name)
        lines = [line.strip().split(';') for line in out.splitlines()]
        lines = [fields for fields in lines if len(fields[0]) > 4]
        if not lines:
            return
        answer = 'y' if active else 'n'
        if known and any('enabled' in fields[1:] for fields in lines) != active:
            self.do('vgchange', AUTOACTIVATION, answer, self.name)
        if any((fields[0][4] == 'a') != active for fields in lines):
            self.do('vgchange', '--activate', answer, self.name)

    def resize(self, device):
        before = self.sizes(device)
        if before is None or before[0] - before[2] - before[1] <= before[3]:
            return
        self.changed = True
        if self.module.check_mode:
            return
        rc, out, err = self.module.run_command([self.path('pvresize'), device])
        if self.sizes(device)[1] == before[1]:
            self.module.fail_json(msg='Failed executing pvresize command.', rc=rc, err=err, out=out)

    def sizes(self, device):
        """Of a physical volume: the device's bytes, its own, where its extents begin, and an extent's."""
        out = self.ask('pvdisplay', device, '--units', 'b', '--columns', '--noheadings', '--nosuffix', '--separator', ';',
                       '-o', 'dev_size,pv_size,pe_start,vg_extent_size')
        try:
            return [int(field) for field in out.strip().split(';')]
        except ValueError:
            self.module.fail_json(msg='Failed to read the sizes of %s.' % device, out=out)

    def renew(self, device):
        before = self.uuid(device)
        self.changed = True
        if self.module.check_mode:
            return
        rc, out, err = self.module.run_command([self.path('pvchange'), '-u', device])
        if self.uuid(device) == before:
            self.module.fail_json(msg='PV (%s) UUID change failed' % device, rc=rc, err=err, out=out)

    def uuid(self, device):
        return self.ask('pvs', '--noheadings', '-o', 'uuid', device)

    def change(self, wanted, current):
        """Make a group that is there what it is to be."""
        params = self.params
        if params['state'] in ('active', 'inactive'):
            self.activate()
        if params['reset_vg_uuid']:
            self.do('vgchange', '-u', self.name)
        for device in current if wanted else []:
            if params['pvresize']:
                self.resize(device)
            if params['reset_pv_uuid']:
                self.renew(device)
        added = [device for device in wanted if device not in current]
        extra = [device for device in current if device not in wanted] if wanted and params['remove_extra_pvs'] else []
        if added:
            self.make_devices(added)
            self.attempt('Unable to extend %s by %s.' % (self.name, ' '.join(added)), 'vgextend', self.name, *added)
        if extra:
            self.attempt('Unable to reduce %s by %s.' % (self.name, ' '.join(extra)), 'vgreduce', '--force', self.name, *extra)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, required_if=[['reset_pv_uuid', True, ['pvs']]])
    group = Group(module)
    logical_volumes = group.logical_volumes()
    if module.params['state'] == 'absent':
        if logical_volumes is not None:
            group.remove(logical_volumes)
        module.exit_json(changed=group.changed)
    if logical_volumes is None and not module.params['pvs']:
        module.fail_json(msg='No physical volumes given.')
    wanted = group.wanted_devices()
    volumes = group.physical_volumes(wanted)
    for device, owner in volumes:
        if device in wanted and owner and owner != group.name:
            module.fail_json(msg='Device %s is already in %s volume group.' % (device, owner))
    if logical_volumes is None:
        group.create(wanted)
    else:
        group.change(wanted, [device for device, owner in volumes if owner == group.name])
    module.exit_json(changed=group.changed)


if __name__ == '__main__':
    main()
