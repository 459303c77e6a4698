"""How names of facts are made."""


class FactNamespace:
    """Names as they are."""

    def __init__(self, namespace_name):
        self.namespace_name = namespace_name

    def transform(self, name):
        return name


class PrefixFactNamespace(FactNamespace):
    """Names with a prefix, and with _ for -."""

    def __init__(self, namespace_name, prefix=None):
        super(PrefixFactNamespace, self).__init__(namespace_name)
        self.prefix = prefix

    def transform(self, name):
        return '%s%s' % (self.prefix or '', name.replace('-', '_'))
