"""What connects plugins with goplay; nothing of it is meant for plugins themselves."""
from ansible_goplay_line import line

ask = line.ask
