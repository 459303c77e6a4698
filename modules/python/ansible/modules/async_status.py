"""async_status: how a task that runs in the background is doing, or forget it."""
import json
import os
import sys

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    jid=dict(type='str', required=True),
    mode=dict(type='str', choices=['cleanup', 'status'], default='status'),
    _async_dir=dict(type='path', required=True),
)


def status(path, jid):
    """What the job's file says. While it cannot be read or is no JSON, the job runs."""
    try:
        with open(path, encoding='utf-8', errors='surrogateescape') as f:
            found = json.loads(f.read())
    except (OSError, ValueError):
        found = {'started': True}
    if 'started' not in found:
        found['started'] = found['finished'] = True
    found.setdefault('ansible_job_id', jid)
    found.setdefault('finished', False)
    found.update(started=bool(found['started']), finished=bool(found['finished']))
    return found


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    jid = module.params['jid']
    path = os.path.join(module.params['_async_dir'], jid)
    cleanup = module.params['mode'] == 'cleanup'
    where = {'erased' if cleanup else 'results_file': path, 'ansible_job_id': jid}
    if not os.path.exists(path):
        module.fail_json(msg='could not find job', started=True, finished=True, **where)
    if cleanup:
        os.unlink(path)
        module.exit_json(**where)
    found = status(path, jid)
    found['results_file'] = path
    # It is the job's result that is passed on, with its own warnings.
    print(json.dumps(found))


if __name__ == '__main__':
    main()
    sys.exit(0)
