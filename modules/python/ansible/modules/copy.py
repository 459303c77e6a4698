"""copy, on the target's side: put a file that was sent, or one that is here already, in its place.

template, unarchive and others end here too. Folders are copied here only with remote_src; the
controller sends the files of its own folders one by one.
"""
import os
import stat

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_native

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    src=dict(type='path'),                                # the file that was sent, or with remote_src one here
    _original_basename=dict(type='str'),                  # its name on the controller
    content=dict(type='str', no_log=True),                # the controller makes a file of it
    dest=dict(type='path', required=True),
    backup=dict(type='bool', default=False),
    force=dict(type='bool', default=True),
    validate=dict(type='str'),
    directory_mode=dict(type='raw'),
    remote_src=dict(type='bool', default=False),
    local_follow=dict(type='bool'),
    checksum=dict(type='str'),
    follow=dict(type='bool', default=False),
)


def missing_directories(dirname):
    """(the part of a path that exists, the names below it that do not)"""
    head, tail = os.path.split(dirname)
    if head == '':
        return '.', [tail]
    if os.path.exists(to_bytes(head, errors='surrogate_or_strict')):
        return head, [tail]
    existing, missing = missing_directories(head)
    return existing, missing + [tail]


class Copy:
    """One call, from the checks of its source to the attributes of its destination."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.src = self.params['src']
        self.dest = self.params['dest']
        self.b_src = to_bytes(self.src, errors='surrogate_or_strict', nonstring='passthru')
        self.checksum_src = self.md5sum_src = None
        self.backup_file = None

    @property
    def b_dest(self):
        return to_bytes(self.dest, errors='surrogate_or_strict')

    def run(self):
        self._check_src()
        self._make_parents()
        was_directory = os.path.isdir(self.b_dest)
        self._resolve_dest()
        checksum_dest = self._check_dest()
        changed = self.checksum_src != checksum_dest or os.path.islink(self.b_dest)
        if changed and not self.module.check_mode:
            self._install()
        if self.checksum_src is None and checksum_dest is None and self.params['remote_src'] and os.path.isdir(self.b_src):
            changed = self._copy_tree(was_directory)
        return self._result(changed)

    def _check_src(self):
        if self.src is None or not os.path.exists(self.b_src):
            self.module.fail_json(msg='Source %s not found' % self.src)
        if not os.access(self.b_src, os.R_OK):
            self.module.fail_json(msg='Source %s not readable' % self.src)
        if self.params['mode'] == 'preserve':
            self.params['mode'] = '0%03o' % stat.S_IMODE(os.stat(self.b_src).st_mode)
        if os.path.isfile(self.b_src):
            self._check_sum()

    def _check_sum(self):
        self.checksum_src = self.module.sha1(self.src)
        try:
            self.md5sum_src = self.module.md5(self.src)
        except ValueError:
            pass
        wanted = self.params['checksum']
        if wanted and self.checksum_src != wanted:
            self.module.fail_json(
                msg='Copied file does not match the expected checksum. Transfer failed.',
                checksum=self.checksum_src, expected_checksum=wanted)

    def _make_parents(self):
        """Make the folders of a dest that ends with a slash."""
        if not self.dest.endswith(os.sep):
            return
        if self.params['_original_basename']:
            self.dest = os.path.join(self.dest, self.params['_original_basename'])
        dirname = os.path.dirname(self.dest)
        b_dirname = to_bytes(dirname, errors='surrogate_or_strict')
        if os.path.exists(b_dirname):
            return
        existing, missing = missing_directories(dirname)
        if self.module.check_mode:
            self.module.exit_json(msg='dest directory %s would be created' % dirname, changed=True, src=self.src)
        os.makedirs(b_dirname)
        self._set_directory_modes(existing, missing)

    def _set_directory_modes(self, path, names):
        args = self.module.load_file_common_arguments(self.params)
        args['mode'] = self.params['directory_mode']
        for name in names:
            path = os.path.join(path, name)
            args['path'] = path
            self.module.set_fs_attributes_if_different(args, False)

    def _resolve_dest(self):
        """The file that will be written, if dest is a folder or a link to follow."""
        if not os.path.dirname(self.dest):
            self.dest = os.path.join(os.curdir, self.dest)
        if os.path.isdir(self.b_dest):
            name = self.params['_original_basename'] or os.path.basename(self.src)
            self.dest = os.path.join(self.dest, name)

    def _check_dest(self):
        """The checksum of what is at dest; None if nothing is, or a folder."""
        checksum = None
        if os.path.exists(self.b_dest):
            if os.path.islink(self.b_dest) and self.params['follow']:
                self.dest = to_native(os.path.realpath(self.b_dest), errors='surrogate_or_strict')
            if not self.params['force']:
                self.module.exit_json(msg='file already exists', src=self.src, dest=self.dest, changed=False)
            if os.access(self.b_dest, os.R_OK) and os.path.isfile(self.b_dest):
                checksum = self.module.sha1(self.dest)
        else:
            self._check_parent()
        parent = os.path.dirname(self.b_dest)
        if not os.access(parent, os.W_OK) and not self.params['unsafe_writes']:
            self.module.fail_json(msg='Destination %s not writable' % to_native(parent))
        return checksum

    def _check_parent(self):
        b_parent = os.path.dirname(self.b_dest)
        if os.path.exists(b_parent):
            return
        try:
            os.stat(b_parent)
        except OSError as e:
            if 'permission denied' in to_native(e).lower():
                self.module.fail_json(msg='Destination directory %s is not accessible' % to_native(b_parent))
        self.module.fail_json(msg='Destination directory %s does not exist' % to_native(b_parent))

    def _install(self):
        if self.params['backup'] and os.path.exists(self.b_dest):
            self.backup_file = self.module.backup_local(self.dest)
        if os.path.islink(self.b_dest):
            # A link gives way to a plain file.
            os.unlink(self.b_dest)
            open(self.b_dest, 'w').close()
        if self.params['validate']:
            self._validate()
        remote_file = self.params['remote_src'] and os.path.isfile(self.b_src)
        source = self._duplicate() if remote_file else self.b_src
        self.module.atomic_move(
            source, self.dest, unsafe_writes=self.params['unsafe_writes'], keep_dest_attrs=not self.params['remote_src'])

    def _validate(self):
        command = self.params['validate']
        if '%s' not in command:
            self.module.fail_json(msg='validate must contain %%s: %s' % command)
        if self.params['mode'] is not None:
            self.module.set_mode_if_different(self.src, self.params['mode'], False)
        if self.params['owner'] is not None:
            self.module.set_owner_if_different(self.src, self.params['owner'], False)
        if self.params['group'] is not None:
            self.module.set_group_if_different(self.src, self.params['group'], False)
        rc, out, err = self.module.run_command(command % self.src)
        if rc != 0:
            self.module.fail_json(msg='failed to validate', exit_status=rc, stdout=out, stderr=err)

    def _duplicate(self):
        """A copy of src beside dest, to be renamed: src itself stays."""
        import shutil
        import tempfile
        fd, b_temp = tempfile.mkstemp(dir=os.path.dirname(self.b_dest) or b'.', prefix=b'.ansible_tmp')
        os.close(fd)
        self.module.add_cleanup_file(b_temp)
        shutil.copyfile(self.b_src, b_temp)
        shutil.copymode(self.b_src, b_temp)
        return b_temp

    def _copy_tree(self, was_directory):
        from ansible.module_utils._runtime.tree_copy import TreeCopy
        target = self.b_dest
        if not was_directory and not self.src.endswith(os.path.sep):
            target = os.path.join(self.b_dest, os.path.basename(self.b_src))
        return TreeCopy(self.module).copy(self.b_src, target)

    def _result(self, changed):
        result = dict(dest=self.dest, src=self.src, md5sum=self.md5sum_src, checksum=self.checksum_src, changed=changed)
        if self.backup_file:
            result['backup_file'] = self.backup_file
        args = self.module.load_file_common_arguments(self.params, path=self.dest)
        if not self.module.check_mode or os.path.exists(self.b_dest):
            result['changed'] = self.module.set_fs_attributes_if_different(args, changed)
        return result


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True)
    module.exit_json(**Copy(module).run())


if __name__ == '__main__':
    main()
