"""firewalld: services, ports, rules and zones of firewalld, now and at the next start."""
from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.compat.version import LooseVersion

try:
    from firewall.config import VERSION
except ImportError:
    VERSION = None

ARGUMENTS = dict(
    icmp_block=dict(type='str'),
    icmp_block_inversion=dict(type='bool'),
    service=dict(type='str'),
    protocol=dict(type='str'),
    port=dict(type='str'),
    port_forward=dict(type='list', elements='dict'),
    rich_rule=dict(type='str'),
    source=dict(type='str'),
    interface=dict(type='str'),
    forward=dict(type='bool'),
    masquerade=dict(type='bool'),
    target=dict(type='str', choices=['default', 'ACCEPT', 'DROP', '%%REJECT%%']),
    zone=dict(type='str'),
    immediate=dict(type='bool', default=False),
    permanent=dict(type='bool', default=False),
    state=dict(type='str', required=True, choices=['absent', 'disabled', 'enabled', 'present']),
    timeout=dict(type='int', default=0),
    offline=dict(type='bool', default=False),
)
# One of these is what a call is about; without any it is about the zone itself.
SUBJECTS = ['icmp_block', 'icmp_block_inversion', 'service', 'protocol', 'port', 'port_forward', 'rich_rule', 'interface', 'forward', 'masquerade',
            'source', 'target']
# Names in firewalld's library, and those in messages.
KINDS = {'icmp_block': ('IcmpBlock', 'icmp-block'), 'icmp_block_inversion': ('IcmpBlockInversion', 'icmp-block-inversion'),
         'service': ('Service', 'service'), 'protocol': ('Protocol', 'protocol'), 'port': ('Port', 'port'),
         'port_forward': ('ForwardPort', 'port_forward'), 'rich_rule': ('RichRule', 'rich_rule'), 'interface': ('Interface', ''),
         'forward': ('Forward', 'forward'), 'masquerade': ('Masquerade', 'masquerade'), 'source': ('Source', '')}
SWITCHES = ('icmp_block_inversion', 'forward', 'masquerade')
LASTING = ('icmp_block_inversion', 'forward', 'masquerade', 'source', 'interface')  # have no timeout
NOT_RUNNING = 'firewall is not currently running, unable to perform immediate actions without a running firewall daemon'
NO_CONNECTION = "firewalld connection can't be established,%sinstalled version (%s) likely too old. Requires firewalld >= 0.2.11"
MUST_BE_PERMANENT = "Zone operations must be permanent. Make sure you didn't set the 'permanent' flag to 'false' or the 'immediate' flag to 'true'."


class Daemon:
    """The configuration by a firewalld that runs."""

    running = True

    def __init__(self, client):
        self.client, self.default_zone = client, client.getDefaultZone()

    def zones(self):
        return self.client.config().getZoneNames()

    def settings(self, zone):
        return self.client.config().getZoneByName(zone).getSettings()

    def update(self, zone, settings):
        self.client.config().getZoneByName(zone).update(settings)

    def add(self, zone, settings):
        self.client.config().addZone(zone, settings)

    def remove(self, zone):
        self.client.config().getZoneByName(zone).remove()

    def zone_of(self, interface):
        return self.client.config().getZoneOfInterface(interface)


class Files:
    """The configuration in files, where no firewalld runs."""

    running = False

    def __init__(self):
        from firewall.core.fw import Firewall
        self.firewall = Firewall(offline=True)
        self.firewall.start()
        self.config, self.default_zone = self.firewall.config, self.firewall.get_default_zone()
        self.as_dict = hasattr(self.config, 'get_zone_config_dict')  # the older form lacks a zone's forward

    def zones(self):
        return self.config.get_zones()

    def settings(self, zone):
        from firewall.client import FirewallClientZoneSettings
        there = self.config.get_zone(zone)
        return FirewallClientZoneSettings(self.config.get_zone_config_dict(there) if self.as_dict else list(self.config.get_zone_config(there)))

    def update(self, zone, settings):
        there = self.config.get_zone(zone)
        if self.as_dict:
            self.config.set_zone_config_dict(there, settings.getSettingsDict())
        else:
            self.config.set_zone_config(there, settings.settings)

    def add(self, zone, settings):
        if self.as_dict:
            self.config.new_zone_dict(zone, settings.getSettingsDict())
        else:
            self.config.new_zone(zone, settings.settings)

    def remove(self, zone):
        self.config.remove_zone(self.config.get_zone(zone))

    def zone_of(self, interface):
        return ([zone for zone in self.zones() if interface in self.config.get_zone(zone).interfaces] + [''])[0]


