"""synchronize: make one folder like another one by rsync, which runs where the task begins."""
import os
import shlex

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes

ARGUMENTS = dict(
    src=dict(type='path', required=True),
    dest=dict(type='path', required=True),
    dest_port=dict(type='int'),
    delete=dict(type='bool', default=False),
    private_key=dict(type='path'),
    rsync_path=dict(type='str'),
    _local_rsync_path=dict(type='path', default='rsync'),
    _local_rsync_password=dict(type='str', no_log=True),
    _substitute_controller=dict(type='bool', default=False),
    archive=dict(type='bool', default=True),
    checksum=dict(type='bool', default=False),
    compress=dict(type='bool', default=True),
    existing_only=dict(type='bool', default=False),
    dirs=dict(type='bool', default=False),
    recursive=dict(type='bool'),
    links=dict(type='bool'),
    copy_links=dict(type='bool', default=False),
    perms=dict(type='bool'),
    times=dict(type='bool'),
    owner=dict(type='bool'),
    group=dict(type='bool'),
    set_remote_user=dict(type='bool', default=True),
    rsync_timeout=dict(type='int', default=0),
    rsync_opts=dict(type='list', default=[], elements='str'),
    _ssh_args=dict(type='str'),
    use_ssh_args=dict(type='bool', default=False),
    ssh_connection_multiplexing=dict(type='bool', default=False),
    partial=dict(type='bool', default=False),
    verify_host=dict(type='bool', default=False),
    delay_updates=dict(type='bool', default=True),
    mode=dict(type='str', default='push', choices=['pull', 'push']),
    link_dest=dict(type='list', elements='path'),
)

# What --archive stands for, each with an option of its own.
ARCHIVED = ('recursive', 'links', 'perms', 'times', 'owner', 'group')
# rsync puts this before what it tells of a changed file, which parts it from its other talk.
MARK = '<<CHANGED>>'
EMPTY_OPTION = ('The empty string is present in rsync_opts which will cause rsync to transfer the current working directory. If this is intended, '
                'use "." instead to get rid of this warning. If this is unintended, check for problems in your playbook leading to empty string in rsync_opts.')


class Transfer:
    """One call of rsync."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.src, self.dest = self.params['src'], self.params['dest']
        if self.params['_substitute_controller']:
            self.name_controller()

    def name_controller(self):
        """What another host calls localhost is the machine from which it was reached."""
        client = (os.environ.get('SSH_CLIENT') or os.environ.get('SSH_CONNECTION') or '').split()
        if not client:
            self.module.fail_json(msg='Could not determine controller hostname for rsync to send to')
        self.src, self.dest = [client[0] + path[len('localhost'):] if path.startswith('localhost:') else path for path in (self.src, self.dest)]

    def program(self):
        path = self.params['_local_rsync_path']
        return path if '/' in path else self.module.get_bin_path(path, required=True)

    def command(self):
        """The command line, of which the user's own options are a part as they are."""
        params, words = self.params, [self.program()]
        words += [option for wanted, option in (
            (params['delay_updates'], '--delay-updates -F'),
            (params['compress'], '--compress'),
            (params['rsync_timeout'], '--timeout=%s' % params['rsync_timeout']),
            (self.module.check_mode, '--dry-run'),
            (params['delete'], '--delete-after'),
            (params['existing_only'], '--existing'),
            (params['checksum'], '--checksum'),
            (params['copy_links'], '--copy-links'),
        ) if wanted]
        words += self.attributes()
        if params['dirs']:
            words.append('--dirs')
        if self.by_ssh():
            words.append('--rsh=' + shlex.quote(self.shell()))
        if params['rsync_path']:
            words.append('--rsync-path=' + shlex.quote(params['rsync_path']))
        words += self.users_options()
        if params['partial']:
            words.append('--partial')
        words += self.hard_links()
        words.append("--out-format='%s%%i %%n%%L'" % MARK)
        return ' '.join(words + [shlex.quote(self.src), shlex.quote(self.dest)])

    def by_ssh(self):
        """Whether there is another host, which no daemon and no program of the user's leads to."""
        if self.src.startswith('rsync://') or self.dest.startswith('rsync://') or any('--rsh' in option for option in self.params['rsync_opts']):
            return False
        return ':' in self.src + self.dest

    def attributes(self):
        archive = self.params['archive']
        words = ['--archive'] if archive else []
        for name in ARCHIVED:
            if archive and self.params[name] is False:
                words.append('--no-' + name)
            elif not archive and self.params[name]:
                words.append('--' + name)
        return words

    def shell(self):
        params, words = self.params, [self.module.get_bin_path('ssh', required=True)]
        if not params['ssh_connection_multiplexing']:
            words += ['-S', 'none']
        if params['private_key'] is not None:
            words += ['-i', params['private_key']]
        if params['dest_port'] is not None:
            words += ['-o', 'Port=%s' % params['dest_port']]
        if not params['verify_host']:
            words += ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null']
        line = ' '.join(shlex.quote(word) for word in words)
        return line + ' ' + params['_ssh_args'] if params['_ssh_args'] else line

    def users_options(self):
        if '' in self.params['rsync_opts']:
            self.module.warn(EMPTY_OPTION)
        return self.params['rsync_opts']

    def hard_links(self):
        if not self.params['link_dest']:
            return []
        words, above = ['-H', '-vv'], os.path.dirname(os.path.abspath(os.path.expanduser(self.dest)))
        for place in self.params['link_dest']:
            place = os.path.abspath(os.path.expanduser(place))
            if (above + '/').startswith(place.rstrip('/') + '/'):
                self.module.fail_json(msg='Hardlinking into a subdirectory of the source would cause recursion. %s and %s' % (above, self.dest))
            words.append(shlex.quote('--link-dest=' + place))
        return words

    def run(self):
        """(rc, output, errors, command) of rsync."""
        command = self.command()
        if not self.params['_local_rsync_password']:
            return self.module.run_command(command) + (command,)
        self.module.run_command(['sshpass'])  # fails where there is none
        reading, writing = os.pipe()
        os.write(writing, to_bytes(self.params['_local_rsync_password']) + b'\n')
        os.close(writing)
        command = 'sshpass -d%d %s' % (reading, command)
        return self.module.run_command(command, pass_fds=(reading,)) + (command,)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    rc, out, err, command = Transfer(module).run()
    if rc:
        module.fail_json(msg=err, rc=rc, cmd=command)
    text = out.replace(MARK, '')
    # As the collection's module has it: with link_dest, one file that is as it was stands for all.
    changed = MARK + '.' not in out if module.params['link_dest'] else MARK in out
    result = dict(changed=changed, msg=text, rc=rc, cmd=command, stdout_lines=[line for line in text.split('\n') if line])
    if module._diff:
        result['diff'] = dict(prepared=text)
    module.exit_json(**result)


if __name__ == '__main__':
    main()
