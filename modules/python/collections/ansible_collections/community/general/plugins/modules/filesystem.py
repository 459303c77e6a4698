"""filesystem: make filesystems on devices and in files, let them grow, and wipe them."""
import os
import re
import stat

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.formatters import human_to_bytes
from ansible.module_utils.compat.version import LooseVersion


class Filesystem:
    """A kind of filesystem, by the programs that make it and change it."""

    NAME = None
    MKFS = None
    FORCE = ()
    INFO = None  # the program that tells its size
    GROW = None
    TYPE = None  # what blkid calls it, where that is not the name of the kind
    UUID_OPTIONS = ()  # of MKFS
    UUID_AFTER_OPTIONS = ()  # what follows the UUID then
    SET_UUID = None

    def __init__(self, module, device):
        self.module, self.device = module, device
        self.fstype = module.params['fstype']
        self.name = self.NAME or self.fstype.capitalize()

    def run(self, *argv):
        """The output of a program, which must succeed."""
        return self.module.run_command([self.module.get_bin_path(argv[0], required=True)] + list(argv[1:]), check_rc=True)[1]

    def force(self):
        return list(self.FORCE)

    def refuse_uuid(self):
        self.module.fail_json(changed=False, msg='module does not support UUID option for this filesystem (%s) yet.' % self.fstype)

    def create(self, options, uuid):
        if uuid and not (self.UUID_OPTIONS or self.SET_UUID):
            self.refuse_uuid()
        program = self.module.get_bin_path(self.MKFS, required=True)
        if self.module.check_mode:
            return
        argv = [program] + self.force() + options
        if uuid and self.UUID_OPTIONS and not set(options) & set(self.UUID_OPTIONS):
            argv += [self.UUID_OPTIONS[0], uuid] + list(self.UUID_AFTER_OPTIONS)
        self.module.run_command(argv + [self.device], check_rc=True)
        if uuid and self.SET_UUID and not self.UUID_OPTIONS:
            self.set_uuid(uuid)

    def set_uuid(self, uuid):
        return self.run(*[uuid if word == 'UUID' else word for word in self.SET_UUID] + [self.device])

    def change_uuid(self, uuid):
        if not self.SET_UUID:
            self.refuse_uuid()
        if self.module.check_mode:
            self.module.exit_json(change=True, msg='Changing %s filesystem UUID on device %s' % (self.name, self.device))
        return self.set_uuid(uuid)

    def grow(self):
        """(whether it grew, what is said of it)"""
        if not self.GROW:
            self.module.fail_json(changed=False, msg='module does not support resizing %s filesystem yet.' % self.fstype)
        whole = self.device_size()
        try:
            size = self.size()
        except ValueError as e:
            self.module.warn("unable to process %s output '%s'" % (self.INFO[0], e))
            self.module.fail_json(msg='unable to process %s output for %s' % (self.INFO[0], self.device))
        if size >= whole:
            return False, '%s filesystem is using the whole device %s' % (self.name, self.device)
        if self.module.check_mode:
            return True, 'resizing filesystem %s on device %s' % (self.name, self.device)
        return True, self.run(*list(self.GROW) + [self.place()])

    def device_size(self):
        if stat.S_ISBLK(os.stat(self.device).st_mode):
            return int(self.run('blockdev', '--getsize64', self.device))
        return os.path.getsize(self.device)

    def size(self):
        """Its size in bytes; ValueError if that is not told."""
        out = self.run(*list(self.INFO) + [self.told_of()])
        return self.read_size(out)

    def told_of(self):
        return self.device

    def place(self):
        """What is given to the program that lets it grow."""
        return self.device

    def mounted(self):
        """Where it is mounted, None if it is not."""
        argv = [self.module.get_bin_path('findmnt', required=True), '--mtab', '--noheadings', '--output', 'TARGET', '--source', self.device]
        rc, out, dummy = self.module.run_command(argv)
        return out.split('\n')[0] if rc == 0 and out.strip() else None

    def must_be_mounted(self):
        place = self.mounted()
        if place is None:
            self.module.fail_json(msg='%s needs to be mounted for %s operations' % (self.device, self.name))
        return place

    def read_size(self, out):
        raise NotImplementedError

    @staticmethod
    def product(out, *patterns):
        found = [re.search(pattern, out, re.M) for pattern in patterns]
        if not all(found):
            raise ValueError(repr(out))
        number = 1
        for each in found:
            number *= int(each.group(1))
        return number


