"""The exceptions that plugins raise."""


class AnsibleError(Exception):
    """An error with a message for the user."""

    def __init__(self, message='', obj=None, show_content=True, suppress_extended_error=None, orig_exc=None, help_text=None):
        super().__init__(message)
        self._message, self.obj, self.orig_exc, self._help_text = str(message or ''), obj, orig_exc, help_text

    @property
    def message(self):
        return self._message

    def __str__(self):
        return self._message


class AnsibleOptionsError(AnsibleError):
    pass


class AnsibleRequiredOptionError(AnsibleOptionsError):
    pass


class AnsibleParserError(AnsibleError):
    pass


class AnsibleAssertionError(AnsibleError, AssertionError):
    pass


class AnsibleInternalError(AnsibleError):
    pass


class AnsibleRuntimeError(AnsibleError):
    pass


class AnsibleModuleError(AnsibleRuntimeError):
    pass


class AnsibleConnectionFailure(AnsibleRuntimeError):
    pass


class AnsibleAuthenticationFailure(AnsibleConnectionFailure):
    pass


class AnsibleCallbackError(AnsibleRuntimeError):
    pass


class AnsibleAction(AnsibleRuntimeError):
    """An end of an action, with its result."""

    def __init__(self, message='', obj=None, show_content=True, suppress_extended_error=None, orig_exc=None, result=None):
        super().__init__(message, obj=obj, orig_exc=orig_exc)
        self.result = dict(result or {})


class AnsibleActionSkip(AnsibleAction):
    pass


class AnsibleActionFail(AnsibleAction):
    pass


class AnsibleTemplateError(AnsibleRuntimeError):
    pass


class AnsibleTemplatePluginError(AnsibleTemplateError):
    pass


AnsibleFilterError = AnsibleLookupError = AnsibleTemplatePluginError


class AnsibleUndefinedVariable(AnsibleTemplateError):
    pass


class AnsibleTypeError(AnsibleRuntimeError, TypeError):
    pass


class AnsiblePluginError(AnsibleError):
    pass


class AnsiblePluginNotFound(AnsiblePluginError):
    pass


class AnsibleVaultError(AnsibleError):
    pass


class AnsibleFileNotFound(AnsibleRuntimeError):
    def __init__(self, message='', obj=None, show_content=True, suppress_extended_error=None, orig_exc=None, paths=None, file_name=None):
        self.file_name, self.paths = file_name, paths
        if not message:
            message = 'Could not find or access ' + ("'%s'" % file_name if file_name else 'any of ' + ', '.join(paths or ()))
        super().__init__(message, obj=obj, orig_exc=orig_exc)


def __getattr__(name):
    if name != 'AnsibleFilterTypeError':
        raise AttributeError('module %r has no attribute %r' % (__name__, name))
    from ansible.goplay import ask
    ask('tell', 'deprecation', "Importing 'AnsibleFilterTypeError' is deprecated. This feature will be removed from ansible-core version 2.23. Import 'AnsibleTypeError' instead.")
    return AnsibleTypeError
