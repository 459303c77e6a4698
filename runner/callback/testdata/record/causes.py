# Adds to recorded events what only the output tells: the chain of causes, by the task's line.
import json, re, sys
site, events, stdout, stderr = sys.argv[1:5]
verbose = '-vvv' in sys.argv[5:]
text = re.sub('\x1b\\[[0-9;]*m', '', open(stdout).read() + open(stderr).read())
causes = {}
for block in re.split(r'^\[ERROR\]: ', text, flags=re.M)[1:]:
    block = re.split(r'^(?:failed|fatal): \[|^task path|^\S+ \| ', block, flags=re.M)[0]
    parts = [re.match(r'(.*?)\nOrigin: [^\n]*?:(\d+):(\d+)\n', p.strip('\n')+'\n', re.S) for p in block.split('<<< caused by >>>')]
    if not all(parts): continue
    out = []
    for i, p in enumerate(parts):
        msg = p[1]
        if i == 0 and len(parts) > 1: msg = msg.split('\n\n', 1)[1]
        if i < len(parts)-1: msg = msg[:-1]
        out.append(dict(msg=msg, line=int(p[2]), col=int(p[3])))
    causes[out[0]['line']] = out

def lean(v):
    # How modules were called is seen at -vvv only.
    if isinstance(v, dict): return {k: lean(x) for k, x in v.items() if k != 'invocation'}
    if isinstance(v, list): return [lean(x) for x in v]
    return v


lines = []
for l in open(events):
    e = json.loads(l)
    if e.get('status') in ('failed', 'unreachable'):
        e['causes'] = causes.get(e['task']['line'], [])
        for c in e['causes']:
            if c['line'] == e['task']['line'] and c is e['causes'][0]: e['task']['col'] = c['col']
    lines.append(json.dumps(e if verbose else lean(e), ensure_ascii=False))
open(events, 'w').write('\n'.join(lines)+'\n')
