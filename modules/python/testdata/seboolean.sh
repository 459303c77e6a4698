# What the rows of seboolean.yaml begin with: libraries selinux and semanage that stand in for SELinux's. They write down their calls; files called as
# their functions, and enabled, active, value and sub, are what they tell.
cat > selinux.py <<'END'
import os
def log(*words):
    with open(os.environ['DIR'] + '/log', 'a') as f:
        f.write(' '.join(map(str, words)) + '\n')
def told(name, default):
    try:
        with open(os.environ['DIR'] + '/' + name) as f:
            return f.read().strip()
    except OSError:
        return default
def is_selinux_enabled():
    return int(told('enabled', '1'))
def selinux_boolean_sub(name):
    return told('sub', name)
def security_get_boolean_active(name):
    return int(told('active', '0'))
def security_set_boolean(name, value):
    log('set', name, value)
    return int(told('security_set_boolean', '0'))
def security_commit_booleans():
    log('commit')
    return int(told('security_commit_booleans', '0'))
END
cat > semanage.py <<'END'
from selinux import log, told
class Thing:
    def __str__(self):
        return '-'
def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    def call(*arguments):
        log(name, *arguments)
        answer = told(name, None)
        if answer == 'None':
            return None
        if answer is not None:
            return tuple(map(int, answer.split(','))) if ',' in answer else int(answer)
        if name == 'semanage_handle_create':
            return Thing()
        if name in ('semanage_bool_create', 'semanage_bool_key_extract', 'semanage_bool_query'):
            return 0, Thing()
        if name == 'semanage_bool_exists':
            return 0, 1
        if name == 'semanage_bool_get_value':
            return int(told('value', '0'))
        return int(name == 'semanage_is_managed')
    return call
END
