"""dpkg_selections: what dpkg is to do with a package, such as hold it."""
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.locale import get_best_parsable_locale

ARGUMENTS = dict(
    name=dict(required=True),
    selection=dict(choices=['install', 'hold', 'deinstall', 'purge'], required=True),
)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    name, wanted = module.params['name'], module.params['selection']
    dpkg = module.get_bin_path('dpkg', True)
    locale = get_best_parsable_locale(module)
    module.run_command_environ_update = dict(LANG=locale, LC_ALL=locale, LC_MESSAGES=locale, LANGUAGE=locale)
    dummy, out, dummy = module.run_command([dpkg, '--get-selections', name], check_rc=True)
    if not out:
        module.fail_json(msg="Failed to find package '%s' to perform selection '%s'." % (name, wanted))
    before = out.split()[1]
    changed = before != wanted
    if changed and not module.check_mode:
        module.run_command([dpkg, '--set-selections'], data='%s %s' % (name, wanted), check_rc=True)
    module.exit_json(changed=changed, before=before, after=wanted)


if __name__ == '__main__':
    main()
