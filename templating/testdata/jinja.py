"""Renders templates with Jinja2: a JSON case a line on stdin, a JSON outcome a line on stdout. See jinjaCase and outcome in jinja_test.go."""
import json
import resource
import signal
import sys
import timeit

import jinja2
from jinja2.nativetypes import NativeEnvironment
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup


class NativeSandbox(NativeEnvironment, SandboxedEnvironment):
    pass


UNDEFINED = {
    "": jinja2.Undefined,
    "strict": jinja2.StrictUndefined,
    "chainable": jinja2.ChainableUndefined,
    "debug": jinja2.DebugUndefined,
}
EXTENSIONS = ["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.debug"]
environments = {}


def environment(options):
    key = json.dumps(options, sort_keys=True)
    if key not in environments:
        options = dict(options)
        native = options.pop("native", False)
        options["undefined"] = UNDEFINED[options.pop("undefined", "")]
        environments[key] = (NativeSandbox if native else SandboxedEnvironment)(extensions=EXTENSIONS, cache_size=0, **options)
    return environments[key]


def expire(*_):
    raise TimeoutError("it took too long")


def timed(case):
    """Seconds that one evaluation of a compiled template takes, the better of two runs of about case["seconds"] in all."""
    env = environment(case["options"])
    context = case["context"]
    if case.get("expr"):
        expression = env.compile_expression(case["template"])
        run = lambda: expression(**context)
    else:
        template = env.from_string(case["template"])
        run = lambda: template.render(context)
    once = timeit.timeit(run, number=10) / 10
    count = max(1, int(case["seconds"] / 2 / once))
    return {"seconds": min(timeit.repeat(run, number=count, repeat=2)) / count, "text": str(run())}


def outcome(case):
    if "seconds" in case:
        return timed(case)
    env = environment(case["options"])
    env.loader = jinja2.DictLoader(case.get("templates") or {})
    try:
        signal.setitimer(signal.ITIMER_REAL, 2)
        result = env.from_string(case["template"]).render(**case.get("context") or {})
        if case["options"].get("native"):
            if isinstance(result, Markup):
                result = str(result)
            kind = "Undefined" if isinstance(result, jinja2.Undefined) else type(result).__name__
            return {"text": repr(result), "type": kind}
        return {"text": result}
    except Exception as e:
        return {"kind": type(e).__name__, "msg": str(e)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


signal.signal(signal.SIGALRM, expire)
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
for line in sys.stdin:
    answer = outcome(json.loads(line))
    print(json.dumps(answer), flush=True)
