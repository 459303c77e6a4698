"""systemd: the older name of systemd_service."""
from ansible.modules.systemd_service import main

if __name__ == '__main__':
    main()
