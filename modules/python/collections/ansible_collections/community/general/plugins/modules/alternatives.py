"""alternatives: links to programs that do the same, by update-alternatives."""
import os

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    name=dict(type='str', required=True),
    path=dict(type='path'),
    family=dict(type='str'),
    link=dict(type='path'),
    priority=dict(type='int'),
    state=dict(type='str', default='selected', choices=['present', 'selected', 'absent', 'auto']),
    subcommands=dict(type='list', elements='dict', aliases=['slaves'], options=dict(
        name=dict(type='str', required=True), path=dict(type='path', required=True), link=dict(type='path', required=True))),
)


class Link:
    """A link that update-alternatives looks after, as its --query tells it."""

    def __init__(self, module, program):
        self.module, self.params, self.program = module, module.params, program
        self.name, self.path = module.params['name'], module.params['path']
        self.mode = self.current = self.link = None
        self.alternatives = {}                            # by path: priority, and subcommands
        rc, out, err = module.run_command([program, '--query', self.name])
        if rc not in (0, 2) or 'unknown' in err:
            module.fail_json(msg='%s does not answer --query: %s' % (program, err or out), rc=rc)
        if rc == 0:
            self._read(out)

    def _read(self, text):
        links, entry, names = {}, None, None
        for line in text.splitlines():
            key, dummy, value = line.partition(':')
            value = value.strip()
            if line.startswith(' '):
                name, dummy, path = line.strip().partition(' ')
                names[name] = path
            elif key == 'Slaves':
                names = links if entry is None else entry['subcommands']
            elif key == 'Alternative':
                entry = self.alternatives[value] = dict(priority=0, subcommands={})
            elif key == 'Priority':
                entry['priority'] = int(value)
            else:
                self._take(key, value)
        for each in self.alternatives.values():
            each['subcommands'] = [dict(name=name, path=path, link=links.get(name)) for name, path in each['subcommands'].items() if path]

    def _take(self, key, value):
        if key == 'Link':
            self.link = value
        elif key == 'Status':
            self.mode = value
        elif key == 'Value' and value != 'none':
            self.current = value

    def is_right(self):
        """Whether the path is an alternative with what is wanted of it."""
        entry, params = self.alternatives.get(self.path), self.params
        if entry is None:
            return False
        if params['priority'] is not None and params['priority'] != entry['priority']:
            return False
        return params['subcommands'] is None or _sorted(params['subcommands']) == _sorted(entry['subcommands'])

    def before(self):
        if self.mode is None:
            return {}
        entry = self.alternatives.get(self.path)
        if entry is None:
            return dict(state='absent')
        before = dict(state='present', path=self.path, priority=entry['priority'], link=self.link)
        if entry['subcommands']:
            before['subcommands'] = entry['subcommands']
        return before

    def installed(self):
        """What is to be installed, as diffs show it."""
        entry = self.alternatives.get(self.path, dict(priority=50))
        priority = self.params['priority']
        after = dict(path=self.path, family=self.params['family'], link=self.params['link'] or self.link,
                     priority=entry['priority'] if priority is None else priority)
        if self.params['subcommands']:
            after['subcommands'] = self.params['subcommands']
        return after


def _sorted(subcommands):
    return sorted(tuple(sorted(each.items())) for each in subcommands)


class Task:
    """What is done to a link."""

    def __init__(self, module, link):
        self.module, self.link = module, link
        self.messages, self.after = [], {}

    def do(self, msg, *argv):
        self.messages.append(msg)
        if not self.module.check_mode:
            self.module.run_command([self.link.program] + list(argv), check_rc=True)

    def remove(self):
        link = self.link
        if link.path in link.alternatives:
            self.after['state'] = 'absent'
            self.do("Remove alternative '%s' from '%s'." % (link.path, link.name), '--remove', link.name, link.path)

    def install(self):
        link = self.link
        if link.is_right():
            return
        wanted = link.installed()
        if not os.path.exists(link.path):
            self.module.fail_json(msg='Specified path %s does not exist' % link.path)
        if not wanted['link']:
            self.module.fail_json(msg='Needed to install the alternative, but unable to do so as we are missing the link')
        argv = ['--install', wanted['link'], link.name, link.path, str(wanted['priority'])]
        for each in self.module.params['subcommands'] or []:
            argv += ['--slave', each['link'], each['name'], each['path']]
        self.after.update(wanted, state='present')
        self.do("Install alternative '%s' for '%s'." % (link.path, link.name), *argv)

    def select(self):
        link = self.link
        if link.current != link.path:
            self.after['state'] = 'selected'
            self.do("Set alternative '%s' for '%s'." % (link.path, link.name), '--set', link.name, link.path)

    def automatic(self):
        if self.link.mode == 'manual':
            self.after['state'] = 'present'
            self.do("Set alternative to auto for '%s'." % self.link.name, '--auto', self.link.name)

    def run(self, state):
        if state == 'absent':
            self.remove()
            return
        self.install()
        if state == 'selected':
            self.select()
        elif state == 'auto':
            self.automatic()


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, required_one_of=[('path', 'family')])
    module.run_command_environ_update = dict(LC_ALL='C')
    link = Link(module, module.get_bin_path('update-alternatives', True))
    task = Task(module, link)
    before = link.before()
    task.run(module.params['state'])
    diff = dict(before=before, after=task.after) if module._diff else dict(before={}, after={})
    module.exit_json(changed=bool(task.messages), msg=' '.join(task.messages), diff=diff)


if __name__ == '__main__':
    main()
