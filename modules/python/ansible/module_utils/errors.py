"""What can be wrong with a module's arguments: one class for each kind of check."""


class AnsibleFallbackNotFound(Exception):
    """A fallback of the argument spec has no value to give."""


class AnsibleValidationError(Exception):
    """One failed check; msg is what the user reads."""

    def __init__(self, message):
        super(AnsibleValidationError, self).__init__(message)
        self.error_message = message

    @property
    def msg(self):
        return self.args[0]


class AnsibleValidationErrorMultiple(AnsibleValidationError):
    """All failed checks of one argument spec, in the order in which they failed."""

    def __init__(self, errors=None):
        self.errors = errors[:] if errors else []

    def __getitem__(self, key):
        return self.errors[key]

    def __setitem__(self, key, value):
        self.errors[key] = value

    def __delitem__(self, key):
        del self.errors[key]

    @property
    def msg(self):
        return self.errors[0].args[0]

    @property
    def messages(self):
        return [error.msg for error in self.errors]

    def append(self, error):
        self.errors.append(error)

    def extend(self, errors):
        self.errors.extend(errors)


class AliasError(AnsibleValidationError):
    """An alias is not what an alias may be."""


class ArgumentTypeError(AnsibleValidationError):
    """A value has the wrong type."""


class ArgumentValueError(AnsibleValidationError):
    """A value is not one of the choices."""


class DeprecationError(AnsibleValidationError):
    """A deprecated argument is described wrongly."""


class ElementError(AnsibleValidationError):
    """An element of a list has the wrong type."""


class MutuallyExclusiveError(AnsibleValidationError):
    """Arguments that exclude one another were given together."""


class NoLogError(AnsibleValidationError):
    """A secret value cannot be told apart from the rest."""


class RequiredByError(AnsibleValidationError):
    """An argument lacks another which it needs."""


class RequiredDefaultError(AnsibleValidationError):
    """A required argument has a default."""


class RequiredError(AnsibleValidationError):
    """A required argument is missing."""


class RequiredIfError(AnsibleValidationError):
    """An argument that another's value asks for is missing."""


class RequiredOneOfError(AnsibleValidationError):
    """None of a set of arguments was given."""


class RequiredTogetherError(AnsibleValidationError):
    """Only some of a set of arguments were given."""


class SubParameterTypeError(AnsibleValidationError):
    """A value with suboptions is no dictionary."""


class UnsupportedError(AnsibleValidationError):
    """An argument is unknown."""
