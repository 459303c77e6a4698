"""service_facts: the services of systemd and of init scripts, as facts."""
import re

from ansible.module_utils import systemctl
from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

# Load states that say more of a unit than whether it is active.
TELLING = ('not-found', 'masked', 'error', 'bad-setting')


def main():
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    services = scripts(module)
    services.update(units(module))
    if not services:
        module.exit_json(skipped=True, msg='Failed to find any services. This can be due to privileges or some other '
                                           'configuration issue.')
    module.exit_json(ansible_facts={'services': services})


def scripts(module):
    path = module.get_bin_path('service')
    if not path:
        return {}
    rc, out, _ = module.run_command([path, '--status-all'])
    return parse_scripts(out)


def parse_scripts(text):
    found = {}
    for sign, name in re.findall(r'^\s*\[ ([+-]) \]\s+(\S+)', text, re.M):
        found[name] = dict(name=name, state='running' if sign == '+' else 'stopped', source='sysv')
    return found


def units(module):
    path = module.get_bin_path('systemctl')
    if not path or not systemctl.runs():
        return {}
    common = ['--no-pager', '--no-legend', '--type', 'service', '--all']
    _, out, _ = module.run_command([path, 'list-units', '--plain'] + common)
    services = parse_units(out)
    _, out, _ = module.run_command([path, 'list-unit-files'] + common)
    files = parse_files(out)
    states = active_states(module, path, [name for name in files if name not in services])
    for name, status in files.items():
        if name not in services:
            services[name] = dict(name=name, state=states.get(name, 'unknown'), status=status, source='systemd')
        elif services[name]['status'] not in ('not-found', 'failed'):
            services[name]['status'] = status
    return services


def parse_units(text):
    """"ssh.service loaded active running Description" lines."""
    found = {}
    for line in text.splitlines():
        words = line.replace('\u25cf', ' ').split()
        if len(words) >= 4 and words[0].endswith('.service'):
            name, load, active, sub = words[:4]
            found[name] = dict(name=name, state='running' if sub == 'running' else 'stopped',
                               status=load if load in TELLING else active, source='systemd')
    return found


def parse_files(text):
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0].endswith('.service'):
            found[words[0]] = words[1]
    return found


def active_states(module, path, names):
    """name -> ActiveState, all in one call; templates (a@.service) have none."""
    names = [name for name in names if '@.' not in name]
    if not names:
        return {}
    _, out, _ = module.run_command([path, 'show', '--property=ActiveState'] + names)
    values = re.findall(r'^ActiveState=(\S+)', out, re.M)
    return dict(zip(names, values)) if len(values) == len(names) else {}


if __name__ == '__main__':
    main()
