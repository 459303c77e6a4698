"""judge: replays rows by python3-jinja2 or by the reference, and tells what each gives.

    judge.py ansible|jinja2 < ROWS

Reads JSON lines: {"set", "vars"} gives a name to variables, {"set", "template"} is a row. Writes a JSON line for each row: "type repr" of
what came out, or "error message". Runs in the folder that lookups and includes search. For ansible, ansible-core 2.19 is on the path.
"""
import copy
import json
import os
import re
import sys


def trusted(v, trust):
    """The variables of a file, in which text is a template."""
    if isinstance(v, str):
        return trust(v)
    if isinstance(v, list):
        return [trusted(e, trust) for e in v]
    if isinstance(v, dict):
        return {k: trusted(e, trust) for k, e in v.items()}
    return v


def plain(v):
    """What a value is beneath the tags and lazy containers of the reference."""
    if isinstance(v, bool) or v is None:
        return v
    for kind in (int, float, str, bytes):
        if isinstance(v, kind):
            return kind(str.__str__(v)) if kind is str else kind(v)
    if isinstance(v, dict):
        return {plain(k): plain(e) for k, e in v.items()}
    for kind in (tuple, list, set):
        if isinstance(v, kind):
            return kind(plain(e) for e in v)
    return v


def shown(v):
    return '%s %s' % (type(v).__name__, repr(v))


def named(message):
    """A message with Python's names of the types that the reference's own are beneath, and without where Python's stack ran out."""
    message = re.sub('(maximum recursion depth exceeded).*', r'\1', message)
    message = message.replace('ansible._internal._templating._lazy_containers.', '')
    return re.sub('_Ansible(?:LazyTemplate|Tagged)([A-Z][a-z]+)', lambda m: m.group(1).lower(), message)


def by_ansible():
    from ansible.errors import AnsibleError
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import init_plugin_loader
    from ansible.template import Templar, trust_as_template

    init_plugin_loader([])
    loader = DataLoader()
    loader.set_basedir(os.getcwd())
    surroundings = {'ansible_search_path': [os.getcwd()], 'groups': {'all': ['b', 'c', 'a'], 'ungrouped': ['c'], 'web': ['a', 'b']}}

    def play(template, variables):
        templar = Templar(loader=loader, variables={**trusted(variables, trust_as_template), **surroundings})
        try:
            return shown(plain(templar.template(trust_as_template(template))))
        except AnsibleError as e:
            return 'error ' + named(str(e))

    return play


def by_jinja2():
    import jinja2

    env = jinja2.Environment(loader=jinja2.FileSystemLoader(os.getcwd()), extensions=['jinja2.ext.do', 'jinja2.ext.loopcontrols', 'jinja2.ext.debug'])

    def play(template, variables):
        try:
            return shown(env.from_string(template).render(variables))
        except Exception as e:
            return 'error ' + str(e)

    return play


def main():
    play = {'ansible': by_ansible, 'jinja2': by_jinja2}[sys.argv[1]]()
    sets = {'': {}}
    for line in sys.stdin:
        row = json.loads(line)
        if 'vars' in row:
            sets[row['set']] = row['vars']
        else:
            print(json.dumps(play(row['template'], copy.deepcopy(sets[row.get('set', '')]))), flush=True)


main()
