"""Hosts."""
from ansible.goplay.inventory import Host

__all__ = ['Host']
