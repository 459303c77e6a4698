"""The hardware subset: processors, memory, firmware, disks, uptime."""
from ansible.module_utils.facts import cpu, devices, dmi, lvm, memory, mounts, uptime

PARTS = (cpu, memory, dmi, devices, uptime, lvm, mounts)


def collect(context):
    facts = {}
    for part in PARTS:
        facts.update(part.collect(context))
    return facts
