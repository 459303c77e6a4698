"""What modules import from six, as it is on Python 3."""
import builtins
import io
import operator
import sys

from ansible.module_utils.six import moves  # noqa: F401

PY2 = False
PY3 = True
PY34 = True

string_types = (str,)
integer_types = (int,)
class_types = (type,)
text_type = str
binary_type = bytes
MAXSIZE = sys.maxsize

StringIO = io.StringIO
BytesIO = io.BytesIO

unichr = chr
int2byte = operator.methodcaller('to_bytes', 1, 'big')
byte2int = operator.itemgetter(0)
indexbytes = operator.getitem
iterbytes = iter
advance_iterator = next
next = next
callable = builtins.callable
exec_ = builtins.exec
print_ = builtins.print

get_method_function = operator.attrgetter('__func__')
get_method_self = operator.attrgetter('__self__')
get_function_closure = operator.attrgetter('__closure__')
get_function_code = operator.attrgetter('__code__')
get_function_defaults = operator.attrgetter('__defaults__')
get_function_globals = operator.attrgetter('__globals__')

Iterator = object


def iteritems(d, **kw):
    return iter(d.items(**kw))


def iterkeys(d, **kw):
    return iter(d.keys(**kw))


def itervalues(d, **kw):
    return iter(d.values(**kw))


def iterlists(d, **kw):
    return iter(d.lists(**kw))


viewkeys = operator.methodcaller('keys')
viewvalues = operator.methodcaller('values')
viewitems = operator.methodcaller('items')


def b(s):
    return s.encode('latin-1')


def u(s):
    return s


def get_unbound_function(unbound):
    return unbound


def create_unbound_method(func, cls):
    return func


def create_bound_method(func, obj):
    import types
    return types.MethodType(func, obj)


def reraise(tp, value, tb=None):
    """Raise value with the traceback tb."""
    if value is None:
        value = tp()
    try:
        raise value.with_traceback(tb)
    finally:
        value = tb = None


def raise_from(value, from_value):
    raise value from from_value


def with_metaclass(meta, *bases):
    """A base class that makes the class derived from it one of meta, derived from bases."""
    class Intermediate(type):
        def __new__(cls, name, this_bases, namespace):
            return meta(name, bases, namespace)

        @classmethod
        def __prepare__(cls, name, this_bases):
            return meta.__prepare__(name, bases)

    return type.__new__(Intermediate, 'temporary_class', (), {})


def add_metaclass(metaclass):
    """A decorator that makes a class anew with a metaclass."""
    def wrapper(cls):
        namespace = {k: v for k, v in vars(cls).items() if k not in ('__dict__', '__weakref__')}
        for slot in namespace.get('__slots__', ()) if not isinstance(namespace.get('__slots__'), str) else [namespace['__slots__']]:
            namespace.pop(slot, None)
        return metaclass(cls.__name__, cls.__bases__, namespace)
    return wrapper


def ensure_binary(s, encoding='utf-8', errors='strict'):
    if isinstance(s, bytes):
        return s
    if isinstance(s, str):
        return s.encode(encoding, errors)
    raise TypeError("not expecting type '%s'" % type(s))


def ensure_text(s, encoding='utf-8', errors='strict'):
    if isinstance(s, str):
        return s
    if isinstance(s, bytes):
        return s.decode(encoding, errors)
    raise TypeError("not expecting type '%s'" % type(s))


ensure_str = ensure_text


def python_2_unicode_compatible(klass):
    return klass
