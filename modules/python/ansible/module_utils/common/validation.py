"""Checks of single values and of arguments against one another.

A failed check raises TypeError (the documented contract of these functions); the
message is what the user reads.
"""
import ast
import json
import os
import re

from ansible.module_utils.common.collections import is_iterable
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.common.text.formatters import human_to_bytes
from ansible.module_utils.parsing.convert_bool import boolean

string_types = (str,)


def count_terms(terms, parameters):
    """How many of the terms are given."""
    if not is_iterable(terms):
        terms = [terms]
    return len(set(terms).intersection(parameters))


def _fail(message, options_context):
    if options_context:
        message = '%s found in %s' % (message, ' -> '.join(options_context))
    raise TypeError(to_native(message))


def check_mutually_exclusive(terms, parameters, options_context=None):
    """terms is a list of lists of names, of which one each may be given."""
    clashes = [check for check in terms or () if count_terms(check, parameters) > 1]
    if clashes:
        _fail('parameters are mutually exclusive: %s' % ', '.join('|'.join(check) for check in clashes), options_context)
    return clashes


def check_required_one_of(terms, parameters, options_context=None):
    """terms is a list of lists of names, of which one each must be given."""
    missing = [term for term in terms or () if count_terms(term, parameters) == 0]
    for term in missing:
        _fail('one of the following is required: %s' % ', '.join(term), options_context)
    return missing


def check_required_together(terms, parameters, options_context=None):
    """terms is a list of lists of names, of which all or none must be given."""
    partial = [term for term in terms or () if 0 < count_terms(term, parameters) < len(term)]
    for term in partial:
        _fail('parameters are required together: %s' % ', '.join(term), options_context)
    return partial


def check_required_by(requirements, parameters, options_context=None):
    """requirements maps a name to the name or names that must be given with it."""
    result = {}
    for key, required in (requirements or {}).items():
        if parameters.get(key) is None:
            continue
        if isinstance(required, str):
            required = [required]
        missing = [name for name in required if parameters.get(name) is None]
        result[key] = missing
        if missing:
            _fail("missing parameter(s) required by '%s': %s" % (key, ', '.join(missing)), options_context)
    return result


def check_required_arguments(argument_spec, parameters, options_context=None):
    """Every argument that the spec requires must be given."""
    missing = [name for name, spec in (argument_spec or {}).items() if spec.get('required') and name not in parameters]
    if missing:
        _fail('missing required arguments: %s' % ', '.join(sorted(missing)), options_context)
    return missing


def check_required_if(requirements, parameters, options_context=None):
    """requirements is a list of [name, value, [needed names], any of them is enough]."""
    results = []
    for requirement in requirements or ():
        missing = _check_requirement(requirement, parameters)
        if missing is None:
            continue
        results.append(missing)
        _fail('%(parameter)s is %(value)s but %(requires)s of the following are missing: %(names)s'
              % dict(missing, names=', '.join(missing['missing'])), options_context)
    return results


def _check_requirement(requirement, parameters):
    key, value, needed = requirement[:3]
    is_one_of = len(requirement) > 3 and requirement[3]
    if key not in parameters or parameters[key] != value:
        return None
    missing = [name for name in needed if count_terms(name, parameters) == 0]
    if not missing or (is_one_of and len(missing) < len(needed)):
        return None
    return {'missing': missing, 'requires': 'any' if is_one_of else 'all', 'parameter': key, 'value': value, 'requirements': needed}


def check_missing_parameters(parameters, required_parameters=None):
    """The required parameters must have a value."""
    missing = [name for name in required_parameters or () if not parameters.get(name)]
    if missing:
        raise TypeError('missing required arguments: %s' % ', '.join(missing))
    return missing


def safe_eval(value, locals=None, include_exceptions=False):
    """A Python literal's value; what is no literal comes back as it is."""
    result, error = value, None
    if isinstance(value, str) and not re.search(r'\w\.\w+\(|import \w+', value):
        try:
            result = ast.literal_eval(value)
        except Exception as e:
            error = e
    return (result, error) if include_exceptions else result


