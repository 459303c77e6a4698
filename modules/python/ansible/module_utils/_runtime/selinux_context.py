"""SELinux contexts of files. Where SELinux is off, every question costs one stat and changes nothing."""
import errno
import os

from ansible.module_utils.common.text.converters import to_native


def load_selinux():
    """The binding, or None where the kernel has no SELinux."""
    if not os.path.isdir('/sys/fs/selinux'):
        return None
    try:
        from ansible.module_utils.compat import selinux
    except ImportError:
        return None
    return selinux


class SELinuxContext:
    """The part of AnsibleModule that deals with SELinux."""

    _selinux_enabled = None
    _selinux_mls_enabled = None
    _selinux_initial_context = None

    def selinux_enabled(self):
        if self._selinux_enabled is None:
            binding = load_selinux()
            self._selinux_enabled = binding is not None and binding.is_selinux_enabled() == 1
        return self._selinux_enabled

    def selinux_mls_enabled(self):
        if self._selinux_mls_enabled is None:
            binding = load_selinux()
            self._selinux_mls_enabled = binding is not None and binding.is_selinux_mls_enabled() == 1
        return self._selinux_mls_enabled

    def selinux_initial_context(self):
        """[user, role, type(, level)] with nothing known."""
        if self._selinux_initial_context is None:
            self._selinux_initial_context = [None] * (4 if self.selinux_mls_enabled() else 3)
        return self._selinux_initial_context

    def selinux_default_context(self, path, mode=0):
        """The context that the policy gives to path."""
        if not self.selinux_enabled():
            return self.selinux_initial_context()
        try:
            result, context = load_selinux().matchpathcon(path, mode)
        except OSError:
            return self.selinux_initial_context()
        return self._split(result, context)

    def selinux_context(self, path):
        """The context that path has."""
        if not self.selinux_enabled():
            return self.selinux_initial_context()
        try:
            result, context = load_selinux().lgetfilecon_raw(path)
        except OSError as e:
            if e.errno == errno.ENOENT:
                self.fail_json(path=path, msg='path %s does not exist' % path)
            self.fail_json(path=path, msg='failed to retrieve selinux context')
        return self._split(result, context)

    def _split(self, result, context):
        if result == -1 or not context:
            return self.selinux_initial_context()
        # The level may have colons of its own.
        return context.split(':', 3)

    def is_special_selinux_path(self, path):
        """(True, its mount point's context) for paths on filesystems that share one context."""
        try:
            with open('/proc/mounts', 'r') as f:
                mounts = f.readlines()
        except OSError:
            return (False, None)
        mount_point = self.find_mount_point(path)
        for line in mounts:
            options = line.split(' ', 4)
            if options[1] == mount_point and any(fs in options[2] for fs in self._selinux_special_fs):
                return (True, self.selinux_context(mount_point))
        return (False, None)

    def set_default_selinux_context(self, path, changed):
        if not self.selinux_enabled():
            return changed
        return self.set_context_if_different(path, self.selinux_default_context(path), changed)

    def set_context_if_different(self, path, context, changed, diff=None):
        if not self.selinux_enabled() or self.check_file_absent_if_check_mode(path):
            return changed
        current = self.selinux_context(path)
        wanted = self._wanted_context(path, current, context)
        if current == wanted:
            return changed
        if diff is not None:
            diff.setdefault('before', {})['secontext'] = current
            diff.setdefault('after', {})['secontext'] = wanted
        if not self.check_mode:
            self._apply_context(path, wanted)
        return True

    def _wanted_context(self, path, current, context):
        special, mount_context = self.is_special_selinux_path(path)
        if special:
            return mount_context
        wanted = list(current)
        default = self.selinux_default_context(path)
        for i in range(min(len(current), len(context))):
            part = default[i] if context[i] == '_default' else context[i]
            if part is not None:
                wanted[i] = part
        return wanted

    def _apply_context(self, path, wanted):
        try:
            result = load_selinux().lsetfilecon(to_native(path), ':'.join(wanted))
        except OSError as e:
            self.fail_json(path=path, msg='invalid selinux context: %s' % to_native(e), new_context=wanted)
        if result != 0:
            self.fail_json(path=path, msg='set selinux context failed')
