"""IncludeRole, as callbacks are given it."""
from ansible.goplay.objects import IncludeRole

__all__ = ['IncludeRole']