def check_type_str(value, allow_conversion=True, param=None, prefix=''):
    """Text; other values are converted unless that is forbidden."""
    if isinstance(value, str):
        return value
    if value is None:
        return ''
    if allow_conversion:
        return to_native(value, errors='surrogate_or_strict')
    raise TypeError("'%s' is not a string and conversion is not allowed" % to_native(value))


def check_type_list(value):
    """A list, a comma separated string, or one number."""
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        return value.split(',')
    if isinstance(value, (int, float)):
        return [str(value)]
    raise TypeError('%s cannot be converted to a list' % type(value))


def check_type_dict(value):
    """A dictionary, JSON, a Python literal or key=value pairs."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise TypeError('%s cannot be converted to a dict' % type(value))
    if value.startswith('{'):
        return _parse_dict_literal(value)
    if '=' in value:
        fields = _split_fields(value.strip())
        try:
            return dict(field.split('=', 1) for field in fields)
        except ValueError:
            raise TypeError('unable to evaluate string in the "key=value" format as dictionary')
    raise TypeError('dictionary requested, could not parse JSON or key=value')


def _parse_dict_literal(value):
    try:
        return json.loads(value)
    except ValueError:
        result, error = safe_eval(value, include_exceptions=True)
        if error is not None or not isinstance(result, dict):
            raise TypeError('unable to evaluate string as dictionary')
        return result


def _split_fields(text):
    """Split at commas and spaces outside quotes; a backslash takes the next character as it is."""
    fields, field, quote, escaped = [], '', None, False
    for char in text:
        if escaped:
            field, escaped = field + char, False
        elif char == '\\':
            escaped = True
        elif quote:
            quote, field = (None, field) if char == quote else (quote, field + char)
        elif char in '\'"':
            quote = char
        elif char in ', ':
            fields, field = fields + [field] if field else fields, ''
        else:
            field += char
    return fields + [field] if field else fields


def check_type_bool(value):
    """A bool or one of its spellings."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (str, int, float)):
        return boolean(value)
    raise TypeError('%s cannot be converted to a bool' % type(value))


def check_type_int(value):
    """An integer, or text or a float with an integer's value."""
    if isinstance(value, int):
        return value
    try:
        return _parse_int(value)
    except (ValueError, TypeError, ArithmeticError):
        raise TypeError('"%r" cannot be converted to an int' % (value,))


def _parse_int(value):
    if isinstance(value, (str, bytes)):
        try:
            return int(value)
        except ValueError:
            pass
    from decimal import Decimal
    if not isinstance(value, (str, float)):
        raise TypeError(type(value))
    number = Decimal(value.strip() if isinstance(value, str) else value)
    if number != int(number):
        raise ValueError(value)
    return int(number)


def check_type_float(value):
    """A float, or text or an integer."""
    if isinstance(value, float):
        return value
    try:
        if isinstance(value, (str, bytes, int)):
            return float(value)
    except ValueError:
        pass
    raise TypeError('%s cannot be converted to a float' % type(value))


def check_type_path(value):
    """A path with ~ and environment variables expanded."""
    return os.path.expanduser(os.path.expandvars(check_type_str(value)))


def check_type_raw(value):
    """Anything."""
    return value


def check_type_bytes(value):
    """A size such as 10K in bytes."""
    try:
        return human_to_bytes(value)
    except ValueError:
        raise TypeError('%s cannot be converted to a Byte value' % type(value))


def check_type_bits(value):
    """A size such as 10Kb in bits."""
    try:
        return human_to_bytes(value, isbits=True)
    except ValueError:
        raise TypeError('%s cannot be converted to a Bit value' % type(value))


def check_type_jsonarg(value):
    """JSON text; containers are serialised."""
    if isinstance(value, (str, bytes)):
        return value.strip()
    if isinstance(value, (list, tuple, dict)):
        from ansible.module_utils.common.text.converters import jsonify
        return jsonify(value)
    raise TypeError('%s cannot be converted to a json string' % type(value))
