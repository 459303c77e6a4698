"""Checking the suboptions of a parameter (type dict, or list of dict) against their own spec."""
from ansible.module_utils.common import parameters as spec_rules
from ansible.module_utils.common.validation import check_mutually_exclusive, check_required_arguments, check_type_dict
from ansible.module_utils.common.warnings import warn
from ansible.module_utils.errors import (
    AnsibleValidationErrorMultiple, ArgumentTypeError, MutuallyExclusiveError, RequiredDefaultError, AliasError,
    RequiredError, SubParameterTypeError,
)


class SubSpec:
    """The walk through one spec's suboptions; what it finds is added to the given collections."""

    def __init__(self, errors=None, no_log_values=None, unsupported=None, supported=None, alias_deprecations=None):
        self.errors = AnsibleValidationErrorMultiple() if errors is None else errors
        self.no_log_values = set() if no_log_values is None else no_log_values
        self.unsupported = set() if unsupported is None else unsupported
        self.supported = {} if supported is None else supported
        self.alias_deprecations = [] if alias_deprecations is None else alias_deprecations

    def check(self, argument_spec, parameters, prefix='', context=None):
        for name, spec in argument_spec.items():
            wanted = spec.get('type')
            if spec.get('options') is None or not (wanted == 'dict' or (wanted == 'list' and spec.get('elements', '') == 'dict')):
                continue
            if spec.get('apply_defaults', False) and parameters.get(name) is None:
                parameters[name] = {}
            if parameters.get(name) is None:
                continue
            self._check_elements(name, spec, parameters, prefix, list(context or ()) + [name])

    def _check_elements(self, name, spec, parameters, prefix, context):
        values = parameters[name]
        single = not isinstance(values, list)
        for index, value in enumerate([values] if single else values):
            value = self._as_dict(name, value)
            if value is None:
                continue
            if not single:
                values[index] = value
            self._check_one(spec, value, self._prefix(prefix, name, None if single else index), context)

    @staticmethod
    def _prefix(prefix, name, index):
        path = '%s%s' % (prefix, name)
        if index is not None:
            path += '[%d]' % index
        return path + '.'

    def _as_dict(self, name, value):
        if isinstance(value, dict):
            return value
        try:
            return check_type_dict(value)
        except TypeError:
            self.errors.append(SubParameterTypeError("value of '%s' must be of type dict or list of dicts" % name))
            return None

    def _check_one(self, spec, value, prefix, context):
        options = spec['options']
        self.no_log_values.update(spec_rules.set_fallbacks(options, value))
        aliases = self._aliases(options, value, prefix)
        self._secrets(options, value)
        legal = list(aliases) + list(options)
        names = spec_rules._get_unsupported_parameters(options, value, legal, context)
        self.unsupported.update(names)
        for path in names:
            self.supported[path] = (options, path)
        self._try(check_mutually_exclusive, MutuallyExclusiveError, spec.get('mutually_exclusive'), value, context)
        self.no_log_values.update(spec_rules._set_defaults(options, value, False))
        self._try(check_required_arguments, RequiredError, options, value, context)
        spec_rules._validate_argument_types(options, value, prefix, context, self.errors)
        spec_rules._validate_argument_values(options, value, context, self.errors)
        for key, check, error in spec_rules.ADDITIONAL_CHECKS:
            self._try(check, error, spec.get(key), value, context)
        self.no_log_values.update(spec_rules._set_defaults(options, value, True))
        self.check(options, value, prefix, context)

    def _aliases(self, options, value, prefix):
        both, deprecated = [], []
        try:
            aliases = spec_rules._handle_aliases(options, value, both, deprecated)
        except (AliasError, RequiredDefaultError) as e:
            self.errors.append(e)
            aliases = {}
        for option, alias in both:
            warn('Both option %s%s and its alias %s%s are set.' % (prefix, option, prefix, alias))
        for entry in deprecated:
            self.alias_deprecations.append(dict(entry, name=prefix + entry['name']))
        return aliases

    def _secrets(self, options, value):
        try:
            self.no_log_values.update(spec_rules._list_no_log_values(options, value))
        except TypeError as e:
            self.errors.append(ArgumentTypeError(str(e)))

    def _try(self, check, error, terms, value, context):
        try:
            check(terms, value, context)
        except TypeError as e:
            self.errors.append(error(str(e)))
