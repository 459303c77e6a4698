"""seboolean: switches of SELinux's policy, now and at the next start."""
from ansible.module_utils.basic import AnsibleModule, missing_required_lib

try:
    import selinux
except ImportError:
    selinux = None
try:
    import semanage
except ImportError:
    semanage = None

ARGUMENTS = dict(
    ignore_selinux_state=dict(type='bool', default=False),
    name=dict(type='str', required=True),
    persistent=dict(type='bool', default=False),
    state=dict(type='bool', required=True),
)


class Policy:
    """The policy that is kept, by semanage; what fails in it fails the module."""

    def __init__(self, module, name):
        self.module, self.name = module, name
        self.handle = semanage.semanage_handle_create()
        if not self.handle:
            module.fail_json(msg='Failed to create semanage library handle')
        if semanage.semanage_is_managed(self.handle) != 1:
            self.fail('Cannot set persistent booleans without managed policy')
        self.need(semanage.semanage_connect(self.handle), 'Failed to connect to semanage')
        self.need(semanage.semanage_begin_transaction(self.handle), 'Failed to begin semanage transaction')

    def fail(self, msg):
        semanage.semanage_handle_destroy(self.handle)
        self.module.fail_json(msg=msg)

    def need(self, answer, msg):
        """What a call gave beside its return code, which must be none of an error."""
        rc, value = answer if isinstance(answer, (tuple, list)) else (answer, None)
        if rc < 0:
            self.fail(msg)
        return value

    def entry(self):
        """(the key, the entry) of the switch."""
        named = self.need(semanage.semanage_bool_create(self.handle), 'Failed to create seboolean with semanage')
        self.need(semanage.semanage_bool_set_name(self.handle, named, self.name), 'Failed to set seboolean name with semanage')
        key = self.need(semanage.semanage_bool_key_extract(self.handle, named), 'Failed to extract boolean key with semanage')
        if not self.need(semanage.semanage_bool_exists(self.handle, key), 'Failed to check if boolean is defined'):
            self.fail('SELinux boolean %s is not defined in persistent policy' % self.name)
        return named, key, self.need(semanage.semanage_bool_query(self.handle, key), 'Failed to query boolean in persistent policy')

    @staticmethod
    def free(named, key, entry):
        semanage.semanage_bool_key_free(key)
        semanage.semanage_bool_free(named)
        semanage.semanage_bool_free(entry)

    def value(self):
        found = self.entry()
        value = semanage.semanage_bool_get_value(found[2])
        self.free(*found)
        return bool(value)

    def set(self, state):
        named, key, entry = self.entry()
        semanage.semanage_bool_set_value(entry, 1 if state else 0)
        self.need(semanage.semanage_bool_modify_local(self.handle, key, entry), 'Failed to modify boolean key with semanage')
        if selinux.is_selinux_enabled():
            self.need(semanage.semanage_bool_set_active(self.handle, key, entry), 'Failed to set boolean key active with semanage')
        self.free(named, key, entry)
        semanage.semanage_set_reload(self.handle, 0)
        self.need(semanage.semanage_commit(self.handle), 'Failed to commit changes to semanage')

    def close(self):
        self.need(semanage.semanage_disconnect(self.handle), 'Failed to disconnect from semanage')
        semanage.semanage_handle_destroy(self.handle)


def persistent(module, name, state):
    try:
        policy = Policy(module, name)
        changed = policy.value() != state
        if changed and not module.check_mode:
            policy.set(state)
        policy.close()
    except Exception as e:
        module.fail_json(msg='Failed to manage policy for boolean %s: %s' % (name, e))
    return changed


def running(module, name, state):
    if not selinux.is_selinux_enabled() or selinux.security_get_boolean_active(name) == int(state):
        return False
    if not module.check_mode:
        if selinux.security_set_boolean(name, int(state)) < 0:
            module.fail_json(msg='Failed to set boolean %s to %s' % (name, state))
        selinux.security_commit_booleans()
    return True


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    if selinux is None:
        module.fail_json(msg=missing_required_lib('libselinux-python'))
    if semanage is None:
        module.fail_json(msg=missing_required_lib('libsemanage-python or python3-libsemanage'))
    params = module.params
    if not params['ignore_selinux_state'] and not selinux.is_selinux_enabled():
        module.fail_json(msg='SELinux is disabled on this host.')
    name = selinux.selinux_boolean_sub(params['name'])  # older names lead to newer ones
    act = persistent if params['persistent'] else running
    changed = act(module, name, params['state'])
    module.exit_json(changed=changed, name=params['name'], persistent=params['persistent'], state=params['state'])


if __name__ == '__main__':
    main()
