"""systemd: the older name of systemd_service."""
from ansible.module_utils.basic import AnsibleModule
from ansible.modules.systemd_service import MODULE, run

REUSABLE_PROCESS = True


def main():
    run(AnsibleModule(**MODULE))


if __name__ == '__main__':
    main()
