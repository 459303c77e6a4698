"""What an argument spec says about parameters: aliases, defaults, types, choices, suboptions."""
import os

from ansible.module_utils._runtime.secrets import remove_values, sanitize_keys, secret_strings  # noqa: F401
from ansible.module_utils.common.collections import is_iterable
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.common import validation
from ansible.module_utils.errors import (
    AliasError, AnsibleFallbackNotFound, AnsibleValidationErrorMultiple, ArgumentTypeError, ArgumentValueError,
    ElementError, NoLogError, RequiredByError, RequiredDefaultError, RequiredIfError, RequiredOneOfError,
    RequiredTogetherError, SubParameterTypeError,
)
from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE, BOOLEANS_TRUE

PASS_BOOLS = ('check_mode', 'debug', 'diff', 'keep_remote_files', 'ignore_unknown_opts', 'no_log')

# Internal key without _ansible_: (attribute of AnsibleModule, default).
PASS_VARS = {
    'check_mode': ('check_mode', False),
    'debug': ('_debug', False),
    'diff': ('_diff', False),
    'keep_remote_files': ('_keep_remote_files', False),
    'ignore_unknown_opts': ('_ignore_unknown_opts', False),
    'module_name': ('_name', None),
    'no_log': ('no_log', False),
    'remote_tmp': ('_remote_tmp', None),
    'target_log_info': ('_target_log_info', None),
    'selinux_special_fs': ('_selinux_special_fs', ['fuse', 'nfs', 'vboxsf', 'ramfs', '9p', 'vfat']),
    'shell_executable': ('_shell', '/bin/sh'),
    'socket': ('_socket_path', None),
    'string_conversion_action': ('_string_conversion_action', 'warn'),
    'syslog_facility': ('_syslog_facility', 'INFO'),
    'tmpdir': ('_tmpdir', None),
    'tracebacks_for': ('_tracebacks_for', frozenset()),
    'verbosity': ('_verbosity', 0),
    'version': ('ansible_version', '0.0'),
}

DEFAULT_TYPE_VALIDATORS = {
    'str': validation.check_type_str,
    'list': validation.check_type_list,
    'dict': validation.check_type_dict,
    'bool': validation.check_type_bool,
    'int': validation.check_type_int,
    'float': validation.check_type_float,
    'path': validation.check_type_path,
    'raw': validation.check_type_raw,
    'jsonarg': validation.check_type_jsonarg,
    'json': validation.check_type_jsonarg,
    'bytes': validation.check_type_bytes,
    'bits': validation.check_type_bits,
}

# (key of a spec with suboptions, its check, the class of its error)
ADDITIONAL_CHECKS = (
    ('required_together', validation.check_required_together, RequiredTogetherError),
    ('required_one_of', validation.check_required_one_of, RequiredOneOfError),
    ('required_if', validation.check_required_if, RequiredIfError),
    ('required_by', validation.check_required_by, RequiredByError),
)


def env_fallback(*args, **kwargs):
    """The value of the first environment variable that is set."""
    for name in args:
        if name in os.environ:
            return os.environ[name]
    raise AnsibleFallbackNotFound


def set_fallbacks(argument_spec, parameters):
    """Fill absent parameters from their fallbacks; the secret ones' values are returned."""
    no_log_values = set()
    for name, spec in argument_spec.items():
        if name in parameters or not spec.get('fallback', (None,))[0]:
            continue
        strategy, args, kwargs = _split_fallback(spec['fallback'])
        try:
            value = strategy(*args, **kwargs)
        except AnsibleFallbackNotFound:
            continue
        if spec.get('no_log') and value:
            no_log_values.add(value)
        parameters[name] = value
    return no_log_values


def _split_fallback(fallback):
    args, kwargs = [], {}
    for item in fallback[1:]:
        if isinstance(item, dict):
            kwargs = item
        else:
            args = item
    return fallback[0], args, kwargs


def _handle_aliases(argument_spec, parameters, alias_warnings=None, alias_deprecations=None):
    """Give each parameter the value of its alias; returns {alias: name}."""
    canonical = {}
    for name, spec in argument_spec.items():
        if spec.get('required', False) and spec.get('default') is not None:
            raise RequiredDefaultError('internal error: required and default are mutually exclusive for %s' % name)
        aliases = spec.get('aliases') or ()
        if not is_iterable(aliases) or isinstance(aliases, (str, bytes)):
            raise AliasError('internal error: aliases must be a list or tuple')
        _note_deprecated_aliases(name, spec, parameters, alias_deprecations)
        for alias in aliases:
            canonical[alias] = name
            if alias not in parameters:
                continue
            if name in parameters and alias_warnings is not None:
                alias_warnings.append((name, alias))
            parameters[name] = parameters[alias]
    return canonical


