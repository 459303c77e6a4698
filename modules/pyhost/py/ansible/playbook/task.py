"""Task, as callbacks are given it."""
from ansible.goplay.objects import Task

__all__ = ['Task']
