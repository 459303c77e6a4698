"""The interpreter that runs the module."""
import importlib.util
import sys


def collect(context):
    version = list(sys.version_info)
    return {'python': {
        'version': dict(zip(('major', 'minor', 'micro', 'releaselevel', 'serial'), version)),
        'version_info': version,
        'executable': sys.executable,
        'has_sslcontext': has_ssl(),
        'type': sys.implementation.name,
    }}


def has_ssl():
    """Asks for the extension only: importing ssl costs more than this whole collector."""
    return importlib.util.find_spec('_ssl') is not None
