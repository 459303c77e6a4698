"""apache2_module: modules of Apache, enabled and disabled by its own programs."""
import re

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    name=dict(required=True),
    identifier=dict(type='str'),                          # as apache2ctl -M lists it
    force=dict(type='bool', default=False),
    state=dict(default='present', choices=['absent', 'present']),
    ignore_configcheck=dict(type='bool', default=False),
    warn_mpm_absent=dict(type='bool', default=True),
)
# Names whose modules are listed by others.
_EXCEPTIONS = {'shib': 'mod_shib', 'shib2': 'mod_shib', 'evasive': 'evasive20_module'}


def identifier_of(name):
    """What a module is listed as."""
    if name in _EXCEPTIONS:
        return _EXCEPTIONS[name]
    php = re.match(r'php([578])', name)
    if php:
        return 'php_module' if php.group(1) == '8' else 'php%s_module' % php.group(1)
    return name + '_module'


def apachectl(module):
    for name in ('apache2ctl', 'apachectl'):
        path = module.get_bin_path(name)
        if path is not None:
            return path
    return module.fail_json(msg='Neither of apache2ctl nor apachectl found. At least one apache control binary is necessary.')


def is_threaded(module):
    dummy, out, dummy = module.run_command([apachectl(module), '-V'])
    return bool(re.search(r'threaded:[ ]*yes', out))


def is_enabled(module):
    program = apachectl(module)
    rc, out, err = module.run_command([program, '-M'])
    if rc != 0:
        complain(module, program, err)
    return bool(re.search(r'^ ?' + re.escape(module.params['identifier']) + r' ', out, re.M))


def complain(module, program, err):
    """The configuration is broken, which may be how it is meant."""
    msg = 'Error executing %s: %s' % (program, err)
    if not module.params['ignore_configcheck']:
        module.fail_json(msg=msg)
    if 'AH00534' in err and 'mpm_' in module.params['name']:
        if module.params['warn_mpm_absent']:
            module.warn('No MPM module loaded! apache2 reload AND other module actions will fail if no MPM module is loaded immediately.')
    else:
        module.warn(msg)


def change(module, wanted):
    """Run a2enmod or a2dismod, and see what came of it."""
    name, word = module.params['name'], 'enabled' if wanted else 'disabled'
    verb = 'a2enmod' if wanted else 'a2dismod'
    program = module.get_bin_path(verb)
    if program is None:
        module.fail_json(msg='%s not found. Perhaps this system does not use %s to manage apache' % (verb, verb))
    rc, out, err = module.run_command([program] + (['-f'] if module.params['force'] and not wanted else []) + [name])
    if is_enabled(module) != wanted:
        module.fail_json(
            msg='Failed to set module %s to %s:\n%s\nMaybe the module identifier (%s) was guessed incorrectly.Consider setting the "identifier" option.' % (
                name, word, out, module.params['identifier']),
            rc=rc, stdout=out, stderr=err)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params, wanted = module.params, module.params['state'] == 'present'
    if params['name'] == 'cgi' and wanted and is_threaded(module):
        module.fail_json(msg='Your MPM seems to be threaded, therefore enabling cgi module is not allowed.')
    if not params['identifier']:
        params['identifier'] = identifier_of(params['name'])
    changed = is_enabled(module) != wanted
    if changed and not module.check_mode:
        change(module, wanted)
    module.exit_json(changed=changed, result='Module %s %s' % (params['name'], 'enabled' if wanted else 'disabled'))


if __name__ == '__main__':
    main()