def connect(module):
    """The firewalld that runs, or the files."""
    try:
        from firewall.client import FirewallClient
        from firewall.errors import FirewallError
        try:
            return Daemon(FirewallClient())
        except (AttributeError, FirewallError):  # nobody answers, or there is no bus
            return Files()
    except SystemExit:
        module.fail_json(msg="firewalld's configuration can't be loaded")
    except Exception:
        module.fail_json(msg=NO_CONNECTION % (' ' * 24, VERSION))


class Call:
    """One call of the module: what it is about, where, and what is told of it."""

    def __init__(self, module, firewall, immediate):
        self.module, self.params, self.firewall = module, module.params, firewall
        self.permanent, self.immediate = module.params['permanent'], immediate
        self.state = module.params['state']
        self.zone = module.params['zone'] or firewall.default_zone
        self.subject = next((name for name in SUBJECTS if module.params[name] is not None), None)
        self.told = []

    def attempt(self, act, *arguments):
        try:
            return act(*arguments)
        except Exception as e:
            if 'INVALID_SERVICE' in str(e):
                self.told.append('Services are defined by port/tcp relationship and named as they are in /etc/services (on most systems)')
            return self.module.fail_json(msg=' '.join(['ERROR: Exception caught: %s' % e] + [', '.join(self.told)] * bool(self.told)))

    def run(self):
        words = self.words()
        zonal = self.subject in (None, 'target')
        if not zonal and self.state in ('absent', 'present'):
            self.module.fail_json(msg='absent and present state can only be used in zone level operations')
        changed = False
        if self.subject == 'target':
            changed = self.set_target()
        elif zonal and self.state in ('absent', 'present'):
            changed = self.set_zone()
        elif not zonal:
            changed = self.set_thing(words)
        if not self.firewall.running:
            self.told.append('(offline operation: only on-disk configs were altered)')
        return changed

    def words(self):
        """What the library is to be told of the subject, beside the zone."""
        value = self.params.get(self.subject)
        if self.subject == 'port':
            words = value.strip().split('/')
            if len(words) != 2:
                self.module.fail_json(msg='improper port format (missing protocol?)')
            return words
        if self.subject == 'port_forward':
            if len(value) != 1:
                self.module.fail_json(msg='Only one port forward supported at a time')
            for name, called in (('port', 'port'), ('proto', 'proto udp/tcp'), ('toport', 'toport')):
                if value[0].get(name) is None:
                    self.module.fail_json(msg='%s must be specified for port forward' % called)
            return [str(value[0].get(name) or '') for name in ('port', 'proto', 'toport', 'toaddr')]
        return [] if self.subject in SWITCHES else [value]

    # zones

    def set_zone(self):
        self.must_be_permanent()
        wanted = self.state == 'present'
        if (self.zone in self.attempt(self.firewall.zones)) == wanted:
            self.told.append('Permanent operation')
            return False
        self.leave_in_check_mode()
        self.told.append('Permanent operation')
        if wanted:
            from firewall.client import FirewallClientZoneSettings
            self.attempt(self.firewall.add, self.zone, FirewallClientZoneSettings())
        else:
            self.attempt(self.firewall.remove, self.zone)
        self.told.append('%s zone %s' % ('Added' if wanted else 'Removed', self.zone))
        self.told.append('Changed zone %s to %s' % (self.zone, self.state))
        return True

    def set_target(self):
        self.must_be_permanent()
        target, wanted = self.params['target'], self.state in ('enabled', 'present')
        settings = self.attempt(self.firewall.settings, self.zone)
        if (settings.getTarget() == target) == wanted:
            self.told.append('Permanent operation')
            return False
        self.leave_in_check_mode()
        self.told.append('Permanent operation')
        settings.setTarget(target if wanted else 'default')
        self.attempt(self.firewall.update, self.zone, settings)
        self.told.append('Set zone %s target to %s' % (self.zone, target) if wanted else 'Reset zone %s target to default' % self.zone)
        return True

    def must_be_permanent(self):
        if self.immediate:
            self.module.fail_json(msg=MUST_BE_PERMANENT)

    def leave_in_check_mode(self):
        if self.module.check_mode:
            self.module.exit_json(changed=True)

    # what a zone has

    def set_thing(self, words):
        wanted = self.state == 'enabled'
        if self.subject in SWITCHES:
            wanted = wanted == self.params[self.subject]
        if self.subject == 'rich_rule':
            from firewall.core.rich import Rich_Rule
            self.attempt(lambda: Rich_Rule(rule_str=words[0]))
        now = self.immediate and self.attempt(self.is_now, words) != wanted
        kept = self.permanent and self.attempt(self.is_kept, words) != wanted
        if now or kept:
            self.leave_in_check_mode()
        both = self.permanent and self.immediate
        self.told.append('Permanent and Non-Permanent(immediate) operation' if both else 'Permanent operation' if self.permanent else 'Non-permanent operation')
        if kept:
            self.attempt(self.keep, words, wanted)
        if now:
            self.attempt(self.set_now, words, wanted)
        if now or kept:
            self.told.append(self.change(words, wanted))
        return now or kept

    def change(self, words, wanted):
        name, value = KINDS[self.subject][1], self.params[self.subject]
        if self.subject == 'interface' and wanted:
            return 'Changed %s to zone %s' % (value, self.zone)
        if self.subject in ('interface', 'source', 'forward', 'masquerade'):
            return ('Added %s to zone %s' if wanted else 'Removed %s from zone %s') % (name or value, self.zone)
        if self.subject == 'port':
            value = '/'.join(words)
        if self.subject == 'port_forward':
            value = 'port=%s:proto=%s:toport=%s:toaddr=%s' % tuple(words)
        return 'Changed %s %s to %s' % (name, value, self.state)

    def method(self, thing, verb):
        return getattr(thing, verb + KINDS[self.subject][0])

    def is_now(self, words):
        return bool(self.method(self.firewall.client, 'query')(self.zone, *words))

    def is_kept(self, words):
        return bool(self.method(self.firewall.settings(self.zone), 'query')(*words))

    def set_now(self, words, wanted):
        client = self.firewall.client
        if self.subject == 'interface' and wanted:
            client.changeZoneOfInterface(self.zone, *words)
            return
        timeout = [self.params['timeout']] if wanted and self.subject not in LASTING else []
        self.method(client, 'add' if wanted else 'remove')(self.zone, *words + timeout)

    def keep(self, words, wanted):
        if self.subject == 'interface' and wanted:
            self.take_away(words[0])
        settings = self.firewall.settings(self.zone)
        self.method(settings, 'add' if wanted else 'remove')(*words)
        self.firewall.update(self.zone, settings)

    def take_away(self, interface):
        """An interface is in one zone at most."""
        other = self.firewall.zone_of(interface)
        if other:
            settings = self.firewall.settings(other)
            settings.removeInterface(interface)
            self.firewall.update(other, settings)


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, mutually_exclusive=[SUBJECTS],
                           required_by=dict(interface=('zone',), target=('zone',), source=('permanent',)))
    if VERSION is None:
        module.fail_json(msg='%s. Version 0.2.11 or newer required (0.3.9 or newer for offline operations)' % missing_required_lib('firewall'))
    firewall, params = connect(module), module.params
    if not firewall.running and LooseVersion(VERSION) < LooseVersion('0.3.9'):
        module.fail_json(msg='unsupported version of firewalld, offline operations require >= 0.3.9 - found: %s' % VERSION)
    if firewall.running and LooseVersion(VERSION) < LooseVersion('0.2.11'):
        module.fail_json(msg='unsupported version of firewalld, requires >= 0.2.11 - found: %s' % VERSION)
    if params['offline'] and not params['permanent']:
        module.fail_json(msg='offline cannot be enabled unless permanent changes are allowed')
    immediate = params['immediate'] or not params['permanent']
    if immediate and not firewall.running:
        if not params['offline']:
            module.fail_json(msg=NOT_RUNNING)
        immediate = False
    call = Call(module, firewall, immediate)
    changed = call.run()
    module.exit_json(changed=changed, msg=', '.join(call.told))


if __name__ == '__main__':
    main()
