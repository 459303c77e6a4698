"""hostname: the host's name, now and after the next start."""
import os
import socket

from ansible.module_utils import systemctl
from ansible.module_utils.basic import AnsibleModule

USES = ['alpine', 'debian', 'freebsd', 'generic', 'macos', 'macosx', 'darwin', 'openbsd', 'openrc', 'redhat', 'sles',
        'solaris', 'systemd']
OPTIONS = dict(name=dict(type='str', required=True), use=dict(type='str', choices=USES))
FILE = '/etc/hostname'
HERE = (None, 'alpine', 'debian', 'systemd')


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    name, use = module.params['name'], module.params['use']
    if use not in HERE:
        module.fail_json(msg="use=%s is not supported by this implementation of hostname; it knows %s"
                             % (use, ', '.join(each for each in HERE if each)))
    managed = with_systemd(module, use)
    before = permanent(socket.gethostname())
    # without systemd only the file is looked at and written, as Ansible does there
    changed = before != name or (managed and socket.gethostname() != name)
    if changed and not module.check_mode:
        (by_hostnamectl if managed else by_file)(module, name)
    result = dict(changed=changed, name=name, ansible_facts=facts(name))
    if changed:
        result['diff'] = dict(after='hostname = %s\n' % name, before='hostname = %s\n' % before)
    module.exit_json(**result)


def with_systemd(module, use):
    if use in ('debian', 'systemd'):
        return bool(module.get_bin_path('hostnamectl', True))
    return use is None and systemctl.runs() and module.get_bin_path('hostnamectl') is not None


def permanent(default):
    try:
        with open(FILE) as stream:
            return stream.read().strip() or default
    except OSError:
        return default


def by_hostnamectl(module, name):
    path = module.get_bin_path('hostnamectl', True)
    for kind in ('--transient', '--static'):
        rc, out, err = module.run_command([path, kind, 'set-hostname', name])
        if rc != 0:
            module.fail_json(msg='Command failed rc=%d, out=%s, err=%s' % (rc, out, err))


def by_file(module, name):
    temporary = FILE + '.goplay-%d' % os.getpid()
    try:
        with open(temporary, 'w') as stream:
            stream.write(name + '\n')
        module.atomic_move(temporary, FILE)
    except OSError as error:
        error.filename = FILE
        module.fail_json(msg='failed to update hostname: %s' % error)


def facts(name):
    """The names as setup will show them."""
    fqdn = socket.getfqdn()
    return dict(ansible_hostname=name.split('.')[0], ansible_nodename=name, ansible_fqdn=fqdn,
                ansible_domain='.'.join(fqdn.split('.')[1:]))


if __name__ == '__main__':
    main()
