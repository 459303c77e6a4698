"""urllib.parse, under six's name."""
from urllib.parse import *  # noqa: F401,F403
from urllib.parse import uses_fragment, uses_netloc, uses_params, uses_query, uses_relative  # noqa: F401
