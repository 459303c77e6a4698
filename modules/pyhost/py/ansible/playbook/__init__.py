"""Playbooks and what they are made of."""
from ansible.goplay.objects import Playbook

__all__ = ['Playbook']
