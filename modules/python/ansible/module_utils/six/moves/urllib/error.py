"""urllib.error, under six's name."""
from urllib.error import ContentTooShortError, HTTPError, URLError  # noqa: F401
