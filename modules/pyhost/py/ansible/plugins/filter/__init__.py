"""Filters: plugins have a class FilterModule whose filters() are functions by their names."""
from ansible.plugins import AnsibleJinja2Plugin

__all__ = ['AnsibleJinja2Plugin']
