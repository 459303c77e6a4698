"""The module typing under Ansible's path."""
from typing import *  # noqa: F401,F403
