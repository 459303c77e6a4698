"""Where a module's arguments come from."""
import json
import os
import sys


def read_arguments(buffered):
    """The arguments' dictionary from JSON bytes, else from the file in argv[1], else from standard input."""
    if buffered is None:
        buffered = _read_raw()
    try:
        document = json.loads(buffered.decode('utf-8') if isinstance(buffered, bytes) else buffered)
        return document['ANSIBLE_MODULE_ARGS']
    except ValueError:
        _refuse('Error: Module unable to decode stdin/parameters as valid JSON. Unable to parse what parameters were passed')
    except (KeyError, TypeError):
        _refuse('Error: Module unable to locate ANSIBLE_MODULE_ARGS in JSON data from stdin.  Unable to figure out what parameters were passed')


def _read_raw():
    if len(sys.argv) > 1 and os.path.isfile(sys.argv[1]):
        with open(sys.argv[1], 'rb') as f:
            return f.read()
    return sys.stdin.buffer.read()


def _refuse(message):
    # No AnsibleModule exists yet which could fail.
    sys.stdout.write('\n%s\n' % json.dumps({'msg': message, 'failed': True}))
    sys.exit(1)
