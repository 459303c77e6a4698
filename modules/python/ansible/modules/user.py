"""user: accounts of the host, through the tools of shadow-utils (or of libuser, with local)."""
import os
import re
import shutil
import socket
import time

from ansible.module_utils import accounts, ssh_keygen
from ansible.module_utils.basic import AnsibleModule

REUSABLE_PROCESS = True

DAY = 86400

OPTIONS = dict(
    state=dict(type='str', default='present', choices=['absent', 'present']),
    name=dict(type='str', required=True, aliases=['user']),
    uid=dict(type='int'),
    non_unique=dict(type='bool', default=False),
    group=dict(type='str'),
    groups=dict(type='list', elements='str'),
    comment=dict(type='str'),
    home=dict(type='path'),
    shell=dict(type='path'),
    password=dict(type='str', no_log=True),
    login_class=dict(type='str'),
    password_expire_max=dict(type='int', no_log=False),
    password_expire_min=dict(type='int', no_log=False),
    password_expire_warn=dict(type='int', no_log=False),
    hidden=dict(type='bool'),
    seuser=dict(type='str'),
    force=dict(type='bool', default=False),
    remove=dict(type='bool', default=False),
    create_home=dict(type='bool', default=True, aliases=['createhome']),
    skeleton=dict(type='str'),
    system=dict(type='bool', default=False),
    move_home=dict(type='bool', default=False),
    append=dict(type='bool', default=False),
    generate_ssh_key=dict(type='bool'),
    ssh_key_bits=dict(type='int', default=0),
    ssh_key_type=dict(type='str', default='rsa'),
    ssh_key_file=dict(type='path'),
    ssh_key_comment=dict(type='str', default='ansible-generated on %s' % socket.gethostname()),
    ssh_key_passphrase=dict(type='str', no_log=True),
    update_password=dict(type='str', default='always', choices=['always', 'on_create'], no_log=False),
    expires=dict(type='float'),
    password_lock=dict(type='bool', no_log=False),
    local=dict(type='bool'),
    profile=dict(type='str'),
    authorization=dict(type='str'),
    role=dict(type='str'),
    umask=dict(type='str'),
    password_expire_account_disable=dict(type='int', no_log=False),
    uid_min=dict(type='int'),
    uid_max=dict(type='int'),
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    for option in ('umask', 'uid_min', 'uid_max'):
        if module.params['local'] and module.params[option] is not None:
            module.fail_json(msg="'%s' can not be used with 'local'" % option)
    if module.params['append'] and module.params['groups'] is None:
        module.warn("'append' is set, but no 'groups' are specified. Use 'groups' for appending new groups."
                    'This will change to an error in Ansible 2.14.')
    password = module.params['password']
    if password and not looks_hashed(password):
        module.warn("The input password appears not to have been hashed. The 'password' argument must be encrypted "
                    'for this module to work properly.')
    User(module).run()


# Lengths of the last field for the hashes that crypt(3) names by number.
HASH_LENGTHS = {'1': 22, '5': 43, '6': 86}


def looks_hashed(password):
    """Whether password can be what crypt(3) made, or a mark that locks the account."""
    if password in ('*', '!', '*************'):
        return True
    fields = password.lstrip('!').split('$')
    if ':' in password or len(fields) < 3:
        return False
    last = fields[-1]
    if re.search(r'[^a-zA-Z0-9./=]', last):
        return False
    return len(last) == HASH_LENGTHS.get(fields[1], len(last))


class User(object):
    """One account; out and err collect what the programs said."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.name = module.params['name']
        self.out = self.err = ''

    def run(self):
        state = self.params['state']
        result = dict(name=self.name, state=state)
        entry = self.entry()
        if state == 'absent':
            result.update(self.absent(entry))
        elif entry is None:
            result.update(self.create())
        else:
            result.update(self.modify(entry))
        if state == 'present':
            result.update(self.describe())
        for key, text in (('stdout', self.out), ('stderr', self.err)):
            if text:
                result[key] = text
        self.module.exit_json(**result)

    def entry(self):
        return accounts.find_user(self.name, self.params['local'])

    # --- the three things that can happen

    def absent(self, entry):
        if entry is None:
            return dict(changed=False)
        self.foretell()
        flags = ['-f'] if self.params['force'] and not self.params['local'] else []
        if self.params['remove']:
            flags.append('-r')
        self.call('userdel', flags)
        return dict(changed=True, force=self.params['force'], remove=self.params['remove'])

    def create(self):
        self.foretell()
        if self.params['local']:
            self.program('groupmod')
        groups = self.wanted_groups()
        self.check_group()
        self.call('useradd', self.identity_flags() + self.creation_group_flags(groups) + self.creation_flags())
        self.chage(self.ageing(accounts.shadow(self.name)))
        if self.params['local']:
            self.local_extras(groups)
        result = dict(changed=True, system=self.params['system'], create_home=self.params['create_home'])
        self.key(result)
        return result

    def modify(self, entry):
        if self.params['local']:
            self.program('groupmod')
        shadow = accounts.shadow(self.name)
        groups = self.wanted_groups()
        flags = self.changed_flags(entry, shadow, groups)
        ages = self.ageing(shadow)
        changed = bool(flags or ages)
        if flags and not self.module.check_mode:
            self.call('usermod', flags)
        if not self.module.check_mode:
            self.chage(ages)
        if self.params['local'] and groups is not None:
            changed = self.local_groups(groups) or changed
        result = dict(changed=changed, append=self.params['append'], move_home=self.params['move_home'])
        if self.make_home():
            result['changed'] = True
        self.key(result)
        return result

    # --- arguments of useradd

    def identity_flags(self):
        if self.params['uid'] is None:
            return []
        flags = ['-u', str(self.params['uid'])]
        return flags + ['-o'] if self.params['non_unique'] else flags

    def creation_group_flags(self, groups):
        flags = ['-Z', self.params['seuser']] if self.params['seuser'] is not None else []
        if self.params['group'] is not None:
            flags += ['-g', self.params['group']]
        elif accounts.find_group(self.name):
            # a group of the user's own name exists: useradd must neither make nor refuse it
            flags += ['-n'] if self.params['local'] else ['-N']
        if groups and not self.params['local']:
            flags += ['-G', ','.join(groups)]
        return flags

    def creation_flags(self):
        params = self.params
        flags = []
        for option, flag in (('comment', '-c'), ('home', '-d'), ('shell', '-s')):
            if params[option] is not None:
                flags += [flag, params[option]]
        if not params['local']:
            if params['expires'] is not None:
                flags += ['-e', expiry_date(params['expires'])]
            if params['password_expire_account_disable'] is not None:
                flags += ['-f', str(params['password_expire_account_disable'])]
        if params['password'] is not None:
            flags += ['-p', ('!' if params['password_lock'] else '') + params['password']]
        return flags + self.home_flags() + self.range_flags()

    def home_flags(self):
        if not self.params['create_home']:
            return ['-M']
        flags = [] if self.params['local'] else ['-m']
        if self.params['skeleton'] is not None:
            flags += ['-k', self.params['skeleton']]
        if self.params['umask'] is not None:
            flags += ['-K', 'UMASK=' + self.params['umask']]
        return flags

    def range_flags(self):
        flags = ['-r'] if self.params['system'] else []
        for option in ('uid_min', 'uid_max'):
            if self.params[option] is not None:
                flags += ['-K', '%s=%d' % (option.upper(), self.params[option])]
        return flags

    # --- arguments of usermod

    def changed_flags(self, entry, shadow, groups):
        flags = []
        if self.params['uid'] is not None and self.params['uid'] != entry.pw_uid:
            flags += self.identity_flags()
        flags += self.primary_group_flags(entry)
        if not self.params['local']:
            flags += self.groups_flags(groups)
        if self.params['comment'] is not None and self.params['comment'] != entry.pw_gecos:
            flags += ['-c', self.params['comment']]
        if self.params['home'] is not None and self.params['home'] != entry.pw_dir:
            flags += ['-d', self.params['home']] + (['-m'] if self.params['move_home'] else [])
        if self.params['shell'] is not None and self.params['shell'] != entry.pw_shell:
            flags += ['-s', self.params['shell']]
        if not self.params['local']:
            flags += self.expiry_flags(shadow)
        return flags + self.password_flags(shadow)

    def primary_group_flags(self, entry):
        if self.params['group'] is None:
            return []
        gid = self.check_group().gr_gid
        return ['-g', str(gid)] if gid != entry.pw_gid else []

    def check_group(self):
        """The primary group that is asked for; it must exist."""
        if self.params['group'] is None:
            return None
        found = accounts.find_group(self.params['group'])
        if found is None:
            self.module.fail_json(msg='Group %s does not exist' % self.params['group'])
        return found

    def wanted_groups(self):
        """Names of the supplementary groups that are asked for, sorted; None if not asked."""
        if self.params['groups'] is None:
            return None
        names = set()
        for given in self.params['groups']:
            given = given.strip()
            if given:
                found = accounts.find_group(given)
                if found is None:
                    self.module.fail_json(msg='Group %s does not exist' % given)
                names.add(found.gr_name)
        return sorted(names)

    def groups_flags(self, groups):
        if groups is None:
            return []
        now = set(accounts.memberships(self.name))
        if self.params['append']:
            own = self.primary_name()
            missing = [name for name in groups if name not in now and name != own]
            return ['-a', '-G', ','.join(missing)] if missing else []
        if set(groups) == now:
            return []
        return ['-G', ','.join(groups)]

    def primary_name(self):
        found = accounts.find_group(str(self.entry().pw_gid))
        return found.gr_name if found else None

    def expiry_flags(self, shadow):
        flags = []
        if self.params['expires'] is not None:
            wanted, now = expiry_days(self.params['expires']), number(shadow.get('expires'))
            if wanted != now:
                flags += ['-e', expiry_date(self.params['expires'])]
        inactive = self.params['password_expire_account_disable']
        if inactive is not None and inactive != number(shadow.get('inactive')):
            flags += ['-f', str(inactive)]
        return flags

    def password_flags(self, shadow):
        """A lock is a ! before the hash; it changes together with a new password, or by -L and -U."""
        now, wanted, lock = shadow.get('password', ''), self.params['password'], self.params['password_lock']
        if (wanted is not None and self.params['update_password'] == 'always'
                and (now.lstrip('!') != wanted.lstrip('!') or not wanted)):
            if now == wanted:
                return []
            return ['-p', ('!' if lock else '') + wanted]
        if lock is True and not now.startswith('!'):
            return ['-L']
        if lock is False and now.startswith('!'):
            return ['-U']
        return []

    # --- ageing

    def ageing(self, shadow):
        """Flags of chage for what differs."""
        flags = []
        for flag, option, field in (('-m', 'password_expire_min', 'min'), ('-M', 'password_expire_max', 'max'),
                                    ('-W', 'password_expire_warn', 'warn')):
            wanted = self.params[option]
            if wanted is not None and wanted != number(shadow.get(field)):
                flags += [flag, str(wanted)]
        return flags

    def chage(self, flags):
        if flags:
            self.call('chage', flags)

    # --- what libuser's tools do apart

    def local_extras(self, groups):
        if self.params['expires'] is not None and self.params['expires'] >= 0:
            self.call('chage', ['-E', str(expiry_days(self.params['expires']))])
        self.local_groups(groups or [])

    def local_groups(self, groups):
        """Adds and removes the membership group by group; says whether any changed."""
        now = set(accounts.memberships(self.name))
        add = [name for name in groups if name not in now]
        drop = [] if self.params['append'] else sorted(now - set(groups))
        for flag, names in (('-M', add), ('-m', drop)):
            for name in names if not self.module.check_mode else []:
                self.execute([self.program('groupmod'), flag, self.name, name])
        return bool(add or drop)

    # --- home and key

    def make_home(self):
        """Makes the home of an account that has none; says whether it did."""
        entry = self.entry()
        home = entry.pw_dir
        if not self.params['create_home'] or os.path.exists(home):
            return False
        if self.module.check_mode:
            return True
        skeleton = self.params['skeleton'] or '/etc/skel'
        try:
            if os.path.exists(skeleton):
                shutil.copytree(skeleton, home, symlinks=True)
            else:
                os.makedirs(home)
            os.chmod(home, self.home_mode())
            own(home, entry)
        except OSError as error:
            self.module.exit_json(failed=True, msg=str(error))
        return True

    def home_mode(self):
        if self.params['umask'] is not None:
            return 0o777 & ~int(self.params['umask'], 8)
        return accounts.home_mode()

    def key(self, result):
        """Makes the ssh key where asked for, and tells of it."""
        if not self.params['generate_ssh_key']:
            return
        path = self.key_path()
        if not os.path.exists(path) or self.params['force']:
            result['changed'] = True
            if self.module.check_mode:
                result.update(ssh_fingerprint='', ssh_key_file=path, ssh_public_key=None)
                return
            self.make_key(path)
        else:
            self.module.warn('Found existing ssh key private file "%s", no force, so skipping ssh-keygen generation' % path)
        rc, out, err = self.module.run_command([self.module.get_bin_path('ssh-keygen', True), '-l', '-f', path])
        result['ssh_fingerprint'] = out.strip() if rc == 0 else err.strip()
        result['ssh_key_file'] = path
        try:
            with open(path + '.pub', errors='surrogateescape') as stream:
                result['ssh_public_key'] = stream.read().strip()
        except OSError:
            result['ssh_public_key'] = None

    def key_path(self):
        given = self.params['ssh_key_file'] or '.ssh/id_%s' % self.params['ssh_key_type']
        home = self.entry().pw_dir
        if not os.path.exists(home) and not os.path.isabs(given) and not self.module.check_mode:
            self.module.fail_json(name=self.name, msg='User %s home directory does not exist' % self.name)
        return os.path.join(home, given)

    def make_key(self, path):
        entry = self.entry()
        folder = os.path.dirname(path)
        if not os.path.exists(folder):
            os.mkdir(folder, 0o0700)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        for old in (path, path + '.pub'):
            if os.path.exists(old):
                os.remove(old)
        argv = [self.module.get_bin_path('ssh-keygen', True), '-t', self.params['ssh_key_type']]
        if self.params['ssh_key_bits']:
            argv += ['-b', str(self.params['ssh_key_bits'])]
        argv += ['-C', self.params['ssh_key_comment'], '-f', path]
        rc, out, err = ssh_keygen.generate(self.module, argv, self.params['ssh_key_passphrase'])
        if rc != 0:
            self.module.fail_json(name=self.name, msg=err or out, rc=rc)
        for made in (path, path + '.pub'):
            os.chown(made, entry.pw_uid, entry.pw_gid)

    # --- the result and the programs

    def describe(self):
        entry = self.entry()
        if entry is None:
            return {}
        facts = dict(uid=entry.pw_uid, group=entry.pw_gid, comment=entry.pw_gecos, home=entry.pw_dir,
                     shell=entry.pw_shell)
        if self.params['groups'] is not None:
            facts['groups'] = ','.join(self.params['groups'])
        if self.params['password'] is not None:
            facts['password'] = 'NOT_LOGGING_PASSWORD'
        return facts

    def foretell(self):
        """In check mode a user who comes or goes ends the module here."""
        if self.module.check_mode:
            self.module.exit_json(changed=True)

    def program(self, name):
        return self.module.get_bin_path('l' + name if self.params['local'] else name, True)

    def call(self, name, flags):
        self.execute([self.program(name)] + flags + [self.name])

    def execute(self, argv):
        rc, out, err = self.module.run_command(argv)
        self.out += out
        self.err += err
        if rc != 0:
            self.module.fail_json(name=self.name, msg=err, rc=rc)


def expiry_date(stamp):
    """What useradd and usermod call no expiry is the empty date."""
    return '' if stamp < 0 else time.strftime('%Y-%m-%d', time.gmtime(stamp))


def expiry_days(stamp):
    return None if stamp < 0 else int(stamp // DAY)


def number(text):
    """A field of the shadow file; empty and -1 both mean unset."""
    return int(text) if text and text.lstrip('-').isdigit() and int(text) >= 0 else None


def own(folder, entry):
    """Gives folder and all in it to the account."""
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            os.lchown(os.path.join(place, name), entry.pw_uid, entry.pw_gid)


if __name__ == '__main__':
    main()
