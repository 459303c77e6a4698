"""Tests of the agent's parts by themselves. The first argument is the folder of its files, in their order the others."""
import ast
import hashlib
import os
import random
import sys
import tempfile
import unittest
import zlib

folder, names = sys.argv[1], sys.argv[2:]
for name in names:
    with open(os.path.join(folder, name + ".py")) as f:
        text = f.read()
    if sys.version_info >= (3, 8):
        ast.parse(text, feature_version=(3, 6))
    exec(compile(text, name + ".py", "exec"))


class DecoderTest(unittest.TestCase):
    def test_any_pieces(self):
        rng = random.Random(1)
        frames = [Frame(rng.randrange(9), i, rng.randrange(99), {"n": i}, os.urandom(rng.randrange(3000)), i % 3) for i in range(50)]
        data = b"".join(f.encode() for f in frames)
        for _ in range(20):
            decoder, found, at = Decoder(), [], 0
            while at < len(data):
                step = rng.choice((1, 7, HEAD.size, 5000))
                found += decoder.feed(data[at:at + step])
                at += step
            self.assertEqual([f.encode() for f in frames], [f.encode() for f in found])
            self.assertEqual(len(decoder.buffer), 0)

    def test_refuses_what_is_too_large(self):
        for size, header in ((MAX_FRAME + 1, 0), (0xFFFFFFFF, 0), (1, 2)):
            self.assertRaises(ProtocolError, Decoder().feed, HEAD.pack(size, 0, 0, 1, 0, header))

    def test_anything(self):
        rng = random.Random(2)
        for _ in range(3000):
            decoder = Decoder()
            try:
                for _ in range(5):
                    for frame in decoder.feed(bytes(rng.randrange(256) for _ in range(rng.randrange(40)))):
                        frame.fields()
            except (ProtocolError, ValueError):
                pass
            self.assertLessEqual(len(decoder.buffer), MAX_FRAME + HEAD.size)


