"""The few functions of libselinux that modules need, by ctypes: no Python binding is needed.

Importing fails with ImportError where there is no libselinux, as the binding's import would.
"""
import os
from ctypes import CDLL, byref, c_char_p, c_int, c_uint, get_errno

try:
    _lib = CDLL('libselinux.so.1', use_errno=True)
except OSError:
    raise ImportError('unable to load libselinux.so')


def _checked(result):
    if result < 0:
        errno = get_errno()
        raise OSError(errno, os.strerror(errno))
    return result


def is_selinux_enabled():
    return _lib.is_selinux_enabled()


def is_selinux_mls_enabled():
    return _lib.is_selinux_mls_enabled()


def security_getenforce():
    return _lib.security_getenforce()


def security_policyvers():
    return _lib.security_policyvers()


def selinux_getenforcemode():
    mode = c_int()
    return [_lib.selinux_getenforcemode(byref(mode)), mode.value]


def selinux_getpolicytype():
    return _text_result(_lib.selinux_getpolicytype)


def lgetfilecon_raw(path):
    """[result, context]"""
    return _text_result(_lib.lgetfilecon_raw, os.fsencode(path))


def matchpathcon(path, mode):
    """[result, context] that the policy gives to path."""
    return _text_result(_lib.matchpathcon, os.fsencode(path), c_uint(mode))


def lsetfilecon(path, context):
    return _checked(_lib.lsetfilecon(os.fsencode(path), os.fsencode(context)))


def _text_result(function, *args):
    """Call a function whose last argument receives a string."""
    text = c_char_p()
    result = function(*(args + (byref(text),)))
    _checked(result)
    return [result, text.value.decode('utf-8', 'surrogateescape') if text.value is not None else None]
