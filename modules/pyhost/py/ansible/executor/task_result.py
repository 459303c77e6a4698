"""What a task gave on a host."""
from ansible.goplay.objects import CallbackTaskResult, TaskResult

__all__ = ['CallbackTaskResult', 'TaskResult']
