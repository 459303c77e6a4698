"""IncludedFile, as callbacks are given it."""
from ansible.goplay.objects import IncludedFile

__all__ = ['IncludedFile']
