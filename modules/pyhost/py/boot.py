"""The controller's Python side car: it runs users' plugins for goplay, one call at a time."""
import importlib.abc
import importlib.util
import json
import os
import signal
import struct
import sys
import types


class Line:
    """Frames from and to goplay: four bytes of length, then JSON."""

    def __init__(self, incoming, outgoing):
        self.incoming, self.outgoing = os.fdopen(incoming, 'rb'), os.fdopen(outgoing, 'wb')

    def send(self, message):
        data = json.dumps(message).encode('utf-8', 'surrogatepass')
        self.outgoing.write(struct.pack('>I', len(data)) + data)
        self.outgoing.flush()

    def receive(self):
        head = self.incoming.read(4)
        if len(head) < 4:
            return None  # goplay has ended
        return json.loads(self.incoming.read(struct.unpack('>I', head)[0]).decode('utf-8', 'surrogatepass'))

    def ask(self, question, *args):
        """Gives goplay's answer to a question that a plugin has, in JSON."""
        self.send({'ask': question, 'args': list(args)})
        answer = self.receive()
        if answer is None:
            os._exit(0)
        if 'error' in answer:
            raise answer_error(answer['error'])
        return answer.get('value')


def answer_error(error):
    from ansible.errors import AnsibleError
    from ansible.goplay.values import UndefinedUsed
    return (UndefinedUsed if error['kind'] == 'UndefinedUsed' else AnsibleError)(error['text'])


class Importer(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports the package ansible, whose files goplay has."""

    def __init__(self, line):
        self.line, self.sources = line, {}

    def find_spec(self, name, path=None, target=None):
        if name != 'ansible' and not name.startswith('ansible.'):
            return None
        found = self.line.ask('source', name)
        if found is None:
            return None
        self.sources[name] = found
        return importlib.util.spec_from_loader(name, self, origin=found['file'], is_package=found['package'])

    def get_source(self, fullname):
        return self.sources[fullname]['text']

    def get_code(self, fullname):
        return compile(self.get_source(fullname), self.sources[fullname]['file'], 'exec', dont_inherit=True)

    def is_package(self, fullname):
        return self.sources[fullname]['package']


class Lender(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a stand-in for jinja2 where it is not installed: the marks of functions that want to know where they are called from."""

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name == 'jinja2' else None

    def exec_module(self, module):
        def marking(what):
            def mark(function):
                function.jinja_pass_arg = what
                return function
            return mark
        for what in ('context', 'eval_context', 'environment'):
            setattr(module, 'pass_' + what, marking(what))


class Plugins:
    """The plugins of files, each loaded once."""

    KINDS = {'filter': ('FilterModule', 'filters'), 'test': ('TestModule', 'tests')}

    def __init__(self):
        self.modules, self.tables, self.documents = {}, {}, {}

    def module(self, kind, path, name):
        if path not in self.modules:
            if not name.startswith('ansible_collections.'):
                name = 'ansible.plugins.%s.%s' % (kind, name)
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
            self.modules[path] = module
        return self.modules[path]

    def table(self, kind, path, name):
        """The filters or tests of a file, by their names."""
        if path not in self.tables:
            of, method = self.KINDS[kind]
            self.tables[path] = dict(getattr(getattr(self.module(kind, path, name), of)(), method)())
        return self.tables[path]


class Server:
    """Does what goplay asks for."""

    def __init__(self, line):
        self.line, self.plugins, self.made = line, Plugins(), None

    @property
    def callbacks(self):
        if self.made is None:
            from ansible.goplay import callbacks
            self.made = callbacks.Callbacks(self.plugins)
        return self.made

    @property
    def values(self):
        from ansible.goplay import values  # goplay gives it in answer to a request only
        return values

    def serve(self):
        while True:
            request = self.line.receive()
            if request is None:
                return
            try:
                answer = {'value': getattr(self, 'do_' + request['do'])(**request['args'])}
            except Exception as error:
                answer = {'error': self.told(error)}
            except SystemExit as error:
                answer = {'error': {'kind': 'AnsibleError', 'text': 'the plugin has ended with exit code %s' % error.code}}
            sys.stdout.flush()
            self.line.send(answer)

    def told(self, error):
        """An exception's kinds and its message, with what its causes add."""
        from ansible.goplay import failure
        return failure.told(error)

    def do_load(self, kind, path, module):
        self.plugins.module(kind, path, module)

    def do_names(self, kind, path, module):
        return sorted(self.plugins.table(kind, path, module))

    def do_call(self, kind, path, module, name, positional, named):
        call = self.plugins.table(kind, path, module)[name]
        positional, named = self.values.decode(positional), self.values.decode(named)
        wants = getattr(call, 'jinja_pass_arg', None)
        if wants is not None:
            from ansible.goplay import context
            positional.insert(0, context.of(wants))
        return self.values.encode(call(*positional, **named))

    def do_callback_read(self, **file):
        return self.callbacks.read(**file)

    def do_callback_make(self, **file):
        return self.callbacks.make(**file)

    def do_callback_call(self, **event):
        self.callbacks.call(**event)

    def do_lookup(self, path, module, name, terms, options):
        from ansible.goplay import lookup
        plugin = lookup.make(self.plugins, path, module, name)
        results = plugin.run(self.values.decode(terms), variables=lookup.Variables(), **self.values.decode(options))
        if not isinstance(results, list):
            raise TypeError('returned %s instead of %s' % (type(results), list))
        return self.values.encode(results)

    def do_inventory(self, path, module, name, source, cache):
        from ansible.goplay import inventory
        return inventory.run(self.plugins, path, module, name, source, cache)

    def do_action(self, path, module, name, task, context, transport):
        from ansible.goplay import action
        return self.values.encode(action.run(self.plugins, path, module, name, self.values.decode(task), self.values.decode(context), transport))

    def do_needs_enabled(self, path, module):
        kind = self.plugins.module('vars', path, module).VarsModule
        return bool(getattr(kind, 'REQUIRES_ENABLED', getattr(kind, 'REQUIRES_WHITELIST', False)))

    def do_vars(self, **asked):
        from ansible.goplay import variables
        return self.values.encode(variables.get(self.plugins, **asked))


def main(incoming, outgoing, collections):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # goplay ends this process
    line = Line(incoming, outgoing)
    sys.meta_path.insert(0, Importer(line))
    sys.meta_path.append(Lender())
    sys.path[:0] = collections
    entry = types.ModuleType('ansible_goplay_line')
    entry.line = line
    sys.modules['ansible_goplay_line'] = entry
    Server(line).serve()
