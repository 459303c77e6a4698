# What the rows of dnf5.yaml begin with: a library libdnf5 that stands in for dnf 5's, which Debian 12 does not have. It knows a few packages and a
# group; the files installed and conf have what is installed and how it was configured, and a file named after a function has the error that it raises.
mkdir libdnf5
cat > libdnf5/__init__.py <<'END2'
import fnmatch, os, sys, types
directory = os.environ['DIR']
def raising(name):
    path = '%s/%s' % (directory, name)
    if os.path.exists(path):
        raise exception.Error(open(path).read().strip())
def module(name, **content):
    result = sys.modules['libdnf5.' + name] = types.ModuleType('libdnf5.' + name)
    result.__dict__.update(content)
    return result
class Error(Exception):
    pass
class Package:
    def __init__(self, name, version, requires=(), provides=()):
        self.name, self.version, self.requires, self.provides, self.repo = name, version, requires, provides, 'toys'
    def get_nevra(self): return '%s-%s-1.noarch' % (self.name, self.version)
    def get_name(self): return self.name
    def get_arch(self): return 'noarch'
    def get_epoch(self): return '0'
    def get_release(self): return '1'
    def get_version(self): return self.version
    def get_evr(self): return self.version + '-1'
    def get_repo_id(self): return self.repo
    def is_installed(self): return self.repo == '@System'
REPOSITORY = [Package('alpha', '1.0'), Package('alpha', '2.0'), Package('beta', '1.0', ['alpha']), Package('broken', '1.0', ['nosuchthing']),
              Package('delta', '1.0'), Package('heir', '1.0', provides=['virtual'])]
GROUPS = {'@box': ['alpha', 'delta']}
def installed():
    try:
        words = open(directory + '/installed').read().split()
    except OSError:
        words = []
    result = []
    for each in REPOSITORY:
        if each.get_nevra() in words:
            result.append(Package(each.name, each.version, each.requires, each.provides))
            result[-1].repo = '@System'
    return result
def matches(package, spec):
    spec = os.path.basename(spec)[:-4] if spec.endswith('.rpm') else spec
    names = (package.name, '%s-%s' % (package.name, package.version), '%s-%s-1' % (package.name, package.version), package.get_nevra())
    return any(fnmatch.fnmatch(name, spec) for name in names)
class Nevra:
    def __init__(self, spec):
        words = os.path.basename(spec).split('-') + ['', '']
        self.name, self.version, self.release = words[0], words[1], words[2].split('.')[0]
    def has_just_name(self): return not self.version
    def get_name(self): return self.name
    def get_version(self): return self.version
    def get_release(self): return self.release
    def get_epoch(self): return ''
class PackageQuery(list):
    def __init__(self, base):
        list.__init__(self, installed() + (REPOSITORY if base.repos else []))
    def keep(self, test): self[:] = [each for each in self if test(each)]
    def filter_installed(self): self.keep(Package.is_installed)
    def filter_available(self): self.keep(lambda each: not each.is_installed())
    def filter_upgrades(self):
        there = dict((each.name, each.version) for each in installed())
        self.keep(lambda each: not each.is_installed() and each.name in there and each.version > there[each.name])
    def filter_unneeded(self): self.keep(lambda each: os.path.exists('%s/unneeded-%s' % (directory, each.name)))
    def filter_name(self, names): self.keep(lambda each: each.name in names)
    def filter_version(self, versions): self.keep(lambda each: each.version in versions)
    def filter_release(self, releases): self.keep(lambda each: '1' in releases)
    def filter_latest_evr(self, limit=1):
        self.keep(lambda each: all(each.version >= other.version for other in self[:] if other.name == each.name))
    def resolve_pkg_spec(self, spec, settings, with_src):
        self.keep(lambda each: matches(each, spec))
        return bool(self), Nevra(spec)
class Settings:
    advisories = None
    def set_group_with_name(self, on): pass
    def set_with_binaries(self, on): pass
    def set_with_provides(self, on): pass
    def set_advisory_filter(self, advisories): self.advisories = advisories
class AdvisoryQuery:
    def __init__(self, base): pass
    def filter_type(self, types): self.types = sorted(types)
class Conf:
    def __init__(self): self.pkg_gpgcheck = True
class Repo:
    Type_AVAILABLE = 0
    def expire(self): pass
    def __init__(self, name, on): self.name, self.on = name, on
    def get_id(self): return self.name
    def enable(self): self.on = True
    def disable(self): self.on = False
    def is_enabled(self): return self.on
class RepoQuery(list):
    def __init__(self, base): list.__init__(self, base.known)
    def filter_id(self, patterns, how): self[:] = [each for each in self if any(fnmatch.fnmatch(each.name, pattern) for pattern in patterns)]
    def filter_type(self, kind): pass
    def filter_enabled(self, on): self[:] = [each for each in self if each.on == on]
class Base:
    def __init__(self): self.conf, self.vars, self.known, self.repos, self.plugins = Conf(), {}, [], False, []
    def get_config(self): return self.conf
    def load_config(self): raising('load_config')
    def get_vars(self): return self
    def set(self, name, value): self.vars[name] = value
    def enable_disable_plugins(self, names, on): pass
    def setup(self): raising('setup')
    def get_plugins_info(self): return [self]
    def get_name(self): return 'actions'
    def get_logger(self): return self
    def get(self): return self
    def add_logger(self, logger): pass
    def get_repo_sack(self): return self
    def create_repos_from_system_configuration(self):
        raising('create_repos')
        self.known = [Repo('toys', True), Repo('off', False)]
    def load_repos(self, *kinds):
        raising('load_repos')
        self.repos = any(each.on for each in self.known)
        with open(directory + '/conf', 'w') as f:
            f.writelines('%s = %r\n' % each for each in sorted(list(vars(self.conf).items()) + list(self.vars.items())))
