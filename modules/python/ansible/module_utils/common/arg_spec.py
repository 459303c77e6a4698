"""Validation of parameters against an argument spec."""
from copy import deepcopy

from ansible.module_utils.common import parameters as rules
from ansible.module_utils.common.validation import check_mutually_exclusive, check_required_arguments
from ansible.module_utils.common.warnings import deprecate, warn
from ansible.module_utils.errors import (
    AliasError, AnsibleValidationErrorMultiple, MutuallyExclusiveError, NoLogError, RequiredDefaultError,
    RequiredError, SubParameterTypeError, UnsupportedError,
)


class ValidationResult:
    """Parameters with aliases, defaults and types applied, and what is wrong with them."""

    def __init__(self, parameters):
        self._no_log_values = set()
        self._unsupported_parameters = set()
        self._supported_parameters = {}
        self._validated_parameters = deepcopy(parameters)
        self._deprecations = []
        self._warnings = []
        self._aliases = {}
        self.errors = AnsibleValidationErrorMultiple()

    @property
    def validated_parameters(self):
        return self._validated_parameters

    @property
    def unsupported_parameters(self):
        return self._unsupported_parameters

    @property
    def error_messages(self):
        return self.errors.messages


class ArgumentSpecValidator:
    """Checks parameters against one spec; every check runs, the first error is the one to report."""

    def __init__(self, argument_spec, mutually_exclusive=None, required_together=None,
                 required_one_of=None, required_if=None, required_by=None):
        self._mutually_exclusive = mutually_exclusive
        self._required_together = required_together
        self._required_one_of = required_one_of
        self._required_if = required_if
        self._required_by = required_by
        self._valid_parameter_names = set(rules.supported_names(argument_spec))
        self.argument_spec = argument_spec

    def validate(self, parameters, *args, **kwargs):
        """Returns a ValidationResult."""
        result = ValidationResult(parameters)
        values = result._validated_parameters
        result._no_log_values.update(rules.set_fallbacks(self.argument_spec, values))
        self._apply_aliases(result)
        self._note_deprecations(result)
        self._check_secrets(result)
        self._note_unsupported(result)
        self._check(result, check_mutually_exclusive, self._mutually_exclusive, MutuallyExclusiveError)
        result._no_log_values.update(rules._set_defaults(self.argument_spec, values, False))
        self._check(result, check_required_arguments, self.argument_spec, RequiredError)
        rules._validate_argument_types(self.argument_spec, values, errors=result.errors)
        rules._validate_argument_values(self.argument_spec, values, errors=result.errors)
        for key, check, error in rules.ADDITIONAL_CHECKS:
            self._check(result, check, getattr(self, '_' + key), error)
        result._no_log_values.update(rules._set_defaults(self.argument_spec, values))
        self._check_suboptions(result)
        if result._unsupported_parameters:
            result.errors.append(UnsupportedError(self._describe_unsupported(result)))
        return result

    def _apply_aliases(self, result):
        both, deprecated = [], []
        try:
            result._aliases.update(rules._handle_aliases(self.argument_spec, result._validated_parameters, both, deprecated))
        except (AliasError, RequiredDefaultError) as e:
            result.errors.append(e)
        result._warnings.extend({'option': option, 'alias': alias} for option, alias in both)
        for alias in deprecated:
            result._deprecations.append(_alias_deprecation(alias))

    def _note_deprecations(self, result):
        result._deprecations.extend(rules._list_deprecations(self.argument_spec, result._validated_parameters))

    def _check_secrets(self, result):
        try:
            result._no_log_values.update(rules._list_no_log_values(self.argument_spec, result._validated_parameters))
        except (NoLogError, SubParameterTypeError) as e:
            result.errors.append(e)
        except TypeError as e:
            result.errors.append(NoLogError(str(e)))

    def _note_unsupported(self, result):
        legal = list(result._aliases) + list(self.argument_spec)
        result._unsupported_parameters.update(
            rules._get_unsupported_parameters(self.argument_spec, result._validated_parameters, legal))

    @staticmethod
    def _check(result, check, terms, error):
        try:
            check(terms, result._validated_parameters)
        except TypeError as e:
            result.errors.append(error(str(e)))

    def _check_suboptions(self, result):
        deprecated = []
        rules._validate_sub_spec(
            self.argument_spec, result._validated_parameters, errors=result.errors, no_log_values=result._no_log_values,
            unsupported_parameters=result._unsupported_parameters, supported_parameters=result._supported_parameters,
            alias_deprecations=deprecated)
        result._deprecations.extend(_alias_deprecation(alias) for alias in deprecated)

    def _describe_unsupported(self, result):
        """Where suboptions are unknown, those are listed which would be known there."""
        unknown = sorted('.'.join(name) if isinstance(name, tuple) else name for name in result._unsupported_parameters)
        specs = [options for options, dummy in result._supported_parameters.values()] or [self.argument_spec]
        names = sorted(set(name for spec in specs for name in spec))
        aliases = sorted(set(alias for spec in specs for option in spec.values() for alias in option.get('aliases') or ()))
        known = ', '.join(names) + (' (%s)' % ', '.join(aliases) if aliases else '')
        return '{0}. Supported parameters include: {1}.'.format(', '.join(unknown), known)


def _alias_deprecation(alias):
    entry = {
        'msg': "Alias '%s' is deprecated. See the module docs for more information" % alias['name'],
        'collection_name': alias.get('collection_name'),
    }
    entry.update({'date': alias['date']} if alias.get('date') is not None else {'version': alias.get('version')})
    return entry


class ModuleArgumentSpecValidator(ArgumentSpecValidator):
    """The validator of AnsibleModule: warnings and deprecations go into the module's result."""

    def validate(self, parameters):
        result = super(ModuleArgumentSpecValidator, self).validate(parameters)
        for entry in result._deprecations:
            deprecate(**entry)
        for entry in result._warnings:
            warn('Both option {option} and its alias {alias} are set.'.format(**entry))
        return result
