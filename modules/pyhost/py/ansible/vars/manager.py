"""Variables of plays."""
from ansible.goplay.objects import VariableManager

__all__ = ['VariableManager']