def _note_deprecated_aliases(name, spec, parameters, alias_deprecations):
    if alias_deprecations is None:
        return
    for alias in spec.get('deprecated_aliases') or ():
        if alias.get('name') in parameters:
            alias_deprecations.append(alias)


def _get_legal_inputs(argument_spec, parameters, aliases=None):
    if aliases is None:
        aliases = _handle_aliases(argument_spec, parameters)
    return list(aliases) + list(argument_spec)


def _get_unsupported_parameters(argument_spec, parameters, legal_inputs=None, options_context=None, store_supported=None):
    """Names (as tuples when within suboptions) that the spec does not know."""
    if legal_inputs is None:
        legal_inputs = _get_legal_inputs(argument_spec, parameters)
    unsupported = set()
    for name in parameters:
        if name in legal_inputs:
            continue
        unsupported.add(tuple(options_context) + (name,) if options_context else name)
        if store_supported is not None:
            store_supported.update(supported_names(argument_spec))
    return unsupported


def supported_names(argument_spec):
    """'name (alias, alias)' of every parameter."""
    names = []
    for name, spec in argument_spec.items():
        aliases = spec.get('aliases')
        names.append('%s (%s)' % (name, ', '.join(sorted(aliases))) if aliases else name)
    return names


def _set_defaults(argument_spec, parameters, set_default=True):
    """Set defaults: first those that are not None, then (set_default) None for the rest."""
    no_log_values = set()
    for name, spec in argument_spec.items():
        default = spec.get('default')
        if name in parameters or default is None and not set_default:
            continue
        parameters[name] = default
        if spec.get('no_log') and default:
            no_log_values.add(default)
    return no_log_values


def _list_no_log_values(argument_spec, params):
    """Every secret among the values of the parameters."""
    secrets = set()
    for name, spec in argument_spec.items():
        value = params.get(name)
        if spec.get('no_log', False) and value:
            secrets.update(_secret_values(name, value))
        if spec.get('options') is not None and value is not None:
            secrets.update(_list_sub_no_log_values(name, spec, value))
    return secrets


def _secret_values(name, value):
    try:
        return list(secret_strings(value))
    except TypeError as e:
        raise NoLogError('Failed to convert "%s": %s' % (name, to_native(e)))


def _list_sub_no_log_values(name, spec, values):
    wanted = spec.get('type')
    if wanted != 'dict' and not (wanted == 'list' and spec.get('elements', '') == 'dict'):
        return
    for value in [values] if isinstance(values, (dict, str)) or not is_iterable(values) else values:
        if isinstance(value, str):
            value = validation.check_type_dict(value)
        if not isinstance(value, dict):
            raise SubParameterTypeError("Value '{0}' in the sub parameter field '{1}' must be a {2}, not '{3}'".format(
                value, name, wanted, value.__class__.__name__))
        yield from _list_no_log_values(spec['options'], value)


def _list_deprecations(argument_spec, parameters, prefix=''):
    """The deprecated parameters that were given, at any depth."""
    deprecations = []
    for name, spec in argument_spec.items():
        if name not in parameters:
            continue
        path = '%s["%s"]' % (prefix, name) if prefix else name
        entry = _deprecation(path, spec)
        if entry:
            deprecations.append(entry)
        if spec.get('options') is None:
            continue
        values = parameters[name]
        for value in [values] if isinstance(values, dict) else values if isinstance(values, list) else ():
            if isinstance(value, dict):
                deprecations.extend(_list_deprecations(spec['options'], value, prefix=path))
    return deprecations


def _deprecation(path, spec):
    message = "Param '%s' is deprecated. See the module docs for more information" % path
    if spec.get('removed_at_date') is not None:
        return {'msg': message, 'date': spec['removed_at_date'], 'collection_name': spec.get('removed_from_collection')}
    if spec.get('removed_in_version') is not None:
        return {'msg': message, 'version': spec['removed_in_version'], 'collection_name': spec.get('removed_from_collection')}
    return None


