# What the rows of firewalld.yaml begin with: firewalld's own library with its configuration in the row's folder, and a client whose daemon
# stands in for firewalld where there is a file named running. It has its permanent configuration by the library, and what holds now in the file
# now; changes stand in the file log. A file named refuse lets it refuse them, one named nobus hides the bus, and version is the library's.
mkdir -p firewall usr/zones usr/services usr/icmptypes usr/policies etc/zones etc/services
for zone in block drop trusted public; do echo "<zone><short>$zone</short></zone>" > usr/zones/$zone.xml; done
echo '<zone target="DROP"><short>Work</short><service name="ssh"/><port protocol="tcp" port="22"/><interface name="eth1"/><masquerade/></zone>' > etc/zones/work.xml
for service in http ssh; do echo "<service><short>$service</short><port protocol=\"tcp\" port=\"80\"/></service>" > usr/services/$service.xml; done
echo '<icmptype><short>echo-request</short></icmptype>' > usr/icmptypes/echo-request.xml
cat > firewall/__init__.py <<'END2'
import os
__path__.append('/usr/lib/python3/dist-packages/firewall')
from firewall import config
directory = os.environ['DIR']
config.set_system_config_paths(directory + '/etc')
config.set_default_config_paths(directory + '/usr')
if os.path.exists(directory + '/version'):
    config.VERSION = open(directory + '/version').read().strip()
END2
cat > firewall/client.py <<'END2'
import ast, importlib.util, os, sys
from firewall.core.fw import Firewall
from firewall import errors
from firewall.errors import FirewallError
directory = os.environ['DIR']
spec = importlib.util.spec_from_file_location('firewall.true_client', '/usr/lib/python3/dist-packages/firewall/client.py')
true = importlib.util.module_from_spec(spec)
spec.loader.exec_module(true)
FirewallClientZoneSettings, Rich_Rule = true.FirewallClientZoneSettings, true.Rich_Rule
def log(name, arguments):
    with open(directory + '/log', 'a') as f:
        f.write('%s %s\n' % (name, ' '.join(map(repr, arguments))))
class Zone:
    def __init__(self, fw, zone):
        self.fw, self.zone = fw, zone
    def get_property(self, name):
        return getattr(self.zone, name)
    def getSettings(self):
        return FirewallClientZoneSettings(self.fw.config.get_zone_config_dict(self.zone))
    def update(self, settings):
        log('update', [self.zone.name])
        self.fw.config.set_zone_config_dict(self.zone, settings.getSettingsDict())
    def remove(self):
        log('remove', [self.zone.name])
        self.fw.config.remove_zone(self.zone)
class Config:
    def __init__(self):
        self.fw = Firewall(offline=True)
        self.fw.start()
    def listZones(self):
        return self.getZoneNames()
    def getZone(self, path):
        return self.getZoneByName(path)
    def getZoneNames(self):
        return sorted(self.fw.config.get_zones())
    def getZoneByName(self, name):
        return Zone(self.fw, self.fw.config.get_zone(name))
    def getZoneOfInterface(self, interface):
        zones = self.fw.config.get_zones()
        return ([name for name in zones if interface in self.fw.config.get_zone(name).interfaces] + [''])[0]
    def addZone(self, name, settings):
        log('addZone', [name])
        return Zone(self.fw, self.fw.config.new_zone_dict(name, settings.getSettingsDict()))
class FirewallClient:
    def __init__(self):
        if os.path.exists(directory + '/nobus'):
            raise FirewallError(errors.DBUS_ERROR, 'no bus')
        self.connected = os.path.exists(directory + '/running')
        self.kept = Config() if self.connected else None
        try:
            with open(directory + '/now') as f:
                self.now = [ast.literal_eval(line) for line in f]
        except OSError:
            self.now = []
    def setExceptionHandler(self, handler):
        true.exception_handler = handler
    def config(self):
        return self.kept
    def getDefaultZone(self):
        if not self.connected:
            raise AttributeError("'NoneType' object has no attribute 'getDefaultZone'")
        return 'public'
    def getZones(self):
        return self.kept.getZoneNames()
    def getZoneOfInterface(self, interface):
        return ([words[1] for words in self.now if words[0] == 'Interface' and words[2] == interface] + [''])[0]
    def changeZoneOfInterface(self, zone, interface):
        log('changeZoneOfInterface', [zone, interface])
        self.now = [words for words in self.now if words[0] != 'Interface' or words[2] != interface]
        return self.addInterface(zone, interface)
    def __getattr__(self, name):
        for verb in ('query', 'add', 'remove'):
            if name.startswith(verb):
                return lambda *words, **named: self.act(verb, name[len(verb):], list(words) + list(named.values()))
        if name in ('getServices', 'getProtocols', 'getSources', 'getInterfaces', 'getIcmpBlocks', 'getRichRules'):
            return lambda zone: [words[2] for words in self.now if words[:2] == (name[3:-1], zone)]
        raise AttributeError(name)
    @true.handle_exceptions
    def act(self, verb, kind, words):
        number = {'Port': 3, 'ForwardPort': 5, 'Forward': 1, 'Masquerade': 1, 'IcmpBlockInversion': 1}.get(kind, 2)
        what = tuple([kind] + words[:number])
        if kind == 'RichRule':
            what = (kind, words[0], str(Rich_Rule(rule_str=words[1])))
        if verb == 'query':
            return what in self.now
        log(verb + kind, words)
        if os.path.exists(directory + '/refuse'):
            raise true.dbus.exceptions.DBusException('NOPE: not now', name='org.fedoraproject.FirewallD1.Exception')
        if (verb == 'add') == (what in self.now):
            raise FirewallError(errors.ALREADY_ENABLED if verb == 'add' else errors.NOT_ENABLED, ' '.join(what))
        self.now.append(what) if verb == 'add' else self.now.remove(what)
        with open(directory + '/now', 'w') as f:
            f.writelines('%r\n' % (words,) for words in sorted(self.now))
END2
