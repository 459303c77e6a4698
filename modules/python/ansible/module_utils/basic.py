"""AnsibleModule: what a module is built on. This is the API as module authors know it.

The class is put together from parts in _runtime: arguments come in (arguments, and the
specification rules in common.arg_spec), files are looked after (file_attributes, file_contents,
selinux_context), programs are run (commands), and one JSON object goes out (results).

The agent sets _ANSIBLE_ARGS before it runs a module; it is None when a module is run by hand.
"""
import errno  # noqa: F401  (old modules take these from here with "import *")
import json  # noqa: F401
import os
import re
import shlex  # noqa: F401
import stat  # noqa: F401
import sys
import time  # noqa: F401

import ansible.module_utils._runtime.afresh  # noqa: F401  (for the agent)
from ansible.module_utils._runtime.arguments import read_arguments
from ansible.module_utils._runtime.commands import Commands
from ansible.module_utils._runtime.file_attributes import FileAttributes
from ansible.module_utils._runtime.file_contents import DEFAULT_PERM, FileContents, available_hash_algorithms  # noqa: F401
from ansible.module_utils._runtime.logs import PASSWORD_MATCH, Logs  # noqa: F401
from ansible.module_utils._runtime.results import Results
from ansible.module_utils._runtime.scratch import Scratch
from ansible.module_utils._runtime.secrets import heuristic_log_sanitize, remove_values, sanitize_keys  # noqa: F401
from ansible.module_utils._runtime.selinux_context import SELinuxContext
from ansible.module_utils.common._utils import get_all_subclasses  # noqa: F401
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible.module_utils.common.file import (  # noqa: F401
    FILE_ATTRIBUTES, S_IRWU_RWG_RWO, S_IXANY, _PERM_BITS as PERM_BITS, format_attributes, get_flags_from_attributes, is_executable,
)
from ansible.module_utils.common.locale import get_best_parsable_locale  # noqa: F401
from ansible.module_utils.common.parameters import (  # noqa: F401
    DEFAULT_TYPE_VALIDATORS, PASS_BOOLS, PASS_VARS, env_fallback,
)
from ansible.module_utils.common.process import get_bin_path
from ansible.module_utils.common.sys_info import (  # noqa: F401
    get_distribution, get_distribution_version, get_platform_subclass,
)
from ansible.module_utils.common.text.converters import (  # noqa: F401
    container_to_bytes as json_dict_unicode_to_bytes, container_to_text as json_dict_bytes_to_unicode,
    jsonify, to_bytes, to_native, to_text,
)
from ansible.module_utils.common.text.formatters import (  # noqa: F401
    SIZE_RANGES, bytes_to_human, human_to_bytes, lenient_lowercase,
)
from ansible.module_utils.common.validation import check_missing_parameters, safe_eval
from ansible.module_utils.common.warnings import (  # noqa: F401
    deprecate, error_as_warning, get_deprecations, get_warnings, warn,
)
from ansible.module_utils.errors import AnsibleFallbackNotFound, AnsibleValidationErrorMultiple, UnsupportedError  # noqa: F401
from ansible.module_utils.parsing.convert_bool import BOOLEANS, BOOLEANS_FALSE, BOOLEANS_TRUE, boolean  # noqa: F401

# JSON bytes {"ANSIBLE_MODULE_ARGS": {...}} and the name of their serialisation, set by the agent.
_ANSIBLE_ARGS = None
_ANSIBLE_PROFILE = None

HAS_SYSLOG = True
NoneType = type(None)
SEQUENCETYPE = (list, tuple, frozenset, set)
PASSWD_ARG_RE = re.compile(r'^[-]{0,2}pass[-]?(word|wd)?')

FILE_COMMON_ARGUMENTS = dict(
    mode=dict(type='raw'),
    owner=dict(type='str'),
    group=dict(type='str'),
    seuser=dict(type='str'),
    serole=dict(type='str'),
    selevel=dict(type='str'),
    setype=dict(type='str'),
    attributes=dict(type='str', aliases=['attr']),
    unsafe_writes=dict(type='bool', default=False, fallback=(env_fallback, ['ANSIBLE_UNSAFE_WRITES'])),
)


def __getattr__(name):
    """What is rarely asked for and costs time to find out (Python 3.7 and later call this)."""
    if name == 'AVAILABLE_HASH_ALGORITHMS':
        return available_hash_algorithms()
    raise AttributeError('module %r has no attribute %r' % (__name__, name))


def get_platform():
    """The operating system's name: Linux, Darwin …"""
    return os.uname().sysname


def get_module_path():
    """The folder of the running module."""
    return os.path.dirname(os.path.realpath(__file__))


def load_platform_subclass(cls, *args, **kwargs):
    """An instance of the subclass of cls which is for this platform."""
    subclass = get_platform_subclass(cls)
    return super(cls, subclass).__new__(subclass)


def missing_required_lib(library, reason=None, url=None):
    """The message for a Python library that a module needs and does not find."""
    msg = "Failed to import the required Python library (%s) on %s's Python %s." % (library, os.uname().nodename, sys.executable)
    if reason:
        msg += ' This is required %s.' % reason
    if url:
        msg += ' See %s for more info.' % url
    return msg + (' Please read the module documentation and install it in the appropriate location.'
                  ' If the required library is installed, but Ansible is using the wrong Python interpreter,'
                  ' please consult the documentation on ansible_python_interpreter')