class StoreTest(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.join(tempfile.mkdtemp(), "cache")

    def tearDown(self):
        remove_tree(os.path.dirname(self.folder))

    def store(self, **options):
        return Store(self.folder, options.get("bytes", 1 << 20), 30)

    def put(self, store, content):
        digest, packed = hashlib.sha256(content).hexdigest(), zlib.compress(content)
        store.add_part(digest, packed[:5], False)
        store.add_part(digest, packed[5:], True)
        return digest

    def test_keeps(self):
        digest = self.put(self.store(), b"x = 1")
        again = self.store()
        self.assertTrue(again.has(digest))
        self.assertEqual(again.get(digest), b"x = 1")

    def test_refuses_another_content(self):
        store = self.store()
        self.assertRaises(ValueError, store.add_part, "0" * 64, zlib.compress(b"evil"), True)
        self.assertFalse(store.has("0" * 64))

    def test_does_not_trust_a_damaged_file(self):
        digest = self.put(self.store(), b"x = 1")
        with open(os.path.join(self.folder, digest), "w") as f:
            f.write("x = 2")
        self.assertFalse(self.store().has(digest))

    def test_does_not_trust_a_damaged_code(self):
        store = self.store()
        digest = self.put(store, b"x = 1")
        store.code(digest, "x.py")
        for name in os.listdir(self.folder):
            if name != digest:
                with open(os.path.join(self.folder, name), "r+b") as f:
                    f.seek(40)
                    f.write(b"\0")
        space = {}
        exec(self.store().code(digest, "x.py"), space)
        self.assertEqual(space["x"], 1)

    def test_is_bounded(self):
        store = self.store()
        for i in range(10):
            self.put(store, os.urandom(1000))
        self.assertLessEqual(len(self.store(bytes=5000).held), 5)
        self.assertLessEqual(len(os.listdir(self.folder)), 5)

    def test_refuses_a_folder_of_others(self):
        target = tempfile.mkdtemp()
        os.makedirs(os.path.dirname(self.folder), exist_ok=True)
        os.symlink(target, self.folder)
        self.assertIsNone(self.store().folder)
        os.rmdir(target)
        os.unlink(self.folder)


class ImporterTest(unittest.TestCase):
    def setUp(self):
        self.store = Store("/proc/none", 0, 1)
        self.importer = Importer(self.store)
        sys.meta_path.insert(0, self.importer)
        self.preload = Preload(self.importer)

    def tearDown(self):
        sys.meta_path.remove(self.importer)
        for name in [n for n in sys.modules if from_payload(n)]:
            del sys.modules[name]

    def manifest(self, **files):
        manifest = {}
        for path, text in files.items():
            digest = hashlib.sha256(text.encode()).hexdigest()
            self.store.memory[digest] = text.encode()
            manifest["ansible/" + path.replace("__", "/") + ".py"] = digest
        return manifest

    def test_folders_are_packages(self):
        self.importer.use(self.manifest(a__b__c="X = 1"))
        import ansible.a.b.c
        self.assertEqual(ansible.a.b.c.X, 1)
        self.assertEqual(ansible.a.b.c.__spec__.origin, "ansible/a/b/c.py")

    def test_keeps_only_what_rests_on_the_standard_library(self):
        manifest = self.manifest(
            pure="import json", tries="try:\n    import nowhere_to_be_found\nexcept ImportError:\n    pass", fails="raise SystemExit(3)",
            relies="from ansible import tries", partly="from ansible import pure")
        self.preload.prepare(manifest, ["ansible." + n for n in ("tries", "fails", "relies", "partly")])
        kept = sorted(n for n in sys.modules if from_payload(n))
        self.assertEqual(kept, ["ansible", "ansible.partly", "ansible.pure"])

    def test_another_content_is_not_served(self):
        first, second = self.manifest(x="X = 1"), self.manifest(x="X = 2")
        self.preload.prepare(first, ["ansible.x"])
        self.preload.enter(second)
        from ansible import x
        self.assertEqual(x.X, 2)

    def test_what_is_not_in_the_payload_is_gone(self):
        self.preload.prepare(self.manifest(x="", y=""), ["ansible.x", "ansible.y"])
        self.preload.enter(self.manifest(x=""))
        from ansible import x
        self.assertRaises(ImportError, __import__, "ansible.y")


class JobTest(unittest.TestCase):
    """What a job has written reaches the controller, in whatever order its pipes are found readable, and whoever else holds them."""

    def setUp(self):
        self.sent, self.kept, self.fds, self.loop, self.number = [], [], [], Loop(), 0
        self.out = self.spare = self
        self.fields = {"manifest": "m"}
        self.job = Job(self, 1, self)
        self.jobs = {1: self.job}
        for flag in (1, 2, 3):
            end, other = os.pipe()
            self.job.pipes.append(Pipe(self.job, end, flag))
            self.job.pipes[-1].resume()
            self.fds.append(other)
        self.job.ends, self.job.known = [p.fd for p in self.job.pipes], set()

    def tearDown(self):
        for fd in self.fds + self.job.ends:
            quietly(os.close, fd)

    # The agent, its line, its spare child and the work, as a job knows them.

    def send(self, frame, bulk=False):
        self.sent.append(frame)

    def put(self, *child):
        self.kept.append(child)

    def ended(self, note):
        return None

    def full(self):
        return False

    def clean(self, *_):
        pass

    push = later = leave = prepare = clean

    def write(self, stream, data):
        os.write(self.fds[stream - 1], data)

    def output(self):
        return b"".join(f.body for f in self.sent)

    def test_output_is_found_after_the_word_that_the_child_rests(self):
        self.write(1, b"result")
        self.write(2, b"warning")
        self.write(3, AGAIN)
        self.job.pipes[2].read()
        self.assertEqual((self.output(), len(self.kept)), (b"resultwarning", 1))

    def test_output_of_a_child_that_left_another_process(self):
        self.write(1, b"result")
        self.job.exit = 0
        self.job.end()
        self.assertEqual((self.output(), self.kept), (b"result", []))

    def test_a_child_that_is_dead_does_not_rest(self):
        self.write(3, AGAIN)
        self.job.exit = 137
        self.job.end()
        self.assertEqual((self.sent[0].fields()["exit"], self.kept), (137, []))

    def test_more_output_than_the_controller_takes(self):
        self.job.credit = 100
        self.write(1, b"x" * (CHUNK - 1000))
        self.job.pipes[0].read()
        self.write(1, b"y" * 2000)
        self.write(3, AGAIN)
        self.job.pipes[2].read()
        self.assertEqual(len(self.output()), 100)
        self.job.credit = 10 * CHUNK
        self.job.resume()
        self.assertEqual((len(self.output()), self.output()[-2000:], len(self.kept)), (CHUNK + 1000, b"y" * 2000, 1))


class EnvironmentTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.write("common", "# pam_env.so\nsession [success=1 default=ignore] /lib/security/pam_env.so envfile=/etc/default/locale user_readenv=1\n")
        self.write("sshd", "auth required pam_env.so # readenv=0\nsession\tinclude common\n")
        self.write("su-l", "session substack su\n")
        self.write("su", "@include none\nsession required pam_env.so readenv=0\n-session optional pam_other.so\n")
        global SERVICES
        SERVICES = "/none", self.folder

    def tearDown(self):
        remove_tree(self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as f:
            f.write(text)
        return path

    def test_services(self):
        home = os.path.expanduser("~/.pam_environment")
        texts = {"/etc/environment": "A=1\nB=1\nC=1", "/etc/default/locale": "B=2\nC=2", home: "C=3"}
        self.assertEqual(environment("sshd", texts), {"A": "1", "B": "2", "C": "3"})
        for service in ("su", "su-l", "none"):
            self.assertEqual(environment(service, texts), {})

    def test_since(self):
        os.environ.update(KEPT="1", CHANGED="1", SHELLS="mine", GONE="1", GONE_TOO="mine")
        before = "KEPT=1\nCHANGED=1\nSHELLS=1\nGONE=1\nGONE_TOO=1"
        now = "KEPT=1\nCHANGED=2\nSHELLS=2\nADDED=2"
        self.assertEqual(since("sshd", {"/etc/environment": before}, {"/etc/environment": now}), {"CHANGED": "2", "ADDED": "2", "GONE": None})

    def test_users(self):
        users = self.write("passwd", "root:x:0:0\nann:x:1:1\njoann:x:2:2\n")
        groups = self.write("group", "ann:x:1:\nwheel:x:9:joann,root\n")
        other = self.write("other", "")
        class Here(Login):
            RIGHTS, USERS = [other], [users, groups]
        login = Here(None, {"user": "ann"})
        self.write("group", "ann:x:1:\nwheel:x:9:joann,root,annabel\n")
        self.assertFalse(login.outdated())
        self.write("group", "ann:x:1:\nwheel:x:9:joann,root,ann\n")
        self.assertTrue(login.outdated() and login.outdated())
        login = Here(None, {"user": "ann"})
        self.write("other", "changed")
        self.assertTrue(login.outdated())
        self.assertFalse(Here(None, {}).outdated())


unittest.main(argv=["agent_test"])
