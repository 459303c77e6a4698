"""Files by the SHA-256 of their content, in a private folder that outlives the agent."""
import errno
import hashlib
import importlib.machinery
import marshal
import os
import stat
import sys
import time
import zlib

DAY = 86400
KEEP = 256 << 10  # bytes of a file that stays in memory when it was used


class Store:
    """Every file is verified when it is loaded. Without a private folder, files are held in memory."""

    def __init__(self, folder, max_bytes, max_days):
        self.memory, self.manifests, self.codes, self.parts = {}, {}, {}, {}
        self.folder = self._private(os.path.expanduser(folder))
        self.tag = "%s.%x" % (sys.implementation.cache_tag, zlib.crc32(importlib._bootstrap_external.MAGIC_NUMBER))
        self.held = self._scan(max_bytes, time.time() - max_days * DAY)

    @staticmethod
    def _private(folder):
        try:
            os.makedirs(folder, 0o700, exist_ok=True)
            state = os.lstat(folder)
            if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
                return None
            if stat.S_IMODE(state.st_mode) != 0o700:
                os.chmod(folder, 0o700)
            return folder
        except OSError:
            return None

    def _scan(self, max_bytes, oldest):
        """Gives the digests that the folder holds, and removes what is old or too much."""
        if self.folder is None:
            return set()
        found = []
        for entry in os.scandir(self.folder):
            try:
                state = entry.stat(follow_symlinks=False)
            except OSError:
                continue  # another agent removed it
            found.append((state.st_mtime, state.st_size, entry.name))
        found.sort(reverse=True)
        total, held = 0, set()
        for used, size, name in found:
            total += size
            if total > max_bytes or used < oldest:
                self._remove(name)
            elif len(name) == 64:
                held.add(name)
        return held

    def _remove(self, name):
        try:
            os.unlink(os.path.join(self.folder, name))
        except OSError:
            pass

    def has(self, digest):
        """Reports whether the content is there and whole. What is not large stays in memory from then on."""
        return digest in self.memory or self.get(digest) is not None

    def add_part(self, digest, part, last):
        """Takes the compressed parts of a file in order. Content of another digest is an error."""
        inflate, content = self.parts.setdefault(digest, (zlib.decompressobj(), bytearray()))
        content += inflate.decompress(part)
        if not last:
            return
        del self.parts[digest]
        content = bytes(content + inflate.flush())
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError("a file does not have the digest %s" % digest)
        if self._write(digest, content):
            self.held.add(digest)
        else:
            self.memory[digest] = content

    def _write(self, name, content):
        if self.folder is None:
            return False
        path = os.path.join(self.folder, name)
        temporary = "%s.%d.new" % (path, os.getpid())
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f:
                f.write(content)
            os.rename(temporary, path)
            return True
        except OSError:
            self._remove(temporary)  # the disk is full, or the folder has gone
            return False

    def _read(self, name):
        try:
            with open(os.path.join(self.folder, name), "rb") as f:
                if time.time() - os.fstat(f.fileno()).st_mtime > DAY:
                    os.utime(f.fileno())
                return f.read()
        except (OSError, TypeError):
            return None

    def get(self, digest):
        """Gives the content, or None when it is not held (any more)."""
        if digest in self.memory:
            return self.memory[digest]
        content = self._read(digest) if digest in self.held else None
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            self.held.discard(digest)
            return None
        if len(content) <= KEEP:
            self.memory[digest] = content
        return content

    def text(self, digest):
        content = self.get(digest)
        if content is None:
            raise IOError(errno.ENOENT, "the file has gone from the agent's cache", digest)
        return content

    def manifest(self, digest):
        """Gives {path: digest} of a manifest, or None."""
        if digest not in self.manifests:
            content = self.get(digest)
            if content is None:
                return None
            lines = content.decode("utf-8").splitlines()
            self.manifests[digest] = dict(reversed(line.split(" ", 1)) for line in lines)
        return self.manifests[digest]

    def missing(self, digest, kind):
        """Gives what is not held of a manifest. Python is loaded compiled, and its text not even looked at."""
        manifest = self.manifest(digest)
        if manifest is None:
            return {digest}
        return set(d for p, d in manifest.items() if not (self.has_code(d, p) if p.endswith(".py") and not kind else self.has(d)))

    def has_code(self, digest, path):
        try:
            self.code(digest, path)
        except SyntaxError:
            pass
        except OSError:
            return False
        return digest in self.memory or os.path.exists(os.path.join(self.folder or "", digest))

    def code(self, digest, path):
        """Gives the compiled file."""
        key = digest, path
        if key not in self.codes:
            self.codes[key] = marshal.loads(self.packed(digest, path))
        return self.codes[key]

    def packed(self, digest, path):
        """Gives the compiled file as bytes, from the folder or by compiling it now."""
        name = "%s.%08x.%s" % (digest, zlib.crc32(path.encode("utf-8")), self.tag)
        data = self._read(name)
        if data is not None and hashlib.sha256(data[32:]).digest() == data[:32]:
            return data[32:]
        data = marshal.dumps(compile(self.text(digest), path, "exec", dont_inherit=True))
        self._write(name, hashlib.sha256(data).digest() + data)
        return data
