"""Whether the host is a guest, a container or a host of such."""
import os
import re

from ansible.module_utils.facts.utils import get_file_content

DMI = '/sys/devices/virtual/dmi/id/'

# (file of DMI, pattern of its text, technology); the first that matches wins.
FIRMWARE = (
    ('product_name', r'^(KVM|KVM Server|Bochs|AHV)$', 'kvm'),
    ('sys_vendor', r'^oVirt$', 'oVirt'),
    ('product_name', r'^RHEV Hypervisor$', 'RHEV'),
    ('product_family', r'^RHV$', 'RHEV'),
    ('sys_vendor', r'^KubeVirt$', 'KubeVirt'),
    ('product_name', r'^(VMware Virtual Platform|VMware7,1|VMware20,1)$', 'VMware'),
    ('product_name', r'^OpenStack (Compute|Nova)$', 'openstack'),
    ('bios_vendor', r'^Xen$', 'xen'),
    ('bios_vendor', r'^innotek GmbH$', 'virtualbox'),
    ('bios_vendor', r'^Amazon EC2$', 'kvm'),
    ('bios_vendor', r'^Hetzner$', 'kvm'),
    ('sys_vendor', r'^VMware, Inc\.$', 'VMware'),
    ('sys_vendor', r'^Microsoft Corporation$', 'VirtualPC'),
    ('sys_vendor', r'^Parallels', 'parallels'),
    ('sys_vendor', r'^OpenStack Foundation$', 'openstack'),
    ('sys_vendor', r'^(QEMU|Google|Amazon EC2|DigitalOcean|Hetzner|linode|Linode|Scaleway|Nutanix)$', 'kvm'),
    ('product_name', r'^(HVM domU)$', 'xen'),
    ('bios_vendor', r'^BHYVE$', 'bhyve'),
    ('product_name', r'^BHYVE$', 'bhyve'),
    ('chassis_vendor', r'^QEMU$', 'kvm'),
)


def collect(context):
    return describe(get_file_content, os.path.exists)


def describe(read, exists):
    """read(path, default) and exists(path) look at the host."""
    guest, kind = guests(read, exists)
    host, own = hosts(read, exists)
    role = 'guest' if kind else 'host' if own else 'NA'
    return {
        'virtualization_type': kind or own or 'NA',
        'virtualization_role': role,
        'virtualization_tech_guest': sorted(guest),
        'virtualization_tech_host': sorted(host),
    }


def guests(read, exists):
    """(every technology seen, the one that counts); the innermost counts."""
    found, kind = set(), None
    for look in (container, nspawn, openvz, xen, firmware, vserver, processor):
        name = look(read, exists)
        if not name:
            continue
        found.add(name)
        if look in (container, nspawn, openvz):
            found.add('container')
        kind = kind or name
    return found, kind


def container(read, exists):
    if exists('/.dockerenv') or exists('/.dockerinit'):
        return 'docker'
    groups = read('/proc/1/cgroup', '')
    if re.search(r'/docker(/|-[0-9a-f]+\.scope)', groups):
        return 'docker'
    if re.search(r'/(lxc|machine\.slice/machine-lxc)/', groups) or '/lxc.' in groups:
        return 'lxc'
    return by_environment(read('/proc/1/environ', ''))


def by_environment(text):
    """Container programs tell their name to process 1."""
    names = re.findall(r'(?:^|\0)container=([^\0]*)', text)
    if not names:
        return None
    return names[0] if names[0] in ('lxc', 'podman') else 'container'


def nspawn(read, exists):
    return read('/run/systemd/container', '') or None


def openvz(read, exists):
    inside = exists('/proc/vz') and not exists('/proc/lve') and not exists('/proc/bc')
    return 'openvz' if inside else None


def xen(read, exists):
    if not exists('/proc/xen'):
        return None
    return None if 'control_d' in read('/proc/xen/capabilities', '') else 'xen'


def firmware(read, exists):
    for file, pattern, name in FIRMWARE:
        if re.search(pattern, read(DMI + file, '')):
            return name
    return None


def vserver(read, exists):
    match = re.search(r'^(?:VxID|VServer):\s*(\d+)', read('/proc/self/status', ''), re.M)
    return 'linux_vserver' if match and match.group(1) != '0' else None


def processor(read, exists):
    text = read('/proc/cpuinfo', '')
    if re.search(r'^model name.*QEMU Virtual CPU', text, re.M) or re.search(r'^vendor_id.*KVM', text, re.M):
        return 'kvm'
    if re.search(r'^vendor_id.*User Mode Linux', text, re.M):
        return 'uml'
    if re.search(r'^machine.*CHRP IBM pSeries \(emulated by qemu\)', text, re.M):
        return 'kvm'
    if re.search(r'^vendor_id.*IBM/S390', text, re.M):
        return 'PR/SM'
    return None


def hosts(read, exists):
    """(technologies that this host offers, the one that names it)."""
    modules = {line.split()[0] for line in read('/proc/modules', '').splitlines() if line}
    found = []
    if 'control_d' in read('/proc/xen/capabilities', ''):
        found.append('xen')
    if exists('/proc/vz') and exists('/proc/bc'):
        found.append('openvz')
    if re.search(r'^(?:VxID|VServer):\s*0$', read('/proc/self/status', ''), re.M):
        found.append('linux_vserver')
    if 'kvm' in modules or exists('/dev/kvm'):
        found.append('kvm')
    if 'vboxdrv' in modules:
        found.append('virtualbox')
    return set(found), found[0] if found else None
