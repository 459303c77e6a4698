"""Checks many arguments against the specs of modules, and tells what came of each.

    specs.py NAME…              one line of JSON for each module: name, why it has no spec, what is said of an unknown option
                                alone, and a digest of what came of each case, "" where the check itself broke
    specs.py -show NAME CASE    what came of one case

ansible and ansible_collections are looked for in PYTHONPATH. No module runs: each is stopped where it hands over its spec.
"""
import hashlib
import json
import os
import runpy
import sys

import ansible.module_utils.basic as basic
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

UNKNOWN = "no_such_option"
PROBES = {
    "word": "no_such_value", "digits": "5", "empty": "", "number": 7, "fraction": 1.5, "true": True, "none": None,
    "list": ["a", 1], "mapping": {"a": 1}, "mappings": [{"a": 1}], "path": "~root/$NO_SUCH/x", "pairs": "a=1, b='x y'", "json": '{"a": [1]}',
    "size": "10MB", "commas": "a,b, c",
}
PLAUSIBLE = {
    "int": 1, "float": 1.5, "bool": True, "list": ["x"], "dict": {"a": 1}, "path": "/x", "jsonarg": "{}", "json": "{}", "bits": "1Mb", "bytes": "1K",
}
os.environ["IPA_HOST"] = "ipa.example.com"  # else the default of a module's option asks the DNS, for each case
RELATIONS = "mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by"


class Captured(BaseException):
    pass


def capture(name):
    """The spec of a module and its relations."""
    found = {}

    def init(self, argument_spec, bypass_checks=False, no_log=False, mutually_exclusive=None, required_together=None,
             required_one_of=None, add_file_common_args=False, supports_check_mode=False, required_if=None, required_by=None):
        if add_file_common_args:
            for option, spec in basic.FILE_COMMON_ARGUMENTS.items():
                argument_spec.setdefault(option, spec)
        found.update(spec=argument_spec, relations={n: v for n, v in locals().items() if n in RELATIONS})
        raise Captured()

    basic.AnsibleModule.__init__ = init
    basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = b'{"ANSIBLE_MODULE_ARGS": {}}', "legacy"
    sys.argv = [name]
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    except Captured:
        return found["spec"], found["relations"]
    raise ValueError("it makes no AnsibleModule")


def plausible(spec):
    """A value that an option takes."""
    if spec.get("choices"):
        return list(spec["choices"])[0]
    kind = spec.get("type") or "str"
    if spec.get("options"):
        inner = {n: plausible(s) for n, s in spec["options"].items() if s.get("required")}
        return [inner] if kind == "list" else inner
    if kind == "list":
        return [plausible({"type": spec.get("elements")})]
    return PLAUSIBLE.get(kind, "x") if isinstance(kind, str) else "x"


def cases(spec, relations):
    """Names and arguments."""
    base = {n: plausible(s) for n, s in spec.items() if s.get("required")}
    for group in relations["required_one_of"] or ():
        base.setdefault(group[0], plausible(spec.get(group[0], {})))
    yield "nothing", {}
    yield "required", base
    yield "unknown", dict(base, **{UNKNOWN: 1})
    yield "all", {n: plausible(s) for n, s in spec.items()}
    for name, option in sorted(spec.items()):
        for probe, value in PROBES.items():
            yield "%s=%s" % (name, probe), dict(base, **{name: value})
        yield "%s=plausible" % name, dict(base, **{name: plausible(option)})
        for choice in option.get("choices") or ():
            yield "%s=%s" % (name, choice), dict(base, **{name: choice})
        for alias in option.get("aliases") or ():
            yield "%s as %s" % (name, alias), dict(base, **{name: plausible(option), alias: plausible(option)})
        if option.get("options"):
            inner = plausible(option)
            wrong = dict(inner[0] if isinstance(inner, list) else inner, **{UNKNOWN: 1})
            yield "%s=unknown" % name, dict(base, **{name: [wrong] if option.get("type") == "list" else wrong})


def check(spec, relations, arguments):
    """What came of it, None where the check itself broke: by a mistake in the spec, or a value that nobody thought of."""
    try:
        return ArgumentSpecValidator(spec, **relations).validate(arguments)
    except Exception:
        return None


def outcome(result):
    return result and json.dumps([
        result.error_messages, result.validated_parameters, sorted(result._no_log_values), sorted(map(str, result.unsupported_parameters)),
        sorted(d["msg"] for d in result._deprecations), result._warnings,
    ], sort_keys=True, default=repr)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def judge(name):
    """What is to be told of a module."""
    try:
        spec, relations = capture(name)
    except BaseException as e:
        return dict(name=name, problem="%s: %s" % (type(e).__name__, e))
    alone = check(spec, relations, {UNKNOWN: 1})
    return dict(name=name, message=alone and alone.error_messages[0],
                cases={case: digest(outcome(check(spec, relations, arguments))) for case, arguments in cases(spec, relations)})


def apart(name):
    """Judges a module in a process of its own."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        out, sys.stdout = sys.stdout, sys.stderr
        out.write(json.dumps(judge(name)) + "\n")
        out.flush()
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        print(json.dumps(dict(name=name, problem="its process ended early")))


if sys.argv[1] == "-show":
    show, wanted = sys.argv[2:]
    found_spec, found_relations = capture(show)
    print(outcome(check(found_spec, found_relations, dict(cases(found_spec, found_relations))[wanted])))
else:
    for each in sys.argv[1:]:
        apart(each)
