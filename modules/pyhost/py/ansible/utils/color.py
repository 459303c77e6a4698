"""Colours of terminals."""
from ansible.goplay import ask, context_of_run


def stringc(text, color, wrap_nonvisible_chars=False):
    """Colours a text where output is coloured."""
    return ask('paint', str(text), color) if color else text


def colorize(lead, num, color):
    """Gives "lead=num", in a colour where there is something to tell."""
    text = '%s=%-4s' % (lead, str(num))
    return stringc(text, color) if num != 0 and color is not None else text


def hostcolor(host, stats, color=True):
    """Gives a host's name, in the colour of its results, as wide as the column of a recap is."""
    from ansible import constants as C
    how = C.COLOR_ERROR if stats['failures'] or stats['unreachable'] else C.COLOR_CHANGED if stats['changed'] else C.COLOR_OK
    return (stringc(host, how) if color else host) + ' ' * max(0, 26 - len(host))


def __getattr__(name):
    if name != 'ANSIBLE_COLOR':
        raise AttributeError('module %r has no attribute %r' % (__name__, name))
    return context_of_run()['color']