def _get_type_validator(wanted):
    """(check, name of the type); a callable is its own check."""
    if wanted is None:
        wanted = 'str'
    if callable(wanted):
        return wanted, getattr(wanted, '__name__', str(wanted))
    return DEFAULT_TYPE_VALIDATORS.get(wanted), wanted


def _validate_argument_types(argument_spec, parameters, prefix='', options_context=None, errors=None):
    """Convert each value to its type; a failure becomes an error."""
    errors = AnsibleValidationErrorMultiple() if errors is None else errors
    for name, spec in argument_spec.items():
        if name not in parameters:
            continue
        value = parameters[name]
        if value is None and not spec.get('required') and spec.get('default') is None:
            continue
        check, wanted = _get_type_validator(spec.get('type'))
        try:
            parameters[name] = check(value)
        except (TypeError, ValueError) as e:
            errors.append(ArgumentTypeError(_type_message('argument', name, value, wanted, e, options_context)))
            continue
        _convert_elements(name, spec, parameters, options_context, errors)


def _type_message(kind, name, value, wanted, error, options_context):
    message = "%s '%s' is of type %s" % (kind, name, type(value).__name__)
    if options_context:
        message += " found in '%s'." % ' -> '.join(options_context)
    return message + ' and we were unable to convert to %s: %s' % (wanted, to_native(error))


def _convert_elements(name, spec, parameters, options_context, errors):
    elements = spec.get('elements')
    if not elements:
        return
    if spec.get('type') != 'list' or not isinstance(parameters[name], list):
        message = "Invalid type %s for option '%s'" % (spec.get('type'), parameters[name])
        if options_context:
            message += " found in '%s'." % ' -> '.join(options_context)
        errors.append(ArgumentTypeError(message + ", elements value check is supported only with 'list' type"))
    if not is_iterable(parameters[name], include_strings=True):
        return
    parameters[name] = _validate_elements(elements, name, parameters[name], options_context, errors)


def _validate_elements(wanted_type, parameter, values, options_context=None, errors=None):
    errors = AnsibleValidationErrorMultiple() if errors is None else errors
    check, wanted = _get_type_validator(wanted_type)
    validated = []
    for value in values:
        try:
            validated.append(check(value))
        except (TypeError, ValueError) as e:
            errors.append(ElementError(_type_message('Elements value for option', parameter, value, wanted, e, options_context)))
    return validated


def _validate_argument_values(argument_spec, parameters, options_context=None, errors=None):
    """Each value with choices must be one of them."""
    errors = AnsibleValidationErrorMultiple() if errors is None else errors
    for name, spec in argument_spec.items():
        choices = spec.get('choices')
        if choices is None or name not in parameters:
            continue
        if not is_iterable(choices):
            errors.append(ArgumentTypeError('internal error: choices for argument %s are not iterable: %s' % (name, choices)))
            continue
        message = _check_choices(name, choices, parameters)
        if message:
            if options_context:
                message += ' found in %s' % ' -> '.join(options_context)
            errors.append(ArgumentValueError(message))


def _check_choices(name, choices, parameters):
    value = parameters[name]
    allowed = ', '.join(to_native(c) for c in choices)
    if isinstance(value, list):
        wrong = [to_native(v) for v in value if v not in choices]
        return wrong and 'value of %s must be one or more of: %s. Got no match for: %s' % (name, allowed, ', '.join(wrong))
    if value in choices:
        return None
    spelled = _spell_bool(value, choices)
    if spelled is not None:
        parameters[name] = spelled
        return None
    return 'value of %s must be one of: %s, got: %s' % (name, allowed, value)


def _spell_bool(value, choices):
    """YAML made a bool of yes or no: the one choice that means the same."""
    if value not in ('True', 'False'):
        return None
    spellings = BOOLEANS_TRUE if value == 'True' else BOOLEANS_FALSE
    matching = [c for c in choices if c in spellings]
    return matching[0] if len(matching) == 1 else None


def _validate_sub_spec(argument_spec, parameters, prefix='', options_context=None, errors=None,
                       no_log_values=None, unsupported_parameters=None, supported_parameters=None,
                       alias_deprecations=None):
    """Check the suboptions of every parameter that has some, at any depth."""
    if not any(spec.get('options') for spec in argument_spec.values()):
        return
    from ansible.module_utils._runtime.suboptions import SubSpec
    SubSpec(errors, no_log_values, unsupported_parameters, supported_parameters, alias_deprecations).check(
        argument_spec, parameters, prefix, options_context)

