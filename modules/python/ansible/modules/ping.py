"""ping: answer with pong, which shows that the target has a usable Python."""
from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

ARGUMENTS = dict(
    data=dict(type='str', default='pong'),
)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    if module.params['data'] == 'crash':
        raise Exception('boom')
    module.exit_json(ping=module.params['data'])


if __name__ == '__main__':
    main()
