"""getent: entries of the host's databases as facts."""
import re

from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

OPTIONS = dict(
    database=dict(type='str', required=True),
    key=dict(type='str', no_log=False),
    service=dict(type='str'),
    split=dict(type='str'),
    fail_key=dict(type='bool', default=True),
)
COLON = ('passwd', 'shadow', 'group', 'gshadow')
PROBLEMS = {
    1: 'Missing arguments, or database unknown.',
    2: 'One or more supplied key could not be found in the database.',
    3: 'Enumeration not supported on this database.',
}


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    params = module.params
    argv = [module.get_bin_path('getent', True), params['database']]
    if params['key'] is not None:
        argv.append(params['key'])
    if params['service'] is not None:
        argv += ['-s', params['service']]
    rc, out, err = module.run_command(argv)
    name = 'getent_%s' % params['database']
    if rc == 0:
        split = params['split'] or (':' if params['database'] in COLON else None)
        module.exit_json(ansible_facts={name: entries(out, split)})
    if rc == 2 and not params['fail_key'] and params['key'] is not None:
        module.exit_json(ansible_facts={name: {params['key']: None}}, msg=PROBLEMS[2])
    module.fail_json(msg=PROBLEMS.get(rc, 'Unexpected failure!'))


def entries(text, split):
    """First field -> the others; a list of those lists where the first field comes again."""
    found, seen = {}, {}
    for line in text.splitlines():
        fields = line.split(split) if split else re.split(r'\s+', line.strip())
        name, values = fields[0], fields[1:]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] == 1:
            found[name] = values
        elif seen[name] == 2:
            found[name] = [found[name], values]
        else:
            found[name].append(values)
    return found


if __name__ == '__main__':
    main()
