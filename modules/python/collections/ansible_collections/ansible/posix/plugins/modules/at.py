"""at: commands and scripts that run once, later."""
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    command=dict(type='str'),
    script_file=dict(type='str'),                         # on the host
    count=dict(type='int'),
    units=dict(type='str', choices=['minutes', 'hours', 'days', 'weeks']),
    state=dict(type='str', default='present', choices=['absent', 'present']),
    unique=dict(type='bool', default=False),              # not if there is such a job
)


def matching_jobs(module, at, script):
    """Numbers of the jobs that do what the script does."""
    atq = module.get_bin_path('atq', True)
    dummy, out, dummy = module.run_command('%s' % atq, check_rc=True)
    with open(script) as f:
        wanted = f.read().strip()
    numbers = [line.split()[0] for line in out.splitlines() if line.strip()]
    return [number for number in numbers if wanted in module.run_command([at, '-c', number], check_rc=True)[1]]


def script_of(module):
    """The script, which is made of a command."""
    if not module.params['command']:
        return module.params['script_file']
    descriptor, path = tempfile.mkstemp(prefix='at')
    module.add_cleanup_file(path)
    with os.fdopen(descriptor, 'w') as f:
        f.write(module.params['command'] + '\n')
    return path


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, supports_check_mode=False, mutually_exclusive=[['command', 'script_file']],
        required_one_of=[['command', 'script_file']])
    params, at = module.params, module.get_bin_path('at', True)
    state = params['state']
    if state == 'present' and (not params['count'] or not params['units']):
        module.fail_json(msg='present state requires count and units')
    script = script_of(module)
    if state == 'absent':
        jobs = matching_jobs(module, at, script)
        for number in jobs:
            module.run_command([at, '-r', number], check_rc=True)
        module.exit_json(changed=bool(jobs), state=state)
    if params['unique'] and matching_jobs(module, at, script):
        module.exit_json(changed=False, state=state)
    module.run_command('%s -f %s now + %s %s' % (at, script, params['count'], params['units']), check_rc=True)
    module.exit_json(changed=True, state=state, script_file=script, count=params['count'], units=params['units'])


if __name__ == '__main__':
    main()
