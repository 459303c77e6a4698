"""Templates."""
from ansible.goplay.lookup import Templar
from ansible.goplay.values import Trusted

__all__ = ['Templar', 'is_trusted_as_template', 'trust_as_template']


def trust_as_template(value):
    text = Trusted(value)
    text.place = ['', 0, 0]
    return text


def is_trusted_as_template(value):
    return isinstance(value, Trusted)
