"""urllib.response, under six's name."""
from urllib.response import addbase, addclosehook, addinfo, addinfourl  # noqa: F401
