"""The version of the behaviour that these modules have."""
__version__ = '2.19.0'
__author__ = 'goplay'
__codename__ = 'goplay'
