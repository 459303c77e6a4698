"""sudoers: rules of sudo, each in a file of its own."""
import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

ARGUMENTS = dict(
    commands=dict(type='list', elements='str'),
    group=dict(),
    name=dict(required=True),
    noexec=dict(type='bool', default=False),
    nopassword=dict(type='bool', default=True),
    setenv=dict(type='bool', default=False),
    host=dict(type='str', default='ALL'),
    runas=dict(type='str'),
    sudoers_path=dict(type='str', default='/etc/sudoers.d'),
    state=dict(default='present', choices=['present', 'absent']),
    user=dict(),
    validation=dict(default='detect', choices=['absent', 'detect', 'required']),
)
MODE = int('0440', 8)


def rule(module):
    """The file's content."""
    params = module.params
    if not params['user'] and not params['group']:
        module.fail_json(msg='one of user and group is needed for a rule')
    owner = params['user'] or '%' + params['group']
    tags = ''.join(tag + ':' for tag, on in (('NOEXEC', params['noexec']), ('NOPASSWD', params['nopassword']), ('SETENV', params['setenv'])) if on)
    runas = '(%s)' % params['runas'] if params['runas'] else ''
    return '%s %s=%s%s %s\n' % (owner, params['host'], runas, tags, ', '.join(params['commands']))


def validate(module, content):
    """Let visudo read the rule."""
    wanted = module.params['validation']
    visudo = None if wanted == 'absent' else module.get_bin_path('visudo', required=wanted == 'required')
    if visudo is None:
        return
    rc, out, err = module.run_command([visudo, '-c', '-f', '-'], data=content)
    if rc != 0:
        module.fail_json(msg='Failed to validate sudoers rule:\n%s' % (out or err), stdout=out, stderr=err)


def matches(path, content):
    try:
        with open(path) as f:
            return f.read() == content and os.stat(path).st_mode & 0o7777 == MODE
    except IOError:
        return False


def write(path, content):
    with open(path, 'w') as f:
        f.write(content)
    os.chmod(path, MODE)


def run(module):
    path = os.path.join(module.params['sudoers_path'], module.params['name'])
    if module.params['state'] == 'absent':
        there = os.path.exists(path)
        if there and not module.check_mode:
            os.unlink(path)
        return there
    content = rule(module)
    if matches(path, content):
        return False
    validate(module, content)
    if not module.check_mode:
        write(path, content)
    return True


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, mutually_exclusive=[['user', 'group']], supports_check_mode=True, required_if=[('state', 'present', ['commands'])])
    try:
        module.exit_json(changed=run(module))
    except (IOError, OSError) as e:
        module.fail_json(msg=to_native(e))


if __name__ == '__main__':
    main()
