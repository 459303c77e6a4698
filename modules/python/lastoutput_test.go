package python_test

import "testing"

// lastOutput runs a program that writes and ends at the very moment when run_command has waited for output in vain.
const lastOutput = `
import json, os, selectors, subprocess, sys, tempfile
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = b'{"ANSIBLE_MODULE_ARGS": {}}'
fifo = os.path.join(tempfile.mkdtemp(dir='.'), 'fifo')
os.mkfifo(fifo)
select, started, calls = selectors.DefaultSelector.select, [], []
def late(self, timeout=None):
    calls.append(timeout)
    if len(calls) > 1:
        return select(self, timeout)
    with open(fifo, 'w') as go:
        go.write('go\n')
    os.waitid(os.P_PID, started[0].pid, os.WEXITED | os.WNOWAIT)
    return []
selectors.DefaultSelector.select = late
module = basic.AnsibleModule({})
json.dump(module.run_command(['sh', '-c', 'read line <%s; echo last' % fifo], before_communicate_callback=started.append), sys.stdout)
`

func TestLastOutput(t *testing.T) {
	var got []any
	decode(t, python(t, nil, "-c", lastOutput), &got)
	if len(got) != 3 || got[1] != "last\n" {
		t.Errorf("run_command gave %v", got)
	}
}
