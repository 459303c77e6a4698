"""TaskInclude, as callbacks are given it."""
from ansible.goplay.objects import TaskInclude

__all__ = ['TaskInclude']
