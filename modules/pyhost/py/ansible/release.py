"""Which ansible-core plugins may expect."""
__version__ = '2.19.11'
__author__ = 'goplay'
__codename__ = 'goplay'
