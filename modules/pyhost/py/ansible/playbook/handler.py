"""Handler, as callbacks are given it."""
from ansible.goplay.objects import Handler

__all__ = ['Handler']
