"""capabilities: what programs may do without being root."""
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    path=dict(type='str', required=True, aliases=['key']),
    capability=dict(type='str', required=True, aliases=['cap']),
    state=dict(type='str', default='present', choices=['absent', 'present']),
)
OPERATORS = ('=', '-', '+')


def parsed(module, text, operator_needed):
    """(name, operator, flags)."""
    match = re.match(r'([^=+-]+)([=+-])?(.*)$', text)
    if not match.group(2):
        if operator_needed:
            module.fail_json(msg="Couldn't find operator (one of: %s)" % str(OPERATORS))
        return text, None, None
    return match.groups()


class File:
    """A file's capabilities, as getcap and setcap know them."""

    def __init__(self, module):
        self.module, self.path = module, module.params['path']
        self.getcap, self.setcap = module.get_bin_path('getcap', True), module.get_bin_path('setcap', True)

    def capabilities(self):
        """[(name, operator, flags)]."""
        rc, out, err = self.module.run_command([self.getcap, '-v', self.path])
        # getcap succeeds on files that it cannot read
        if rc != 0 or err:
            self.module.fail_json(msg='Unable to get capabilities of %s' % self.path, stdout=out.strip(), stderr=err)
        text = out.strip()
        if text == self.path:
            return []
        text = text[len(self.path):].strip()
        text = text[2:] if text.startswith('= ') else text
        groups = [parsed(self.module, word, operator_needed=True) for word in text.split() if word != '=']
        return [(name, operator, flags) for names, operator, flags in groups for name in names.split(',')]

    def set(self, capabilities):
        rc, out, err = self.module.run_command([self.setcap, ' '.join(''.join(each) for each in capabilities), self.path])
        if rc != 0:
            self.module.fail_json(msg='Unable to set capabilities of %s' % self.path, stdout=out, stderr=err)
        return out


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    state = module.params['state']
    wanted = parsed(module, module.params['capability'].lower(), operator_needed=state == 'present')
    file = File(module)
    now = file.capabilities()
    others = [each for each in now if each[0] != wanted[0]]
    right = wanted in now if state == 'present' else others == now
    if right:
        module.exit_json(changed=False, state=state)
    if module.check_mode:
        module.exit_json(changed=True, msg='capabilities changed')
    out = file.set(others + ([wanted] if state == 'present' else []))
    module.exit_json(changed=True, state=state, msg='capabilities changed', stdout=out)


if __name__ == '__main__':
    main()
