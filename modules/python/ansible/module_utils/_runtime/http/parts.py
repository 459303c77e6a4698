"""The parts of an address as a dict that has them as attributes, too."""

FIELDS = 'scheme', 'netloc', 'path', 'params', 'query', 'fragment'


class ParseResultDottedDict(dict):
    """What generic_urlparse gives."""

    def __init__(self, *args, **kwargs):
        super(ParseResultDottedDict, self).__init__(*args, **kwargs)
        self.__dict__ = self

    def as_list(self):
        """The parts in the order in which urlunparse takes them."""
        return [self.get(name) for name in FIELDS]


def generic_urlparse(parts):
    """The parts of a urlparse result, with the user, the password, the host and the port."""
    found = ParseResultDottedDict(zip(FIELDS, parts))
    found.update(username=parts.username, password=parts.password, hostname=parts.hostname, port=parts.port)
    return found
