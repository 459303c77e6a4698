"""make: targets of a Makefile."""
import shlex

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    target=dict(type='str'),
    targets=dict(type='list', elements='str'),
    params=dict(type='dict'),
    chdir=dict(type='path', required=True),
    file=dict(type='path'),
    make=dict(type='path'),
    jobs=dict(type='int'),
)


def command(module):
    params = module.params
    argv = [params['make'] or module.get_bin_path('gmake') or module.get_bin_path('make', required=True)]
    if params['jobs'] is not None:
        argv += ['-j', str(params['jobs'])]
    if params['file'] is not None:
        argv += ['-f', params['file']]
    argv += [params['target']] if params['target'] else params['targets'] or []
    settings = (params['params'] or {}).items()
    return argv + [key if value is None else '%s=%s' % (key, value) for key, value in settings]


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, mutually_exclusive=[('target', 'targets')], supports_check_mode=True)
    params, argv = module.params, command(module)
    # make's question has 0 for what is up to date
    rc, out, err = module.run_command(argv + ['-q'], cwd=params['chdir'], check_rc=False)
    changed = rc != 0
    if changed and not module.check_mode:
        rc, out, err = module.run_command(argv, cwd=params['chdir'], check_rc=True)
    module.exit_json(
        changed=changed, failed=False, stdout=out.rstrip('\r\n'),
        stderr=err.rstrip('\r\n'), target=params['target'], targets=params['targets'], params=params['params'], chdir=params['chdir'],
        file=params['file'], jobs=params['jobs'], command=' '.join(shlex.quote(part) for part in argv))


if __name__ == '__main__':
    main()
