"""What callbacks do with results."""
import datetime

from ansible.utils.display import Display

INTERNAL = '_ansible_'


class Current:
    """The result that callbacks are being told of, or None."""
    result = None


current = Current()


def display_of(given):
    return Display() if given is None else given


def deepcopy(value):
    """Copies a result's dicts and lists."""
    if isinstance(value, dict):
        return {key: deepcopy(element) for key, element in value.items()}
    return [deepcopy(element) for element in value] if isinstance(value, list) else value


def bared(value):
    """Gives a value without the keys that are for the run itself."""
    if isinstance(value, dict):
        return {key: bared(element) for key, element in value.items() if not (isinstance(key, str) and key.startswith(INTERNAL))}
    return [bared(element) for element in value] if isinstance(value, (list, tuple)) else value


def debugged(result, hidden):
    """Leaves in the result of a debug task what is shown of it: of one with a message nothing else."""
    if 'msg' in result:
        for key in [key for key in result if key != 'msg' and not key.startswith(INTERNAL)]:
            result.pop(key)
        return
    for key in hidden + ('ansible_loop_var', 'ansible_index_var', 'ansible_loop'):
        result.pop(key, None)


def text_of(value):
    """Gives the text of what JSON has no form for."""
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return list(value)
    return value.decode('utf-8', 'surrogateescape') if isinstance(value, bytes) else str(value)
