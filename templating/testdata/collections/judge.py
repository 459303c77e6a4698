"""Says what ansible-core makes of templates.

Standard input has rows as the files beside this one have them, one a line, each for one template: {"template": ...}, and
{"vars": {...}} for those behind it. A line of JSON, the description that belongs into "want", is printed for each template.
"""

import json
import sys

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar, trust_as_template


def trusted(v):
    if isinstance(v, str):
        return trust_as_template(v)
    if isinstance(v, list):
        return [trusted(e) for e in v]
    if isinstance(v, dict):
        return {k: trusted(e) for k, e in v.items()}
    return v


def plain(v):
    if isinstance(v, str):
        return str(v)
    if isinstance(v, dict):
        return {plain(k): plain(e) for k, e in v.items()}
    if isinstance(v, (list, tuple)):
        return type(v)(plain(e) for e in v) if type(v) in (list, tuple) else [plain(e) for e in v]
    return v


def describe(template, variables):
    templar = Templar(DataLoader(), variables=trusted(variables))
    try:
        v = plain(templar.template(trust_as_template(template)))
    except Exception as e:
        return 'error ' + str(e)
    return type(v).__name__ + ' ' + repr(v)


def main():
    init_plugin_loader()
    variables = {}
    for line in sys.stdin:
        row = json.loads(line)
        if 'vars' in row:
            variables = row['vars']
        else:
            print(json.dumps(describe(row['template'], variables)))


main()
