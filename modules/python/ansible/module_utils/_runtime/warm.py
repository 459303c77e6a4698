"""What the usual modules import when they run.

An agent that forks for each module imports this once, when it is idle, after basic: then no child
has to. Nothing here is needed for correctness.
"""
import base64  # noqa: F401
import datetime  # noqa: F401
import fcntl  # noqa: F401
import glob  # noqa: F401
import grp  # noqa: F401
import hashlib  # noqa: F401
import pwd  # noqa: F401
import selectors  # noqa: F401
import shutil  # noqa: F401
import subprocess  # noqa: F401
import syslog  # noqa: F401
import tempfile  # noqa: F401

from ansible.module_utils import basic  # noqa: F401
from ansible.module_utils._runtime import failures, linking, suboptions  # noqa: F401
