"""Facts of the host's own administrator: the *.fact files of fact_path."""
import configparser
import glob
import json
import os
import stat

from ansible.module_utils.facts.utils import get_file_content


def collect(context):
    folder = context.fact_path
    if not folder or not os.path.exists(folder):
        return {'local': {}}
    facts = {}
    for path in sorted(glob.glob(folder + '/*.fact')):
        name = os.path.basename(path).replace('.fact', '')
        value, problem = fact(context.module, path)
        facts[name] = problem or value
        if problem:
            context.module.warn(problem)
    return {'local': facts}


def fact(module, path):
    """(value, problem) of one file; an executable one is run."""
    try:
        executable = stat.S_IXUSR & os.stat(path).st_mode
    except OSError as error:
        return None, 'Could not stat fact (%s): %s' % (path, error)
    if not executable:
        return parse(path, get_file_content(path, default=''))
    rc, out, err = module.run_command([path])
    if rc != 0:
        return None, 'Failure executing fact script (%s), rc: %s, err: %s' % (path, rc, err)
    return parse(path, out)


def parse(path, text):
    """JSON, or else an ini file; section -> option -> text."""
    try:
        return json.loads(text), None
    except ValueError:
        return parse_ini(path, text)


def parse_ini(path, text):
    reader = configparser.ConfigParser()
    try:
        reader.read_string(text)
    except configparser.Error:
        return None, 'error loading facts as JSON or ini - please check content: %s' % path
    try:
        return {section: dict(reader.items(section)) for section in reader.sections()}, None
    except configparser.Error as error:
        return None, 'error loading facts as ini - please check content: %s (%s)' % (path, error)
