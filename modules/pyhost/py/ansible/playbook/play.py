"""Play, as callbacks are given it."""
from ansible.goplay.objects import Play

__all__ = ['Play']
