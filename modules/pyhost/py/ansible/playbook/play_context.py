"""PlayContext, as callbacks are given it."""
from ansible.goplay.objects import PlayContext

__all__ = ['PlayContext']
