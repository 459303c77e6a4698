"""The environment that modules get."""
import os


def collect(context):
    return {'env': dict(os.environ)}
