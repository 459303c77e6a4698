"""Runs modules as Ansible does: new-style ones in the forked child itself, the others as programs."""
import errno
import fcntl
import json
import marshal
import os
import signal
import sys

NEW_STYLE, WANT_JSON, OLD_STYLE, BINARY, JSON_ARGS = range(5)
JSON_MARK = b"<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>"


class Module:
    """One call of a module: its files, its arguments, its private temporary folder."""

    def __init__(self, agent, fields, first):
        self.agent, self.fields, self.first = agent, fields, first
        self.main, self.kind = fields["main"], fields.get("kind", NEW_STYLE)
        self.manifest = agent.store.manifest(fields["manifest"])
        runs = self.kind and not agent.store.text(self.manifest[self.main]).startswith(b"#!")
        self.folder = agent.tmp.make(fields.get("remote_tmp"), self.kind or fields.get("attach"), runs)

    def order(self, known):
        """Gives what a child that was forked ahead has to know: of its payload the compiled files that it does not know yet."""
        digest, codes, news = self.fields["manifest"], [], None
        if digest not in known:
            lacking = [(d, p) for p, d in self.manifest.items() if (d, p) not in known]
            codes = [self.agent.store.packed(*key) for key in lacking]
            news = self.manifest, [(d, p, len(code)) for (d, p), code in zip(lacking, codes)]
            known.update(lacking + [digest])
        order = json.dumps([self.fields, self.folder, news]).encode()
        return b"".join([len(order).to_bytes(4, "big"), order] + codes + [self.first])

    @classmethod
    def ordered(cls, agent, source):
        """In a child that was forked ahead: makes the module of an order."""
        module, store = cls.__new__(cls), agent.store
        module.fields, module.folder, news = json.loads(source.take(int.from_bytes(source.take(4), "big")).decode())
        module.agent, module.first, module.main, module.kind = agent, b"", module.fields["main"], NEW_STYLE
        if news:
            manifest, codes = news
            store.manifests[module.fields["manifest"]] = manifest
            store.held.update(manifest.values())
            for digest, path, size in codes:
                store.codes[digest, path] = marshal.loads(source.take(size))
            if AFRESH in manifest:
                agent.preload.prepare(manifest, [module_name(p) for p in sorted(manifest) if "/module_utils/" in p])
        module.manifest = store.manifests[module.fields["manifest"]]
        return module

    def warm(self):
        """Before the fork: loads what every child would have to load."""
        if self.kind == NEW_STYLE:
            self.agent.preload.prepare(self.manifest, ["ansible.module_utils.basic"])

    def run(self, feed, note):
        self._environment()
        feed = Input(self.first, feed)
        args = self._attach(feed, self.agent.common[:self.fields.get("common", 0)] + feed.take(self.fields["args"]))
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        watch(feed.fd)
        try:
            return self._program(args) if self.kind else self._python(args, note)
        finally:
            watch(feed.fd, False)  # what it leaves running may have the input, too

    def _environment(self):
        for name, value in (self.fields.get("env") or {}).items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        time.tzset()  # /etc/localtime may have changed since the agent's start
        if self.fields.get("nofile") and self.kind == NEW_STYLE:
            import resource
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # -1: none
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(self.fields["nofile"], hard % 2 ** 63), hard))

    def _attach(self, feed, args):
        """Writes the attachments, and gives the arguments with their paths. Of equal keys of an object the last one counts."""
        extra = {}
        for item in self.fields.get("attach", ()):
            path = os.path.join(self.folder, item["name"])
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            feed.copy(item["size"], fd)
            os.close(fd)
            extra[item["param"]] = path
        if self.folder:
            extra["_ansible_tmpdir"] = self.folder + "/"
        if not extra:
            return args
        separator = b", " if args.strip() != b"{}" else b""
        return args.rstrip()[:-1] + separator + json.dumps(extra).encode()[1:]

    def _python(self, args, note):
        importer, code, returned = self.agent.preload.importer, 0, False
        self.agent.preload.enter(self.manifest)
        try:
            if "ansible/module_utils/basic.py" in self.manifest:
                __import__("ansible.module_utils.basic")
                basic = sys.modules["ansible.module_utils.basic"]
                basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = b'{"ANSIBLE_MODULE_ARGS": ' + args + b"}", "legacy"
            run_main(importer, self.main)
            returned = True
        except BaseException:
            code = failure(note)
        names = self.agent.preload.used()
        if not code and (names or returned):
            write_note(note, {"returned": True} if returned else {"imports": names})
        return code

    def _program(self, args):
        content = self.agent.store.text(self.manifest[self.main])
        if self.kind == JSON_ARGS:
            content = content.replace(JSON_MARK, args)
        program = self._write(os.path.basename(self.main), content, 0o700)
        command = self._interpreter(content) + [program]
        if self.kind in (WANT_JSON, BINARY):
            command.append(self._write("args", args, 0o600))
        elif self.kind == OLD_STYLE:
            command.append(self._write("args", old_style(json.loads(args.decode())), 0o600))
        pid = os.fork()
        if pid == 0:
            self._exec(command)
        status = os.waitpid(pid, 0)[1]
        return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)

    def _exec(self, command):
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        try:
            os.execvp(command[0], command)
        except OSError as e:
            sys.stderr.write("%s: %s\n" % (command[0], e.strerror))
            sys.stderr.flush()
        os._exit(127)

    def _interpreter(self, content):
        """Gives the words of the first line, so that a noexec file system does not matter. Python's is the agent's own."""
        if not content.startswith(b"#!"):
            return []
        words = os.fsdecode(content[2:].split(b"\n", 1)[0]).split(None, 1)
        if not words:
            return []
        name = os.path.basename(words[0])
        chosen = (self.fields.get("interpreters") or {}).get(name)
        if chosen:
            return chosen.split() + words[1:]
        if name == "env" and len(words) == 2:
            name = words[1].split()[0]
        return [sys.executable] if name.startswith("python") else words

    def _write(self, name, content, mode):
        path = os.path.join(self.folder, name)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        Input(content).copy(len(content), fd)
        os.close(fd)
        return path

    def clean(self):
        if self.folder and "keep" not in self.fields:
            remove_tree(self.folder)

    def ended(self, note):
        """Learns from the child's note, and gives what the controller shall know of it."""
        note = json.loads(note.decode()) if note else {}
        if note.get("imports"):
            self.agent.later(lambda: self.agent.preload.learn(self.fields["manifest"], self.manifest, note["imports"]))
        if "keep" in self.fields:
            note["kept"] = self.folder
        return note if "imports" not in note or "kept" in note else None


