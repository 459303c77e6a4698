"""A git repository on this host, and the remote one it follows."""
import os
import re
import shutil

_HEAD = 'HEAD'


class Repository(object):
    """dest is the work tree, or the repository itself if bare; url is the remote one, remote its name here."""

    def __init__(self, module, git, dest, url):
        self.module, self.git, self.dest, self.url = module, git, dest, url
        self.params = module.params
        self.remote, self.bare, self.version = self.params['remote'], self.params['bare'], self.params['version']

    # running git

    def run(self, *args, **kwargs):
        """(rc, stdout, stderr) of git in the repository, if there is one yet."""
        kwargs.setdefault('cwd', self.dest if self.dest and os.path.isdir(self.dest) else None)
        return self.module.run_command([self.git] + list(args), **kwargs)

    def must(self, msg, *args, **kwargs):
        """git's output; a failure fails the module with msg."""
        rc, out, err = self.run(*args, **kwargs)
        if rc != 0:
            self.module.fail_json(msg=msg, stdout=out, stderr=err, rc=rc, cmd=' '.join([self.git] + list(args)))
        return out

    def _checked(self, *args, **kwargs):
        return self.run(*args, check_rc=True, **kwargs)[1]

    # what is here

    def git_dir(self):
        """The folder of the repository's own files; .git may be a file that names it."""
        if self.bare:
            return self.dest
        path = os.path.join(self.dest, '.git')
        if not os.path.isfile(path):
            return path
        with open(path) as f:
            line = f.read().strip()
        return os.path.join(self.dest, line.split(': ', 1)[1]) if line.startswith('gitdir: ') else path

    def exists(self):
        return bool(self.dest) and os.path.exists(os.path.join(self.git_dir(), 'config'))

    def head(self):
        """The present commit; None in a repository without one."""
        rc, out, dummy = self.run('rev-parse', _HEAD)
        return out.strip() if rc == 0 else None

    def is_modified(self):
        if self.bare:
            return False
        dummy, out, dummy = self.run('status', '--porcelain')
        return any(not line.startswith('??') for line in out.splitlines())

    def reset(self):
        self._checked('reset', '--hard', _HEAD)

    def _branches(self):
        dummy, out, dummy = self.run('branch', '--no-color', '-a')
        return [line.strip() for line in out.splitlines()]

    def _head_branch(self):
        """The branch that HEAD means: the present one, else the remote's own."""
        rc, out, dummy = self.run('symbolic-ref', '-q', '--short', _HEAD)
        if rc == 0:
            return out.strip()
        prefix = 'remotes/%s/HEAD -> %s/' % (self.remote, self.remote)
        for line in self._branches():
            if line.startswith(prefix):
                return line[len(prefix):]
        return ''

    # what is there

    def _remote_refs(self, where, kind, ref):
        out = self._checked('ls-remote', where, kind, ref)
        return dict(reversed(line.split('\t', 1)) for line in out.splitlines() if '\t' in line)

    def is_remote_branch(self, where, name):
        return 'refs/heads/' + name in self._remote_refs(where, '-h', 'refs/heads/' + name)

    def is_remote_tag(self, where, name):
        return 'refs/tags/' + name in self._remote_refs(where, '-t', 'refs/tags/' + name)

    def remote_head(self, where):
        """The commit that the wanted version is in the remote repository; what is neither branch nor tag there is itself."""
        version = self.version
        if version == _HEAD and where == self.remote and not self.bare:
            version = self._head_branch() or version
        if version == _HEAD:
            refs = self._remote_refs(where, '-h', _HEAD)
            return refs.get(_HEAD) or self._remote_refs(where, _HEAD, _HEAD).get(_HEAD)
        branch = self._remote_refs(where, '-h', 'refs/heads/' + version).get('refs/heads/' + version)
        if branch:
            return branch
        tags = self._remote_refs(where, '-t', 'refs/tags/%s*' % version) if self.is_remote_tag(where, version) else {}
        return tags.get('refs/tags/%s^{}' % version) or tags.get('refs/tags/' + version) or version

    # getting it

    def clone(self):
        parent = os.path.dirname(self.dest)
        os.makedirs(parent, exist_ok=True)
        params, argv = self.params, ['clone']
        argv += ['--bare'] if self.bare else ['--origin', self.remote]
        known = self.is_remote_branch(self.url, self.version) or self.is_remote_tag(self.url, self.version)
        argv += self._limits(known)
        if params['reference']:
            argv += ['--reference', params['reference']]
        if params['separate_git_dir']:
            argv.append('--separate-git-dir=' + params['separate_git_dir'])
        self.run(*(argv + [self.url, self.dest]), check_rc=True, cwd=parent)
        if self.bare and self.remote != 'origin':
            self._checked('remote', 'add', self.remote, self.url)
        if params['refspec']:
            self._checked('fetch', *(self._depth() + [self.remote, params['refspec']]))

    def _limits(self, known):
        """--depth, --single-branch and --branch, which need a version that the remote repository knows by name."""
        params, argv = self.params, []
        if not (known or self.version == _HEAD or params['refspec']):
            if params['depth']:
                self.module.warn('Ignoring depth argument. Shallow clones are only available for HEAD, branches, tags or in combination with refspec.')
            return argv
        argv += self._depth()
        if params['single_branch']:
            argv.append('--single-branch')
        if known and (params['depth'] or params['single_branch']):
            argv += ['--branch', self.version]
        return argv

    def _depth(self):
        return ['--depth', str(self.params['depth'])] if self.params['depth'] else []

    def fetch(self):
        what = self._refspecs()
        argv = ['fetch'] + (self._depth() if what else [] if self.bare else ['--tags'])
        if self.params['force']:
            argv.append('--force')
        argv += [self.remote] + what + ([self.params['refspec']] if self.params['refspec'] else [])
        rc, out, err = self.run(*argv)
        if rc != 0:
            self.module.fail_json(msg='Failed to download remote objects and refs: %s %s' % (out, err), cmd=[self.git] + argv)

    def _refspecs(self):
        """What to fetch of a bare repository, or with a depth; [] for all."""
        if self.bare:
            return ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
        if not self.params['depth']:
            return []
        name = self._head_branch() if self.version == _HEAD else self.version
        if name and self.is_remote_branch(self.url, name):
            self.run('remote', 'set-branches', '--add', self.remote, name)  # a shallow clone follows one branch only
            return ['+refs/heads/%s:refs/remotes/%s/%s' % (name, self.remote, name)]
        if name and self.is_remote_tag(self.url, name):
            return ['+refs/tags/%s:refs/tags/%s' % (name, name)]
        return []

    def remote_url(self):
        """The address that the remote has now; None without one."""
        rc, out, dummy = self.run('ls-remote', '--get-url', self.remote)
        return out.strip() if rc == 0 else None

    def set_remote_url(self):
        rc, out, err = self.run('remote', 'set-url', self.remote, self.url)
        if rc != 0:
            self.module.fail_json(msg='Failed to set a new url %s for %s: %s %s' % (self.url, self.remote, out, err))

    # the wanted version

    def switch(self):
        version = self.version
        if version == _HEAD:
            version = self._head_branch()
            self.must('Failed to checkout branch %s' % version, 'checkout', '--force', version)
            self.must('Failed to checkout branch %s' % version, 'reset', '--hard', '%s/%s' % (self.remote, version), '--')
        elif self.is_remote_branch(self.remote, version):
            self._switch_branch(version)
        else:
            self.must('Failed to checkout %s' % version, 'checkout', '--force', version)
        if self.params['verify_commit']:
            self.verify()

    def _switch_branch(self, name):
        msg = 'Failed to checkout branch %s' % name
        if self.run('rev-parse', '-q', '--verify', 'refs/heads/' + name)[0] != 0:
            self.must(msg, 'checkout', '--track', '-b', name, '%s/%s' % (self.remote, name))
            return
        self.must('Failed to checkout %s' % name, 'checkout', '--force', name)
        self.must(msg, 'reset', '--hard', '%s/%s' % (self.remote, name))

    def verify(self):
        """Fail unless the version has a good signature, by one of the allowed keys if some are named."""
        version, allowed = self.version, self.params['gpg_allowlist']
        dummy, out, dummy = self.run('for-each-ref', 'refs/tags/', '--format', '%(objecttype):%(refname:short)')
        verb = 'verify-tag' if 'tag:' + version in out.splitlines() else 'verify-commit'
        rc, out, err = self.run(*([verb, version] + (['--raw'] if allowed else [])))
        if rc != 0:
            self.module.fail_json(msg='Failed to verify GPG signature of commit/tag "%s"' % version, stdout=out, stderr=err, rc=rc)
        fingerprint = signer(err) if allowed else None
        if allowed and fingerprint not in allowed:
            self.module.fail_json(msg='The gpg_allowlist does not include the public key "%s" for this commit' % fingerprint,
                                  stdout=out, stderr=err, rc=rc)

    # submodules

    def update_submodules(self):
        """Bring the submodules to where the work tree (or their own remotes) wants them; returns whether any moved."""
        if not os.path.exists(os.path.join(self.dest, '.gitmodules')):
            return False
        before = self._submodules()
        self._checked('submodule', 'sync')
        argv = ['submodule', 'update', '--init', '--recursive']
        if self.params['track_submodules']:
            argv.append('--remote')
        if self.params['force']:
            argv.append('--force')
        self.must('Failed to init/update submodules', *argv)
        return self._submodules() != before

    def _submodules(self):
        """Each submodule's mark, commit and path."""
        dummy, out, dummy = self.run('submodule', 'status', '--recursive')
        return [line.split(' (')[0] for line in out.splitlines()]

    # what differs

    def difference(self, before, after):
        """A diff of two commits for the result; {} where there is none."""
        if before is None:
            return {'prepared': '>> Newly checked out %s' % after}
        if before == after:
            return {}
        self.fetch()
        rc, out, err = self.run('diff', before, after)
        if rc == 0 and out:
            return {'prepared': out}
        if rc == 0:
            return {'prepared': '>> No visual differences between %s and %s' % (before, after)}
        return {'prepared': '>> Failed to get proper diff between %s and %s:\n>> %s' % (before, after, err)}

    # the repository's own folder

    def move_git_dir(self, to):
        """Keep the repository's files in another folder from now on."""
        old = self.git_dir()
        try:
            shutil.move(old, to)
            with open(os.path.join(self.dest, '.git'), 'w') as f:
                f.write('gitdir: %s' % to)
        except (IOError, OSError) as e:
            if os.path.exists(to) and not os.path.exists(old):
                shutil.move(to, old)
            self.module.fail_json(msg='Unable to move git dir. %s' % e)


def signer(status):
    """The fingerprint of the key that made a signature, from gpg's status lines; None if they tell none."""
    match = re.search(r'^\[GNUPG:\] VALIDSIG (?P<key>\S+)(?:.* (?P<primary>[0-9A-F]{40}))?\s*$', status, re.M)
    return match and (match.group('primary') or match.group('key'))
