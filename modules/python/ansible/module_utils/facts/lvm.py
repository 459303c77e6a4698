"""Volume groups, logical and physical volumes; root only, as the tools are."""
import os

from ansible.module_utils.facts import command

OPTIONS = ['--noheadings', '--nosuffix', '--units', 'g', '--separator', ',']


def collect(context):
    path = command.find('vgs')
    if os.geteuid() != 0 or not path:
        return {'lvm': 'N/A'}
    return {'lvm': {
        'lvs': volumes(rows('lvs')),
        'vgs': groups(rows('vgs')),
        'pvs': devices(rows('pvs')),
    }}


def rows(program):
    path = command.find(program)
    rc, out, _ = command.output([path] + OPTIONS) if path else (None, '', '')
    return [line.strip().split(',') for line in out.splitlines() if line.strip()] if rc == 0 else []


def groups(table):
    return {row[0]: {'size_g': row[-2], 'free_g': row[-1], 'num_lvs': row[2], 'num_pvs': row[1]}
            for row in table}


def volumes(table):
    return {row[0]: {'size_g': row[3], 'vg': row[1]} for row in table}


def devices(table):
    return {row[0]: {'size_g': row[4], 'free_g': row[5], 'vg': row[1]} for row in table}
