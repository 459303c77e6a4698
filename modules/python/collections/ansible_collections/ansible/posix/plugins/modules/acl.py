"""acl: access control lists of files."""
import os

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    path=dict(type='path', required=True, aliases=['name']),
    entry=dict(type='str'),                               # type:entity:permissions, the older way
    entity=dict(type='str', default=''),
    etype=dict(type='str', choices=['group', 'mask', 'other', 'user']),
    permissions=dict(type='str'),
    state=dict(type='str', default='query', choices=['absent', 'present', 'query']),
    follow=dict(type='bool', default=True),
    default=dict(type='bool', default=False),
    recursive=dict(type='bool', default=False, aliases=['recurse']),
    recalculate_mask=dict(type='str', default='default', choices=['default', 'mask', 'no_mask']),
    use_nfsv4_acls=dict(type='bool', default=False),
)
TYPES = {'u': 'user', 'g': 'group', 'm': 'mask', 'o': 'other'}


class Wanted:
    """What the arguments, or the entry, ask for."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.etype, self.entity, self.permissions = (module.params[name] for name in ('etype', 'entity', 'permissions'))
        self.default = module.params['default']
        self._check()
        if module.params['entry']:
            self._split(module.params['entry'])
        state = module.params['state']
        if state == 'present' and not self.etype:
            module.fail_json(msg="'etype' MUST be set when 'state=present'.")
        if state == 'absent' and not self.entity:
            module.fail_json(msg="'entity' MUST be set when 'state=absent'.")

    def _check(self):
        params, fail = self.params, self.module.fail_json
        state = params['state']
        if state == 'query' and params['recursive']:
            fail(msg="'recursive' MUST NOT be set when 'state=query'.")
        if state == 'query' and params['recalculate_mask'] != 'default':
            fail(msg="'recalculate_mask' MUST NOT be set to 'mask' or 'no_mask' when 'state=query'.")
        if params['entry']:
            self._check_entry(params['entry'].count(':') + 1)
        elif state == 'absent' and params['permissions']:
            fail(msg="'permissions' MUST NOT be set when 'state=absent'.")

    def _check_entry(self, sections):
        params, fail = self.params, self.module.fail_json
        if params['etype'] or params['entity'] or params['permissions']:
            fail(msg="'entry' MUST NOT be set when 'entity', 'etype' or 'permissions' are set.")
        if params['state'] == 'query':
            fail(msg="'entry' MUST NOT be set when 'state=query'.")
        if params['state'] == 'present' and sections not in (3, 4):
            fail(msg="'entry' MUST have 3 or 4 sections divided by ':' when 'state=present'.")
        if params['state'] == 'absent' and sections not in (2, 3):
            fail(msg="'entry' MUST have 2 or 3 sections divided by ':' when 'state=absent'.")

    def _split(self, entry):
        parts = entry.split(':')
        if parts[0].startswith('d'):
            self.default = True
            parts = parts[1:]
        self.etype = TYPES.get(parts[0][:1].lower())
        if self.etype is None:
            self.module.fail_json(msg="'%s' of the entry is no type: it begins with one of u, g, m and o" % parts[0])
        self.entity = parts[1] if len(parts) > 1 else ''
        self.permissions = parts[2] if len(parts) > 2 and self.params['state'] == 'present' else None

    def text(self):
        if self.params['use_nfsv4_acls']:
            # with what a user needs to see them
            return 'A:%s:%s:%stcy' % ('g' if self.etype == 'group' else '', self.entity, self.permissions or '')
        return ':'.join([self.etype, self.entity] + ([self.permissions] if self.permissions else []))


class List:
    """The list of a path, by getfacl and setfacl."""

    def __init__(self, module, wanted):
        self.module, self.params, self.wanted = module, module.params, wanted
        self.prefix = 'nfs4_' if module.params['use_nfsv4_acls'] else ''

    def lines(self):
        argv = [self.module.get_bin_path(self.prefix + 'getfacl', True)]
        argv += (['-d'] if self.wanted.default else []) + ([] if self.prefix else ['--absolute-names']) + ['--omit-header']
        if not self.prefix:
            argv += [word for word, on in (('--physical', not self.params['follow']), ('--recursive', self.params['recursive'])) if on]
        dummy, out, dummy = self.module.run_command(argv + [self.params['path']], check_rc=True)
        return out.rstrip('\n').split('\n') if out.strip() else []

    def change(self, entry, test):
        """What setfacl says to an entry that is to be set or removed."""
        argv = [self.module.get_bin_path(self.prefix + 'setfacl', True)] + (['--test'] if test else []) + self._options()
        argv += [self._act(), entry, self.params['path']]
        return self.module.run_command(argv, check_rc=True)[1]

    def _options(self):
        if self.prefix:
            return ['-d'] if self.wanted.default else []
        flags = (('--physical', not self.params['follow']), ('-d', self.wanted.default), ('--recursive', self.params['recursive']),
                 ('--mask', self.params['recalculate_mask'] == 'mask'), ('--no-mask', self.params['recalculate_mask'] == 'no_mask'))
        return [word for word, on in flags if on]

    def _act(self):
        if self.params['state'] == 'absent':
            return '-x'
        return '-a' if self.prefix else '-m'

    def changes(self, entry):
        """Whether an entry changes anything: setfacl marks what stays with stars."""
        out = self.change(entry, test=True)
        return any(not line.endswith('*,*') for line in out.rstrip('\n').split('\n'))


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    if not os.path.lexists(params['path']):
        module.fail_json(msg='Path not found or not accessible.')
    wanted = Wanted(module)
    acl, changed, msg = List(module, wanted), False, 'current acl'
    if params['state'] != 'query':
        entry = wanted.text()
        msg = '%s is %s' % (entry, params['state'])
        changed = acl.changes(entry)
        if changed and not module.check_mode:
            acl.change(entry, test=False)
    module.exit_json(changed=changed, msg=msg, acl=acl.lines())


if __name__ == '__main__':
    main()
