"""Running a module again under another interpreter, where a library is that this one lacks."""
import json
import os
import subprocess
import sys

# What the other interpreter runs. The request comes on standard input, since it holds the arguments.
_BOOTSTRAP = r'''
import json, os, shutil, sys, tempfile, types
request = json.loads(sys.stdin.buffer.read().decode('utf-8'))
folder = tempfile.mkdtemp(prefix='ansible_respawn_')
try:
    for path, text in request['files'].items():
        path = os.path.join(folder, path)
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        with open(path, 'wb') as f:
            f.write(text.encode('utf-8', 'surrogateescape'))
    sys.path[:0] = [folder] + request['folders']
    sys.dont_write_bytecode = True
    sys.argv = [request['name']]
    import ansible.module_utils.basic as basic
    basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = request['args'].encode('utf-8', 'surrogateescape'), request['profile']
    main = types.ModuleType('__main__')
    main._respawned = True
    sys.modules['__main__'] = main
    exec(compile(request['main'], request['name'], 'exec'), main.__dict__)
finally:
    shutil.rmtree(folder, ignore_errors=True)
'''


def has_respawned():
    """Whether this process is the second run."""
    return hasattr(sys.modules['__main__'], '_respawned')


def respawn_module(interpreter_path):
    """Run this module again, with the same arguments, under another Python; does not return."""
    if has_respawned():
        raise Exception('module has already been respawned')
    process = subprocess.Popen([interpreter_path, '-c', _BOOTSTRAP], stdin=subprocess.PIPE)
    process.communicate(json.dumps(_request()).encode('utf-8'))
    sys.exit(process.returncode)


def _request():
    from ansible.module_utils import basic
    main = sys.modules['__main__']
    loader = getattr(main, '__loader__', None)
    # In an agent the files are only in its payload; by hand they are in a folder.
    manifest = getattr(loader, 'manifest', None) or {}
    files = {path: _text(loader.get_data(path)) for path in manifest}
    with_ansible = [folder for folder in sys.path if os.path.isdir(os.path.join(folder or '.', 'ansible', 'module_utils'))]
    name = main.__file__
    return dict(
        files=files, folders=[] if files else with_ansible, name=name, main=files.get(name) or _read(name),
        args=_text(basic._ANSIBLE_ARGS), profile=basic._ANSIBLE_PROFILE)


def _read(path):
    with open(path, 'rb') as f:
        return _text(f.read())


def _text(raw):
    return raw.decode('utf-8', 'surrogateescape')


def probe_interpreters_for_module(interpreter_paths, module_name):
    """The first of the interpreters that can import a module; None if none can."""
    for path in interpreter_paths:
        if os.path.exists(path) and _can_import(path, module_name):
            return path
    return None


def _can_import(interpreter, module_name):
    try:
        return subprocess.call(
            [interpreter, '-c', 'import %s' % module_name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False
