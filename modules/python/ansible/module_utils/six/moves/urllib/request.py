"""urllib.request, under six's name."""
from urllib.request import *  # noqa: F401,F403
from urllib.request import getproxies, parse_http_list, parse_keqv_list, proxy_bypass  # noqa: F401
