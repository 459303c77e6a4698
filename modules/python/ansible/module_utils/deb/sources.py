"""apt's one-line sources: /etc/apt/sources.list and the .list files of sources.list.d."""
import glob
import os
import re

MAIN = '/etc/apt/sources.list'
PARTS = '/etc/apt/sources.list.d'
_KINDS = ('deb', 'deb-src')


class InvalidSource(Exception):
    """A text that is no source."""


class Line(object):
    """One line of a file; source is what it says without its comment, '' where it is no source."""

    def __init__(self, text):
        self.text = text
        self.enabled, self.source, self.comment = self._parse(text)

    @staticmethod
    def _parse(text):
        enabled, line = True, text.strip()
        if line.startswith('#'):
            enabled, line = False, line[1:]
        line, hash_sign, comment = line.partition('#')
        words = source_words(line)
        if not words or words[0] not in _KINDS:
            return enabled, '', ''
        return enabled, ' '.join(words), comment.strip()

    def written(self):
        if not self.source:
            return self.text
        text = ('' if self.enabled else '# ') + self.source + (' # ' + self.comment if self.comment else '')
        return text + '\n'


def source_words(text):
    """The words of a source; options in brackets are one."""
    return [' '.join(word.split()) for word in re.findall(r'\[[^\]]*\]|\S+', text)]


def normal(text):
    """A source with single blanks between its words; InvalidSource for what is none."""
    words = source_words(text.partition('#')[0])
    if not words or words[0] not in _KINDS:
        raise InvalidSource(text)
    return ' '.join(words)


def default_name(source):
    """The base name of the file that a source gets: its address, less what is no part of a name."""
    address = next((word for word in source_words(source)[1:] if not word.startswith('[')), '')
    address = re.sub(r'\[[^\]]*\]?', '', address)
    address = re.sub(r'^[a-z+]+://', '', address)
    address = re.sub(r'^[^/@]*@', '', address)
    return '_'.join(re.sub(r'[^a-zA-Z0-9]', ' ', address).split())


class Sources(object):
    """All files, by their paths, each a list of Lines."""

    def __init__(self):
        paths = [MAIN] if os.path.isfile(MAIN) else []
        self.files = {}
        for path in paths + sorted(glob.glob(os.path.join(PARTS, '*.list'))):
            with open(path, encoding='utf-8', errors='surrogateescape') as f:
                self.files[path] = [Line(text) for text in f]

    def texts(self):
        """Each file's text as it should be."""
        return {path: ''.join(line.written() for line in lines) for path, lines in self.files.items()}

    def add(self, source, filename):
        """Have source enabled: where it stands already, else in the file that filename names."""
        found = [line for lines in self.files.values() for line in lines if line.source == source]
        for line in found:
            line.enabled = True
        if found:
            return
        path = self.path(filename or default_name(source))
        self.files.setdefault(path, []).append(Line(source + '\n'))

    @staticmethod
    def path(name):
        """Where a name of a file is; a name with a slash is a path."""
        name = name + '.list'
        return name if '/' in name else os.path.join(PARTS, name)

    def remove(self, source):
        for path, lines in self.files.items():
            self.files[path] = [line for line in lines if line.source != source or not line.enabled]
