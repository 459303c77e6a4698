"""Archives, for unarchive.

tar   tar files, plain or compressed, through GNU tar
zip   zip files, through unzip and zipinfo

Each kind is a class with name, the archive's handler in results; usable() gives why it cannot
read this archive, or ''; files, the names in it; compare() gives what extracting would change
(unarchived, and diff where it is told); and extract() does it.
"""


class Archive(object):
    """What all kinds have in common: the task, and the names in the archive."""

    name = ''

    def __init__(self, module, src, dest):
        self.module = module
        self.params = module.params
        self.src, self.dest = src, dest
        self._files = None

    @property
    def files(self):
        if self._files is None:
            self._files = self.list()
        return self._files
