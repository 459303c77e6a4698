"""Seconds since the kernel started."""
from ansible.module_utils.facts.utils import get_file_content


def collect(context):
    text = get_file_content('/proc/uptime')
    return {'uptime_seconds': int(float(text.split()[0]))} if text else {}
