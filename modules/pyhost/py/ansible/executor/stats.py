"""How many results of each kind hosts had."""
from ansible.goplay.objects import AggregateStats

__all__ = ['AggregateStats']
