"""The package ansible as plugins on the controller see it."""
from ansible.release import __version__, __author__