def watch(fd, on=True):
    """Lets the kernel kill this process group when the other end of an input that is read to its end closes: the agent has gone."""
    for order, value in (("OWN", -os.getpid()), ("SIG", signal.SIGKILL), ("FL", on and os.O_ASYNC)):
        quietly(fcntl.fcntl, fd, getattr(fcntl, "F_SET" + order, -1), value)


def old_style(args):
    """Gives key=value text, quoted as for a shell: the task's own arguments first."""
    import shlex
    names = sorted(args, key=lambda name: name.startswith("_ansible_"))
    return "".join("%s=%s " % (n, shlex.quote(str(args[n]))) for n in names).encode("utf-8", "surrogateescape")


class Tmp:
    """Makes the private folders of tasks, under the first of the candidates where that works."""

    def __init__(self, candidates):
        self.candidates, self.count = candidates, 0

    def make(self, first, needed, runs):
        """Gives a new folder, first of all in another place than usual, and one where programs can be run if one runs there. None says
        that there is none, and it was not needed."""
        problem = None
        for parent in ([first] if first else []) + self.candidates:
            try:
                folder = self._make(os.path.expanduser(os.path.expandvars(parent)))
                if not runs or not os.statvfs(folder).f_flag & os.ST_NOEXEC:
                    return folder
                os.rmdir(folder)
                raise OSError(errno.EACCES, "no program runs in", parent)
            except OSError as e:
                problem = problem or e
        if needed:
            raise problem

    def _make(self, parent):
        self.count += 1
        folder = os.path.join(parent, "ansible-tmp-%.6f-%d-%d" % (time.time(), os.getpid(), self.count))
        if not os.path.isdir(parent):
            os.makedirs(parent, 0o700)
        os.mkdir(folder, 0o700)
        return folder


def state(paths):
    """Gives what differs once files have been changed."""
    return [s and (s.st_mtime, s.st_size, s.st_ino) for s in (quietly(os.stat, p) for p in paths)]


def text_of(path):
    try:
        with open(path, errors="surrogateescape") as f:
            return f.read()
    except OSError:
        return ""


class Login:
    """What has changed since the start for a new login of this user: in the environment, where PAM let the user in by a service, and in
    what the user is and may do, where another agent made this one."""

    FILES = ["/etc/environment", "/etc/default/locale", os.path.expanduser("~/.pam_environment")]
    RIGHTS = FILES + ["/etc/security/limits.conf", "/etc/security/limits.d", "/etc/sudoers", "/etc/sudoers.d"]
    USERS = ["/etc/passwd", "/etc/group"]

    def __init__(self, store, fields):
        self.store, self.service, self.user, self.late = store, fields.get("service"), fields.get("user"), fields.get("late")
        self.paths = self.FILES if self.service else self.RIGHTS if self.user else []
        self.before, self.texts = state(self.paths), self.service and {p: text_of(p) for p in self.paths}
        self.users, self.entries = state(self.USERS), self.user and self.mentions()

    def mentions(self):
        """Gives the lines that name the user."""
        return [line for p in self.USERS for line in text_of(p).split("\n") if self.user in line.replace(",", ":").split(":")]

    def changed(self):
        return state(self.paths) != self.before

    def outdated(self):
        """Reports whether this agent has to be started anew to be what such an agent is now."""
        if self.user and self.users != state(self.USERS):
            self.users = state(self.USERS)
            if self.mentions() != self.entries:
                self.before = None
        return self.user and self.changed()

    def lacking(self):
        """Gives the digests of what changes needs and the agent does not hold."""
        return {self.late} if self.service and self.changed() and not self.store.has(self.late) else set()

    def changes(self):
        """Gives {name: value}, for what has gone the value None."""
        if not self.service or not self.changed():
            return {}
        if "since" not in globals():
            exec(self.store.text(self.late), globals())
        return since(self.service, self.texts, {p: text_of(p) for p in self.paths})
