"""tempfile: make a temporary file or folder."""
import os
from tempfile import mkdtemp, mkstemp

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    state=dict(type='str', default='file', choices=['file', 'directory']),
    path=dict(type='path'),
    prefix=dict(type='str', default='ansible.'),
    suffix=dict(type='str', default=''),
)


def make(state, prefix, suffix, folder):
    """The path of the new file or folder."""
    if state == 'directory':
        return mkdtemp(prefix=prefix, suffix=suffix, dir=folder)
    fd, path = mkstemp(prefix=prefix, suffix=suffix, dir=folder)
    os.close(fd)
    return path


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS)
    params = module.params
    try:
        path = make(params['state'], params['prefix'], params['suffix'], params['path'])
    except Exception as e:
        module.fail_json(msg=to_native(e))
    module.exit_json(changed=True, path=path)


if __name__ == '__main__':
    main()
