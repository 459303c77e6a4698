"""patch: apply patches with GNU patch, or take them back."""
import os

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    src=dict(type='path', required=True, aliases=['patchfile']),
    dest=dict(type='path', aliases=['originalfile']),
    basedir=dict(type='path'),
    strip=dict(type='int', default=0),
    remote_src=dict(type='bool', default=False),          # the action sends what is on the controller
    backup=dict(type='bool', default=False),
    binary=dict(type='bool', default=False),              # carriage returns stay
    ignore_whitespace=dict(type='bool', default=False),
    state=dict(type='str', default='present', choices=['absent', 'present']),
)


def patch(module, reverse, dry):
    """Run patch: (rc, output, errors)."""
    params = module.params
    argv = [module.get_bin_path('patch', True), '--quiet', '--batch', '--forward', '--strip=%s' % params['strip'],
            '--directory=%s' % os.path.abspath(params['basedir'] or os.path.dirname(params['dest'])), '--input=%s' % params['src'], '--reject-file=-']
    flags = (('--dry-run', dry), ('--binary', params['binary']), ('--ignore-whitespace', params['ignore_whitespace']), ('--reverse', reverse))
    argv += [word for word, on in flags if on]
    if params['backup'] and not dry:
        argv += ['--backup', '--version-control=numbered']
    if params['dest']:
        argv.append(params['dest'])
    return module.run_command(argv)


def check(module):
    params = module.params
    if not os.access(params['src'], os.R_OK):
        module.fail_json(msg="src %s doesn't exist or not readable" % params['src'])
    if params['dest'] and not os.access(params['dest'], os.W_OK):
        module.fail_json(msg="dest %s doesn't exist or not writable" % params['dest'])
    if params['basedir'] and not os.path.exists(params['basedir']):
        module.fail_json(msg="basedir %s doesn't exist" % params['basedir'])


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, required_one_of=[['dest', 'basedir']], supports_check_mode=True)
    check(module)
    reverse = module.params['state'] == 'absent'
    rc, dummy, dummy = patch(module, not reverse, dry=True)
    if rc == 0:
        module.exit_json(changed=False)
    rc, out, err = patch(module, reverse, dry=module.check_mode)
    if rc != 0:
        module.fail_json(msg=out or err)
    module.exit_json(changed=True)


if __name__ == '__main__':
    main()
