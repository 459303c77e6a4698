"""Debian packages, for the apt modules.

status   what dpkg has installed, read from its own file: enough for the commonest
         task, "these packages are present", without opening apt's cache at all
spec     package specifications: name, name:arch, name=1.2*, name>=1.2
cache    apt's cache through python3-apt's low-level half (apt_pkg), opened once
"""