class Ext(Filesystem):
    FORCE = ('-F',)
    INFO = ('tune2fs', '-l')
    GROW = ('resize2fs',)
    UUID_OPTIONS = ('-U',)
    SET_UUID = ('tune2fs', '-U', 'UUID')

    def __init__(self, module, device):
        super().__init__(module, device)
        version = self.fstype[:len('ext4')]  # ext4dev was the name of ext4 before it was finished
        self.MKFS, self.name = 'mkfs.' + version, version.capitalize()

    def read_size(self, out):
        return self.product(out, r'^Block count: *(\d+)', r'^Block size: *(\d+)')


class XFS(Filesystem):
    NAME = 'XFS'
    MKFS = 'mkfs.xfs'
    FORCE = ('-f',)
    INFO = ('xfs_info',)
    GROW = ('xfs_growfs',)
    SET_UUID = ('xfs_admin', '-U', 'UUID')

    def told_of(self):
        return self.mounted() or self.device

    def place(self):
        return self.must_be_mounted()

    def read_size(self, out):
        return self.product(out, r'^data +=.* bsize=(\d+)', r'^data +=.* blocks=(\d+)')


class Btrfs(Filesystem):
    MKFS = 'mkfs.btrfs'
    INFO = ('btrfs', 'filesystem', 'usage', '-b')
    GROW = ('btrfs', 'filesystem', 'resize', 'max')

    def __init__(self, module, device):
        super().__init__(module, device)
        dummy, out, err = module.run_command([module.get_bin_path(self.MKFS, required=True), '--version'], check_rc=True)
        version = re.search(r' v([0-9.]+)', out) or re.search(r' v([0-9.]+)', err)
        if not version:
            module.warn('Unable to identify mkfs.btrfs version (%r, %r)' % (out, err))
        # Older ones overwrite without being told to.
        self.FORCE = ('-f',) if not version or LooseVersion(version.group(1)) >= LooseVersion('3.12') else ()

    def told_of(self):
        return self.must_be_mounted()

    place = told_of

    def read_size(self, out):
        return self.product(out, r'^ *Device size:\s*(\d+)')


class F2fs(Filesystem):
    MKFS = 'mkfs.f2fs'
    INFO = ('dump.f2fs',)
    GROW = ('resize.f2fs',)

    def __init__(self, module, device):
        super().__init__(module, device)
        # It tells its version when it refuses to work.
        dummy, out, dummy = module.run_command([module.get_bin_path(self.MKFS, required=True), os.devnull])
        version = re.search(r'mkfs\.f2fs Ver: ([0-9.]+)', out)
        self.FORCE = ('-f',) if version and LooseVersion(version.group(1)) >= LooseVersion('1.9.0') else ()

    def read_size(self, out):
        return self.product(out, r'^Info: sector size = (\d+)', r'^Info: total FS sectors = (\d+)')


class VFAT(Filesystem):
    NAME = 'VFAT'
    MKFS = 'mkfs.vfat'
    INFO = ('fatresize', '--info')
    GROW = ('fatresize', '-s', 'max')

    def read_size(self, out):
        found = re.findall(r'\n(?:Size|Cur size): *(\d+)', out)
        if not found:
            raise ValueError(repr(out))
        return int(found[0])


