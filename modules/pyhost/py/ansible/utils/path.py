"""Paths."""
import os


def unfrackpath(path, follow=True, basedir=None):
    whole = os.path.join(basedir or os.getcwd(), os.path.expanduser(os.path.expandvars(path)))
    return os.path.realpath(whole) if follow else os.path.normpath(whole)


def makedirs_safe(path, mode=None):
    os.makedirs(unfrackpath(path), 0o777 if mode is None else mode, exist_ok=True)
