"""Times in UTC."""
from datetime import datetime, timezone

UTC = timezone.utc


def utcnow():
    return datetime.now(UTC)


def utcfromtimestamp(timestamp):
    return datetime.fromtimestamp(timestamp, UTC)