class LVM(Filesystem):
    NAME = 'LVM'
    MKFS = 'pvcreate'
    FORCE = ('-f',)
    TYPE = 'LVM2_member'
    INFO = ('pvs', '--noheadings', '-o', 'pv_size', '--units', 'b', '--nosuffix')
    GROW = ('pvresize',)
    UUID_OPTIONS = ('-u', '--uuid')
    UUID_AFTER_OPTIONS = ('--norestorefile',)
    SET_UUID = ('pvchange', '-u')

    def read_size(self, out):
        return int(out)


class Bcachefs(Filesystem):
    MKFS = 'mkfs.bcachefs'
    FORCE = ('--force',)
    INFO = ('bcachefs', 'show-super')
    GROW = ('bcachefs', 'device', 'resize')
    UUID_OPTIONS = ('-U', '--uuid')

    def read_size(self, out):
        found = re.search(r'^Size: +(\S+) (\S+)', out, re.M)
        if not found:
            raise ValueError(repr(out))
        return human_to_bytes(found.group(1) + found.group(2).replace('i', ''))


class Ocfs2(Filesystem):
    MKFS = 'mkfs.ocfs2'
    FORCE = ('-Fx',)


class Reiserfs(Filesystem):
    MKFS = 'mkfs.reiserfs'
    FORCE = ('-q',)


class Swap(Filesystem):
    MKFS = 'mkswap'
    FORCE = ('-f',)


class UFS(Filesystem):
    NAME = 'UFS'
    MKFS = 'newfs'


KINDS = dict(bcachefs=Bcachefs, btrfs=Btrfs, ext2=Ext, ext3=Ext, ext4=Ext, ext4dev=Ext, f2fs=F2fs, lvm=LVM, ocfs2=Ocfs2, reiserfs=Reiserfs, xfs=XFS,
             vfat=VFAT, swap=Swap, ufs=UFS)

ARGUMENTS = dict(
    state=dict(type='str', default='present', choices=['present', 'absent']),
    fstype=dict(type='str', aliases=['type'], choices=list(KINDS)),
    dev=dict(type='path', required=True, aliases=['device']),
    opts=dict(type='str'),
    force=dict(type='bool', default=False),
    resizefs=dict(type='bool', default=False),
    uuid=dict(type='str'),
)


def found_on(module, device):
    """What blkid calls the filesystem that is there, '' for none."""
    argv = [module.get_bin_path('blkid', required=True), '-c', os.devnull, '-o', 'value', '-s', 'TYPE', device]
    return module.run_command(argv)[1].strip()


def absent(module, device):
    if not os.path.exists(device):
        module.exit_json(msg='Device %s not found.' % device)
    if not found_on(module, device):
        module.exit_json(changed=False)
    wipe = [module.get_bin_path('wipefs', required=True), '--all', device]
    if not module.check_mode:
        module.run_command(wipe, check_rc=True)
    module.exit_json(changed=True)


def present(module, device):
    params = module.params
    if not os.path.exists(device):
        module.fail_json(msg='Device %s not found.' % device)
    now = found_on(module, device)
    filesystem = KINDS[params['fstype']](module, device)
    same = now == (filesystem.TYPE or params['fstype'])
    if same and params['resizefs']:
        changed, msg = filesystem.grow()
        module.exit_json(changed=changed, msg=msg)
    if same and params['uuid']:
        module.exit_json(changed=True, msg=filesystem.change_uuid(params['uuid']))
    if same and not params['force']:
        module.exit_json(changed=False)
    if now and not params['force']:
        module.fail_json(msg="'%s' is already used as %s, use force=true to overwrite" % (device, now), rc=0, err='')
    filesystem.create((params['opts'] or '').split(), params['uuid'])
    module.exit_json(changed=True)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, required_if=[('state', 'present', ['fstype'])],
                           mutually_exclusive=[('resizefs', 'uuid')])
    act = present if module.params['state'] == 'present' else absent
    act(module, module.params['dev'])


if __name__ == '__main__':
    main()