def _load_params():
    """The module's arguments, internal ones included."""
    return read_arguments(_ANSIBLE_ARGS)


class AnsibleModule(Results, Commands, FileAttributes, FileContents, SELinuxContext, Scratch, Logs):
    """A running module: its checked arguments in params, and what it can do."""

    def __init__(self, argument_spec, bypass_checks=False, no_log=False, mutually_exclusive=None,
                 required_together=None, required_one_of=None, add_file_common_args=False,
                 supports_check_mode=False, required_if=None, required_by=None):
        self._name = os.path.basename(sys.argv[0] or __file__)
        self.argument_spec = argument_spec
        self.supports_check_mode = supports_check_mode
        self.check_mode = False
        self.bypass_checks = bypass_checks
        self.no_log = no_log
        self.mutually_exclusive = mutually_exclusive
        self.required_together = required_together
        self.required_one_of = required_one_of
        self.required_if = required_if
        self.required_by = required_by
        self.cleanup_files = []
        self.run_command_environ_update = {}
        self.aliases = {}
        self.no_log_values = set()
        if add_file_common_args:
            for name, spec in FILE_COMMON_ARGUMENTS.items():
                self.argument_spec.setdefault(name, spec)
        self._load_params()
        self._set_internal_properties()
        self._validate()
        if self.check_mode and not self.supports_check_mode:
            self.exit_json(skipped=True, msg='remote module (%s) does not support check mode' % self._name)
        self._set_cwd()

    def _load_params(self):
        self.params = _load_params()

    def _set_internal_properties(self, argument_spec=None, module_parameters=None):
        """Take the _ansible_ keys out of the arguments: they are for this class, not for the module."""
        parameters = self.params if module_parameters is None else module_parameters
        for name, (attribute, default) in PASS_VARS.items():
            value = parameters.pop('_ansible_' + name, None)
            if value is None:
                value = getattr(self, attribute, default) if name in ('module_name', 'no_log', 'check_mode') else default
            setattr(self, attribute, boolean(value) if name in PASS_BOOLS else value)

    def _validate(self):
        validator = ModuleArgumentSpecValidator(
            self.argument_spec, self.mutually_exclusive, self.required_together,
            self.required_one_of, self.required_if, self.required_by)
        result = validator.validate(self.params)
        self.params.update(result.validated_parameters)
        self.no_log_values.update(result._no_log_values)
        self.aliases.update(result._aliases)
        self._check_locale()
        if result.errors.errors:
            self._fail_validation(result.errors[0])
        if not self.no_log:
            self._log_invocation()

    def _fail_validation(self, error):
        msg = error.msg
        if isinstance(error, UnsupportedError):
            if self._ignore_unknown_opts:
                return
            msg = 'Unsupported parameters for ({name}) {kind}: {msg}'.format(name=self._name, kind='module', msg=msg)
        self.fail_json(msg=msg)

    def warn(self, warning, *, help_text=None):
        """Add a warning to the result."""
        warn(warning, help_text=help_text)
        self.log('[WARNING] %s' % warning)

    def error_as_warning(self, msg, exception, *, help_text=None):
        """Add an exception to the result as a warning."""
        error_as_warning(msg, exception, help_text=help_text)
        self.log('[WARNING] %s: %s' % (msg, exception))

    def deprecate(self, msg, version=None, date=None, collection_name=None, *, deprecator=None, help_text=None):
        """Add a deprecation to the result."""
        if version is not None and date is not None:
            raise AssertionError('implementation error -- version and date must not both be set')
        deprecate(msg, version=version, date=date, collection_name=collection_name, help_text=help_text)
        self.log('[DEPRECATION WARNING] %s %s' % (msg, date or version))

    def boolean(self, arg):
        """arg as a bool; what is not one fails the module."""
        if arg is None:
            return arg
        try:
            return boolean(arg)
        except TypeError as e:
            self.fail_json(msg=to_native(e))

    def get_bin_path(self, arg, required=False, opt_dirs=None):
        """A program's path; None if there is none, which fails the module if it is required."""
        try:
            return get_bin_path(arg=arg, opt_dirs=opt_dirs)
        except ValueError as e:
            if required:
                self.fail_json(msg=to_text(e))
            return None

    def safe_eval(self, value, locals=None, include_exceptions=False):
        return safe_eval(value, locals, include_exceptions)

    def fail_on_missing_params(self, required_params=None):
        """Fail unless all the named parameters have a value."""
        try:
            check_missing_parameters(self.params, required_params)
        except TypeError as e:
            self.fail_json(msg=to_native(e))

    @staticmethod
    def is_executable(path):
        return is_executable(path)

    @staticmethod
    def bytes_to_human(size):
        return bytes_to_human(size)

    pretty_bytes = bytes_to_human  # older modules' name for it

    @staticmethod
    def human_to_bytes(number, isbits=False):
        return human_to_bytes(number, isbits)
