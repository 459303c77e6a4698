"""yum_repository: repositories of yum and dnf."""
import configparser
import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_native

# What goes into the repository's section under its own name.
SETTINGS = dict(
    bandwidth=dict(),
    baseurl=dict(type='list', elements='str'),
    cost=dict(),
    countme=dict(type='bool'),
    deltarpm_metadata_percentage=dict(),
    deltarpm_percentage=dict(),
    enabled=dict(type='bool'),
    enablegroups=dict(type='bool'),
    exclude=dict(type='list', elements='str', aliases=['excludepkgs']),
    failovermethod=dict(choices=['roundrobin', 'priority']),
    gpgcakey=dict(no_log=False),
    gpgcheck=dict(type='bool'),
    gpgkey=dict(type='list', elements='str', no_log=False),
    http_caching=dict(choices=['all', 'packages', 'none']),
    include=dict(),
    includepkgs=dict(type='list', elements='str'),
    ip_resolve=dict(choices=['4', '6', 'IPv4', 'IPv6', 'whatever']),
    keepalive=dict(type='bool'),
    keepcache=dict(choices=['0', '1']),
    metadata_expire=dict(),
    metadata_expire_filter=dict(choices=['never', 'read-only:past', 'read-only:present', 'read-only:future']),
    metalink=dict(),
    mirrorlist=dict(),
    mirrorlist_expire=dict(),
    module_hotfixes=dict(type='bool'),
    password=dict(no_log=True),
    priority=dict(),
    protect=dict(type='bool'),
    proxy=dict(),
    proxy_password=dict(no_log=True),
    proxy_username=dict(),
    repo_gpgcheck=dict(type='bool'),
    retries=dict(),
    s3_enabled=dict(type='bool'),
    skip_if_unavailable=dict(type='bool'),
    ssl_check_cert_permissions=dict(type='bool'),
    sslcacert=dict(aliases=['ca_cert']),
    sslclientcert=dict(aliases=['client_cert']),
    sslclientkey=dict(aliases=['client_key'], no_log=False),
    sslverify=dict(type='bool', aliases=['validate_certs']),
    throttle=dict(),
    timeout=dict(),
    ui_repoid_vars=dict(),
    username=dict(),
)
SETTINGS['async'] = dict(type='bool')
ARGUMENTS = dict(
    SETTINGS,
    name=dict(required=True),
    description=dict(),                                   # the section's name
    file=dict(),                                          # without .repo; the repository's name if it is left out
    reposdir=dict(default='/etc/yum.repos.d', type='path'),
    state=dict(choices=['present', 'absent'], default='present'),
)
# Settings that dnf does not know, and those that are for its main configuration only.
_WITHOUT_EFFECT = ('deltarpm_metadata_percentage', 'gpgcakey', 'http_caching', 'keepalive', 'metadata_expire_filter', 'mirrorlist_expire',
                   'protect', 'ssl_check_cert_permissions', 'ui_repoid_vars')
_SEPARATORS = {'baseurl': '\n', 'gpgkey': '\n'}


def dumped(parser):
    """The file as diffs show it: all sections and settings sorted."""
    text = ''
    for section in sorted(parser.sections()):
        text += '[%s]\n' % section
        text += ''.join('%s = %s\n' % each for each in sorted(parser.items(section))) + '\n'
    return text


def shown(name, value):
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return _SEPARATORS.get(name, ' ').join(value)
    return str(value)


def wanted(params):
    """The settings of the section, sorted."""
    found = {name: shown(name, params[name]) for name in SETTINGS if params[name] is not None}
    found['name'] = params['description'] or ''
    return sorted(found.items())


def deprecate(module):
    """Tell of settings that will go."""
    reasons = [('async', '2.22', 'has been removed on systems supported by ansible-core'), ('keepcache', '2.20', 'is only valid in the main configuration.')]
    reasons += [(name, '2.22', 'has no effect with dnf as an underlying package manager.') for name in _WITHOUT_EFFECT]
    for name, version, reason in sorted(reasons):
        if module.params[name] is not None:
            module.deprecate("'%s' parameter is deprecated as it %s" % (name, reason), version=version, collection_name='ansible.builtin')


def read(module, path):
    parser = configparser.RawConfigParser()
    try:
        if os.path.isfile(path):
            with open(path) as f:
                parser.read_file(f)
    except (OSError, configparser.Error) as e:
        module.fail_json(msg="Problems handling file '%s'." % path, details=to_native(e), exception=e)
    return parser


def write(module, parser, path):
    """Replace the file, or remove it when it has no repository any more."""
    try:
        if parser.sections():
            with open(path, 'w') as f:
                parser.write(f)
        else:
            os.remove(path)
    except OSError as e:
        module.fail_json(msg="Problems handling file '%s'." % path, details=to_native(e), exception=e)


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS, add_file_common_args=True, supports_check_mode=True,
        required_if=[['state', 'present', ['baseurl', 'mirrorlist', 'metalink'], True], ['state', 'present', ['description']]])
    params = module.params
    deprecate(module)
    name, folder = params['name'], params['reposdir']
    if not os.path.isdir(folder):
        module.fail_json(msg="Repo directory '%s' does not exist." % folder)
    path = os.path.join(folder, '%s.repo' % (params['file'] or name))
    parser = read(module, path)
    before = dumped(parser)
    parser.remove_section(name)
    if params['state'] == 'present':
        parser.add_section(name)
        for setting, value in wanted(params):
            parser.set(name, setting, value)
    after = dumped(parser)
    changed = before != after
    if changed and not module.check_mode:
        write(module, parser, path)
    if os.path.isfile(path):
        changed = module.set_fs_attributes_if_different(module.load_file_common_arguments(params, path=path), changed)
    module.exit_json(changed=changed, repo=name, state=params['state'],
                     diff=dict(before_header=path, before=before, after_header=path, after=after))


if __name__ == '__main__':
    main()
