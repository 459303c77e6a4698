"""Tests: plugins have a class TestModule whose tests() are functions by their names."""
from ansible.plugins import AnsibleJinja2Plugin

__all__ = ['AnsibleJinja2Plugin']
