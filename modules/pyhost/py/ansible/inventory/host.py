"""Hosts."""
from ansible.goplay.inventory import Entity as Host

__all__ = ['Host']
