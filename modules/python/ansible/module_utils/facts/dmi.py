"""What the firmware says of board, case and maker."""
import os

from ansible.module_utils.facts import command
from ansible.module_utils.facts.utils import get_file_content

FOLDER = '/sys/devices/virtual/dmi/id/'

# fact -> (file in sysfs, dmidecode keyword)
SOURCES = {
    'bios_date': ('bios_date', 'bios-release-date'),
    'bios_vendor': ('bios_vendor', 'bios-vendor'),
    'bios_version': ('bios_version', 'bios-version'),
    'board_asset_tag': ('board_asset_tag', 'baseboard-asset-tag'),
    'board_name': ('board_name', 'baseboard-product-name'),
    'board_serial': ('board_serial', 'baseboard-serial-number'),
    'board_vendor': ('board_vendor', 'baseboard-manufacturer'),
    'board_version': ('board_version', 'baseboard-version'),
    'chassis_asset_tag': ('chassis_asset_tag', 'chassis-asset-tag'),
    'chassis_serial': ('chassis_serial', 'chassis-serial-number'),
    'chassis_vendor': ('chassis_vendor', 'chassis-manufacturer'),
    'chassis_version': ('chassis_version', 'chassis-version'),
    'form_factor': ('chassis_type', 'chassis-type'),
    'product_name': ('product_name', 'system-product-name'),
    'product_serial': ('product_serial', 'system-serial-number'),
    'product_uuid': ('product_uuid', 'system-uuid'),
    'product_version': ('product_version', 'system-version'),
    'system_vendor': ('sys_vendor', 'system-manufacturer'),
}

# The chassis types of the SMBIOS specification, by number.
FORM_FACTORS = (
    'Unknown', 'Other', 'Unknown', 'Desktop', 'Low Profile Desktop', 'Pizza Box', 'Mini Tower', 'Tower',
    'Portable', 'Laptop', 'Notebook', 'Hand Held', 'Docking Station', 'All In One', 'Sub Notebook',
    'Space-saving', 'Lunch Box', 'Main Server Chassis', 'Expansion Chassis', 'Sub Chassis',
    'Bus Expansion Chassis', 'Peripheral Chassis', 'RAID Chassis', 'Rack Mount Chassis',
    'Sealed-case PC', 'Multi-system', 'CompactPCI', 'AdvancedTCA', 'Blade', 'Blade Enclosure',
    'Tablet', 'Convertible', 'Detachable', 'IoT Gateway', 'Embedded PC', 'Mini PC', 'Stick PC',
)


def collect(context):
    if os.path.exists(FOLDER + 'product_name'):
        return from_sysfs(lambda name: get_file_content(FOLDER + name))
    path = command.find('dmidecode')
    if path:
        return {fact: decoded(path, word) for fact, (_, word) in SOURCES.items()}
    return dict.fromkeys(SOURCES, 'NA')


def from_sysfs(read):
    facts = {fact: read(name) or 'NA' for fact, (name, _) in SOURCES.items()}
    facts['form_factor'] = form_factor(facts['form_factor'])
    return facts


def form_factor(value):
    try:
        return FORM_FACTORS[int(value)]
    except (IndexError, ValueError):
        return 'unknown (%s)' % value if value != 'NA' else 'NA'


def decoded(path, word):
    rc, out, _ = command.output([path, '-s', word])
    if rc != 0:
        return 'NA'
    return ''.join(line for line in out.splitlines() if not line.startswith('#')).strip() or 'NA'
