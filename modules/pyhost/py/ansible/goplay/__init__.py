"""What connects plugins with goplay; nothing of it is meant for plugins themselves."""
from ansible_goplay_line import line

ask = line.ask


def context_of_run():
    """Gives the run's switches: check, diff, verbosity, forks and the other options of the command line."""
    from ansible.goplay.values import decode
    return decode(line.ask('run'))
