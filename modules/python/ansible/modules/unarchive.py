"""unarchive, on the target's side: unpack an archive into a folder."""
import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.urls import fetch_file

ARGUMENTS = dict(
    src=dict(type='path', required=True),                 # with remote_src also an address
    dest=dict(type='path', required=True),
    remote_src=dict(type='bool', default=False),          # the controller has sent its archive if this is false
    creates=dict(type='path'),                            # for the controller
    list_files=dict(type='bool', default=False),
    keep_newer=dict(type='bool', default=False),
    exclude=dict(type='list', elements='str', default=[]),
    include=dict(type='list', elements='str', default=[]),
    extra_opts=dict(type='list', elements='str', default=[]),
    validate_certs=dict(type='bool', default=True),
    io_buffer_size=dict(type='int', default=65536),
    copy=dict(type='bool', default=True),                 # for the controller: the opposite of remote_src, deprecated
    decrypt=dict(type='bool', default=True),              # for the controller
)


def fetched(module, src):
    """The archive's path on this host, once it is known to be readable."""
    if not os.path.exists(src):
        if not module.params['remote_src']:
            module.fail_json(msg="Source '%s' failed to transfer" % src)
        if '://' not in src:
            module.fail_json(msg="Source '%s' does not exist" % src)
        src = fetch_file(module, src)
    if not os.access(src, os.R_OK):
        module.fail_json(msg="Source '%s' not readable" % src)
    if os.path.getsize(src) == 0:
        module.fail_json(msg="Invalid archive '%s', the file is 0 bytes" % src)
    return src


def handler(module, src, dest):
    """The archive of the first kind that can read src."""
    from ansible.module_utils.archive import tar, zip
    reasons = []
    for kind in (zip.Zip, zip.ZipZ, tar.Gzip, tar.Tar, tar.Bzip2, tar.Xz, tar.Zstd):
        archive = kind(module, src, dest)
        reason = archive.usable()
        if not reason:
            return archive
        if reason not in reasons:
            reasons.append(reason)
    module.fail_json(msg='Failed to find handler for "%s". Make sure the required command to extract the file is installed.\n%s'
                     % (src, '\n'.join(reasons)))


def unpack(module, archive, result):
    """Extract what differs; result['changed'] tells whether anything did."""
    found = archive.compare()
    if found['unarchived']:
        result['changed'] = False
    elif module.check_mode:
        result['changed'] = True
    else:
        result['extract_results'] = archive.extract()
        if result['extract_results']['rc'] != 0:
            module.fail_json(msg='failed to unpack %s to %s' % (archive.src, archive.dest), **result)
        result['changed'] = True
    if found.get('diff'):
        result['diff'] = {'prepared': found['diff']}


def set_attributes(module, archive, result):
    """Owner, mode and the like of each file of the archive, and of the folders at its top that it has no entry for."""
    args = module.load_file_common_arguments(module.params, path=archive.dest)
    names = [name.rstrip('/') for name in archive.files]
    tops = sorted(set(name.split('/')[0] for name in names if '/' in name) - set(names))
    for name in archive.files + tops:
        args['path'] = os.path.join(archive.dest, name)
        try:
            result['changed'] = module.set_fs_attributes_if_different(args, result['changed'], expand=False)
        except (IOError, OSError) as e:
            module.fail_json(msg='Unexpected error when accessing exploded file.', exception=e, **result)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True,
                           mutually_exclusive=[('include', 'exclude')])
    src = fetched(module, module.params['src'])
    dest = module.params['dest']
    if not os.path.isabs(dest):
        module.warn("Relative destination path '%s' was resolved to absolute path '%s'." % (dest, os.path.abspath(dest)))
    if not os.path.isdir(dest):
        module.fail_json(msg="Destination '%s' is not a directory" % dest)
    archive = handler(module, src, os.path.abspath(dest))
    result = dict(handler=archive.name, dest=dest, src=src)
    unpack(module, archive, result)
    if not module.check_mode:
        set_attributes(module, archive, result)
    if module.params['list_files']:
        result['files'] = archive.files
    module.exit_json(**result)


if __name__ == '__main__':
    main()
