"""Evaluates templates with ansible-core's Templar: a JSON case a line on stdin, a JSON outcome a line on stdout. See templar_test.go."""
import json
import resource
import signal
import sys
import timeit

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible.utils.display import Display


def trusted(value):
    if isinstance(value, str):
        return trust_as_template(value)
    if isinstance(value, list):
        return [trusted(e) for e in value]
    if isinstance(value, dict):
        return {k: trusted(v) for k, v in value.items()}
    return value


def plain(value):
    """Text without tags, so that its repr is a str's."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list):
        return [plain(e) for e in value]
    if isinstance(value, tuple):
        return tuple(plain(e) for e in value)
    if isinstance(value, dict):
        return {plain(k): plain(v) for k, v in value.items()}
    return value


def name(value):
    return type(value).__name__.replace("_Ansible", "").replace("Tagged", "").replace("LazyTemplate", "").lower()


def expire(*_):
    raise TimeoutError("it took too long")


loader = DataLoader()
Display.warning = Display.deprecated = lambda *_, **__: None


def timed(case):
    """As in jinja.py."""
    templar = Templar(loader, variables=trusted(case["context"]))
    text = trust_as_template(case["template"])
    run = (lambda: templar.evaluate_conditional(text)) if case.get("expr") else (lambda: templar.template(text))
    once = timeit.timeit(run, number=2) / 2
    count = max(1, int(case["seconds"] / 2 / once))
    return {"seconds": min(timeit.repeat(run, number=count, repeat=2)) / count, "text": str(run())}


def outcome(case):
    if "seconds" in case:
        return timed(case)
    templar = Templar(loader, variables=trusted(case.get("context") or {}))
    try:
        signal.setitimer(signal.ITIMER_REAL, 2)
        if case.get("expr"):
            result = templar.evaluate_expression(trust_as_template(case["template"]))
        else:
            result = templar.template(trust_as_template(case["template"]))
        kind = {"nonetype": "NoneType", "omittype": "Omit"}.get(name(result), name(result))
        return {"type": kind, "text": repr(plain(result))}
    except Exception as e:
        return {"kind": type(e).__name__, "msg": str(e)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


signal.signal(signal.SIGALRM, expire)
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
for line in sys.stdin:
    answer = outcome(json.loads(line))
    print(json.dumps(answer), flush=True)
