"""Copying a folder of the target within the target: copy with remote_src."""
import filecmp
import os
import shutil

from ansible.module_utils._runtime.file_attributes import group_id, user_id


class TreeCopy:
    """Makes one folder's content the same as another's; what is there besides stays."""

    def __init__(self, module):
        self.module = module
        self.check_mode = module.check_mode
        self.follow = module.params['local_follow']

    def copy(self, b_src, b_dest):
        """Whether anything changed, or in check mode would."""
        changed = self._copy_missing_tree(b_src, b_dest) if not os.path.exists(b_dest) else self._merge(b_src, b_dest)
        return self._chown(b_dest) or changed

    def _copy_missing_tree(self, b_src, b_dest):
        if not self.check_mode:
            shutil.copytree(b_src, b_dest, symlinks=not self.follow)
        return True

    def _merge(self, b_src, b_dest):
        difference = filecmp.dircmp(b_src, b_dest)
        changed = False
        for name in difference.diff_files:
            self._copy_changed_file(os.path.join(b_src, name), os.path.join(b_dest, name))
            changed = True
        for name in difference.left_only:
            self._copy_new(os.path.join(b_src, name), os.path.join(b_dest, name))
            changed = True
        for name in difference.common_dirs:
            changed |= self._merge(os.path.join(b_src, name), os.path.join(b_dest, name))
        return changed

    def _copy_changed_file(self, b_src, b_dest):
        if self.check_mode:
            return
        if os.path.islink(b_src) and self.follow is False:
            os.symlink(os.readlink(b_src), b_dest)
            return
        shutil.copyfile(b_src, b_dest)
        shutil.copymode(b_src, b_dest)

    def _copy_new(self, b_src, b_dest):
        if self.check_mode:
            return
        if os.path.islink(b_src):
            self._copy_link(b_src, b_dest)
        elif os.path.isdir(b_src):
            shutil.copytree(b_src, b_dest, symlinks=not self.follow)
        elif os.path.isfile(b_src):
            shutil.copyfile(b_src, b_dest)
            shutil.copymode(b_src, b_dest)

    def _copy_link(self, b_src, b_dest):
        """With local_follow neither true nor false, links are left out, as in Ansible."""
        if self.follow is False:
            os.symlink(os.readlink(b_src), b_dest)
        elif self.follow and os.path.isdir(b_src):
            shutil.copytree(b_src, b_dest, symlinks=False)
        elif self.follow and os.path.isfile(b_src):
            shutil.copyfile(b_src, b_dest)
            shutil.copymode(b_src, b_dest)

    def _chown(self, b_top):
        """Give all of it the owner and the group that were asked for; whether anything changed."""
        owner, group = self.module.params['owner'], self.module.params['group']
        changed = False
        for kind, name, setter in (
                ('st_uid', owner and user_id(owner), self.module.set_owner_if_different),
                ('st_gid', group and group_id(group), self.module.set_group_if_different)):
            if name is not None:
                changed |= self._chown_all(b_top, kind, name, setter)
        return changed

    def _chown_all(self, b_top, kind, wanted, setter):
        changed = False
        for b_path in _walk(b_top):
            if getattr(os.lstat(b_path), kind) == wanted:
                continue
            changed = True
            if not self.check_mode:
                setter(b_path, str(wanted), False)
        return changed


def _walk(b_top):
    if not os.path.exists(b_top):
        return
    yield b_top
    for b_base, b_dirs, b_files in os.walk(b_top):
        for b_name in b_dirs + b_files:
            yield os.path.join(b_base, b_name)