class Event:
    def __init__(self, problem, spec, text): self.problem, self.spec, self.text = problem, spec, text
    def get_problem(self): return self.problem
    def get_spec(self): return self.spec
    def to_string(self): return self.text
class Item:
    def __init__(self, action, package): self.action, self.package = action, package
    def get_action(self): return self.action
    def get_package(self): return self.package
class Goal:
    def __init__(self, base): self.base, self.incoming, self.outgoing, self.events = base, [], [], []
    def add_install(self, spec, settings):
        raising('add_install')
        if spec in GROUPS:
            for name in GROUPS[spec]:
                self.add_install(name, settings)
            return
        excluded = getattr(self.base.conf, 'excludepkgs', [])
        found = [each for each in REPOSITORY if self.base.repos and (matches(each, spec) or spec in each.provides)]
        left = [each for each in found if each.name not in excluded]
        if not left:
            text = "Argument '%s' matches only excluded packages." % spec if found else 'No match for argument: ' + spec
            self.events.append(Event(4 if found else 2, spec.lstrip('@'), text))
        for name in sorted(set(each.name for each in left)):
            self.take(max((each for each in left if each.name == name), key=lambda each: each.version))
    def take(self, package):
        if any(each.get_nevra() == package.get_nevra() for each in installed()):
            return
        for name in package.requires:
            if not any(each.name == name for each in REPOSITORY):
                if not self.base.conf.skip_broken:
                    self.events.append(Event(1, '', 'Problem: nothing provides %s needed by %s' % (name, package.get_nevra())))
                return
            if not any(each.name == name for each in installed()):
                self.add_install(name, None)
        self.incoming.append(package)
    def add_upgrade(self, spec, settings):
        for each in installed():
            if matches(each, spec) and (not settings.advisories or 'security' in settings.advisories.types):
                self.take(max((other for other in REPOSITORY if other.name == each.name), key=lambda other: other.version))
    def add_rpm_upgrade(self, settings): self.add_upgrade('*', settings)
    def add_remove(self, spec, settings): self.outgoing += [each for each in installed() if matches(each, spec)]
    def add_rpm_remove(self, package, settings): self.outgoing.append(package)
    def set_allow_erasing(self, on): self.erasing = on
    def resolve(self):
        raising('resolve')
        for each in installed():
            if set(each.requires) & set(gone.name for gone in self.outgoing) and each.name not in [gone.name for gone in self.outgoing]:
                self.outgoing.append(each) if self.erasing else self.events.append(Event(1, '', 'Problem: %s requires it' % each.get_nevra()))
        return Transaction(self)
class Transaction:
    TransactionRunResult_SUCCESS, TransactionRunResult_ERROR_CHECK, TransactionRunResult_ERROR_GPG_CHECK = 0, 3, 5
    def __init__(self, goal):
        self.events, self.items = goal.events, []
        there = dict((each.name, each) for each in installed())
        for each in goal.incoming:
            old = there.get(each.name)
            self.items.append(Item(1 if not old else 2 if old.version < each.version else 3, each))
            if old:
                self.items.append(Item(6, old))
        self.items += [Item(5, each) for each in goal.outgoing]
    def get_problems(self): return sum(set(event.problem for event in self.events))
    def get_resolve_logs(self): return self.events
    def get_transaction_packages(self): return self.items
    def download(self): raising('download')
    def set_description(self, text): pass
    def run(self):
        if os.path.exists(directory + '/signatures'):
            return 5
        if os.path.exists(directory + '/conflicts'):
            return 3
        left = [each.get_nevra() for each in installed() if each.get_nevra() not in [item.package.get_nevra() for item in self.items if item.action > 4]]
        with open(directory + '/installed', 'w') as f:
            f.writelines(sorted(each + '\n' for each in left + [item.package.get_nevra() for item in self.items if item.action < 4]))
        return 0
    def get_transaction_problems(self): return open(directory + '/conflicts').read().splitlines()
    @staticmethod
    def transaction_result_to_string(result): return 'Rpm test run failed'
    def get_gpg_signature_problems(self):
        return open(directory + '/signatures').read().splitlines() if os.path.exists(directory + '/signatures') else []
exception = module('exception', Error=Error, NonLibdnf5Exception=Error)
problems = dict(GoalProblem_NO_PROBLEM=0, GoalProblem_SOLVER_ERROR=1, GoalProblem_NOT_FOUND=2, GoalProblem_EXCLUDED=4, GoalProblem_NOT_FOUND_IN_REPOSITORIES=16)
transactions = dict(transaction_item_action_to_string=lambda n: ['', 'Install', 'Upgrade', 'Downgrade', 'Reinstall', 'Remove', 'Replaced'][n])
transaction = module('transaction', **transactions)
base = module('base', transaction=module('base.transaction', **transactions), Base=Base, Goal=Goal, GoalJobSettings=Settings, ResolveSpecSettings=Settings, Transaction=Transaction, **problems)
rpm = module('rpm', PackageQuery=PackageQuery, rpmvercmp=lambda a, b: (a > b) - (a < b))
repo = module('repo', RepoQuery=RepoQuery, Repo=Repo)
advisory = module('advisory', AdvisoryQuery=AdvisoryQuery)
common = module('common', QueryCmp_IGLOB=1048578)
logger = module('logger', Logger=type('Logger', (), dict(('Level_' + name, n) for n, name in enumerate(['CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG', 'TRACE']))), LogRouter=Base, create_file_logger=lambda base, name: None, GlobalLogger=Base)
END2
