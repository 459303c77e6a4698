"""stat: what a file is like."""
import errno
import os
import stat

from ansible.module_utils._runtime.magic import mime
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    path=dict(type='path', required=True, aliases=['dest', 'name']),
    follow=dict(type='bool', default=False),
    get_checksum=dict(type='bool', default=True),
    get_mime=dict(type='bool', default=True, aliases=['mime', 'mime_type', 'mime-type']),
    get_attributes=dict(type='bool', default=True, aliases=['attr', 'attributes']),
    checksum_algorithm=dict(
        type='str', default='sha1', choices=['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
        aliases=['checksum', 'checksum_algo']),
)

_KINDS = dict(
    isdir=stat.S_ISDIR, ischr=stat.S_ISCHR, isblk=stat.S_ISBLK, isreg=stat.S_ISREG,
    isfifo=stat.S_ISFIFO, islnk=stat.S_ISLNK, issock=stat.S_ISSOCK,
)
_BITS = dict(
    isuid=stat.S_ISUID, isgid=stat.S_ISGID,
    wusr=stat.S_IWUSR, rusr=stat.S_IRUSR, xusr=stat.S_IXUSR,
    wgrp=stat.S_IWGRP, rgrp=stat.S_IRGRP, xgrp=stat.S_IXGRP,
    woth=stat.S_IWOTH, roth=stat.S_IROTH, xoth=stat.S_IXOTH,
)
# Result key -> field of stat_result, where the platform has it.
_OPTIONAL_FIELDS = (
    ('blocks', 'st_blocks'), ('block_size', 'st_blksize'), ('device_type', 'st_rdev'), ('flags', 'st_flags'),
    ('generation', 'st_gen'), ('birthtime', 'st_birthtime'), ('file_attributes', 'st_file_attributes'),
    ('fstype', 'st_fstype'), ('rsize', 'st_rsize'), ('creator', 'st_creator'), ('type', 'st_type'),
)


def describe(st, path):
    """What stat_result st says of path, as result keys."""
    mode = st.st_mode
    output = dict(
        exists=True, path=path, mode='%04o' % stat.S_IMODE(mode), uid=st.st_uid, gid=st.st_gid, size=st.st_size,
        inode=st.st_ino, dev=st.st_dev, nlink=st.st_nlink, atime=st.st_atime, mtime=st.st_mtime, ctime=st.st_ctime,
    )
    output.update((name, test(mode)) for name, test in _KINDS.items())
    output.update((name, bool(mode & bit)) for name, bit in _BITS.items())
    output.update((name, getattr(st, field)) for name, field in _OPTIONAL_FIELDS if hasattr(st, field))
    return output


def add_names(output, st):
    """The owner's and the group's names, where they have some."""
    import grp
    import pwd
    try:
        output['pw_name'] = pwd.getpwuid(st.st_uid).pw_name
    except (TypeError, KeyError):
        pass
    try:
        output['gr_name'] = grp.getgrgid(st.st_gid).gr_name
    except (KeyError, ValueError, OverflowError):
        pass


def add_mime(module, output, path):
    output['mimetype'] = output['charset'] = 'unknown'
    program = module.get_bin_path('file')
    if not program:
        return
    words = mime_words(mime(program, path) or '')
    if not words:
        rc, out, dummy = module.run_command([program, '--mime-type', '--mime-encoding', path])
        words = mime_words(out.rsplit(':', 1)[-1]) if rc == 0 else None
    if words:
        output['mimetype'], output['charset'] = words


def mime_words(text):
    """The type and the charset of what "file" says, None if it says something else."""
    kind, semicolon, charset = text.partition(';')
    name, equals, charset = charset.partition('=')
    return (kind.strip(), charset.strip()) if equals and ';' not in charset and '=' not in charset else None


def add_attributes(module, output, path):
    output.update(version=None, attributes=[], attr_flags='')
    output.update(module.get_file_attributes(path))


def examine(module, path):
    params = module.params
    b_path = to_bytes(path, errors='surrogate_or_strict')
    try:
        st = (os.stat if params['follow'] else os.lstat)(b_path)
    except OSError as e:
        if e.errno == errno.ENOENT:
            return {'exists': False}
        module.fail_json(msg=e.strerror, exception=e)
    output = describe(st, path)
    for name, access in (('readable', os.R_OK), ('writeable', os.W_OK), ('executable', os.X_OK)):
        output[name] = os.access(b_path, access)
    if stat.S_ISLNK(st.st_mode):
        output['lnk_source'] = os.path.realpath(path)
        output['lnk_target'] = os.readlink(path)
    add_names(output, st)
    if params['get_checksum'] and output['isreg'] and output['readable']:
        output['checksum'] = module.digest_from_file(b_path, params['checksum_algorithm'])
    if params['get_mime']:
        add_mime(module, output, path)
    if params['get_attributes']:
        add_attributes(module, output, path)
    return output


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    module.exit_json(changed=False, stat=examine(module, module.params['path']))


if __name__ == '__main__':
    main()
