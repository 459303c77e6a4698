"""group: groups of the host."""
from ansible.module_utils import accounts
from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

OPTIONS = dict(
    state=dict(type='str', default='present', choices=['absent', 'present']),
    name=dict(type='str', required=True),
    force=dict(type='bool', default=False),
    gid=dict(type='int'),
    system=dict(type='bool', default=False),
    local=dict(type='bool', default=False),
    non_unique=dict(type='bool', default=False),
    gid_min=dict(type='int'),
    gid_max=dict(type='int'),
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True,
                           required_if=[['non_unique', True, ['gid']]])
    for option in ('gid_min', 'gid_max'):
        if module.params['local'] and module.params[option] is not None:
            module.fail_json(msg="'%s' can not be used with 'local'" % option)
    Group(module).run()


class Group(object):

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.name = module.params['name']
        self.out = self.err = ''

    def run(self):
        changed = self.absent() if self.params['state'] == 'absent' else self.present()
        result = dict(name=self.name, state=self.params['state'], changed=changed)
        entry = self.entry()
        if self.params['state'] == 'present' and entry:
            result.update(gid=entry.gr_gid, system=self.params['system'])
        for key, text in (('stdout', self.out), ('stderr', self.err)):
            if text:
                result[key] = text
        self.module.exit_json(**result)

    def entry(self):
        """The group as it is now."""
        if self.params['local']:
            return accounts.local_group(self.name)
        found = accounts.find_group(self.name)
        return found if found and found.gr_name == self.name else None

    def absent(self):
        if self.entry() is None:
            return False
        self.foretell()
        flags = ['-f'] if self.params['force'] and not self.params['local'] else []
        return self.call(self.program('groupdel'), flags)

    def present(self):
        entry = self.entry()
        if entry is None:
            self.foretell()
            return self.create()
        if self.params['gid'] is None or self.params['gid'] == entry.gr_gid:
            return False
        program = self.program('groupmod')
        return self.module.check_mode or self.call(program, self.gid_flags())

    def create(self):
        if self.params['local']:
            self.refuse_taken_gid()
        flags = self.gid_flags()
        if self.params['system']:
            flags.append('-r')
        for option in ('gid_min', 'gid_max'):
            if self.params[option] is not None:
                flags += ['-K', '%s=%d' % (option.upper(), self.params[option])]
        return self.call(self.program('groupadd'), flags)

    def gid_flags(self):
        if self.params['gid'] is None:
            return []
        flags = ['-g', str(self.params['gid'])]
        return flags + ['-o'] if self.params['non_unique'] and not self.params['local'] else flags

    def refuse_taken_gid(self):
        """lgroupadd does not look whether a number is in use."""
        if self.params['gid'] is None or self.params['non_unique']:
            return
        other = accounts.find_group(str(self.params['gid']))
        if other:
            self.module.fail_json(msg="GID '%d' already exists with group '%s'" % (other.gr_gid, other.gr_name))

    def foretell(self):
        """In check mode a change ends here."""
        if self.module.check_mode:
            self.module.exit_json(changed=True)

    def program(self, name):
        return self.module.get_bin_path('l' + name if self.params['local'] else name, True)

    def call(self, program, flags):
        rc, self.out, self.err = self.module.run_command([program] + flags + [self.name])
        if rc != 0:
            self.module.fail_json(name=self.name, msg=self.err)
        return True


if __name__ == '__main__':
    main()
