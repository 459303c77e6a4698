"""urllib.robotparser, under six's name."""
from urllib.robotparser import RobotFileParser  # noqa: F401
