# Records the events of a run as JSON lines, for goplay's golden tests.
import json, os
from ansible.plugins.callback import CallbackBase
DOCUMENTATION = '''
name: events
type: notification
short_description: records events
'''
def plain(v):
    if isinstance(v, dict): return {str(k): plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)): return [plain(x) for x in v]
    if isinstance(v, (bool, int, float)) or v is None: return v
    return str(v)
class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'events'
    ids = {}
    def w(self, kind, **kw):
        with open(os.environ['REC'], 'a') as f: f.write(json.dumps(dict(event=kind, **plain(kw)))+'\n')
    def task(self, t):
        i = self.ids.setdefault(t._uuid, len(self.ids)+1)
        p = t.get_path() or ''
        return dict(id=i, name=t.get_name().strip(), action=t.action, line=int(p.rsplit(':',1)[1]) if ':' in p else 0, file='' if os.path.basename(p.split(':')[0]) == os.environ['SITE'] else p.split(':')[0], col=int(os.environ.get('COL', '5')),
            handler=type(t).__name__.startswith('Handler'), check=bool(t.check_mode), nolog=bool(t.no_log), loop=t.loop is not None, diff=bool(t.diff))
    def res(self, kind, status, r, **kw):
        if 'Include' in type(r._task).__name__ and status == 'ok': return
        d = dict(r._result)
        d.pop('exception', None)
        for k in ('warnings',):
            if k in d: d[k] = [getattr(getattr(w,'event',w),'msg',str(w)) for w in d[k]]
        if 'deprecations' in d:
            d['deprecations'] = []
        fields = getattr(r, '_task_fields', None) or {}
        dele = fields.get('delegate_to') or r._task.delegate_to or ''
        self.w(kind, status=status, task=self.task(r._task), host=r._host.get_name(), delegate=dele, result={k: v for k, v in d.items() if k != '_ansible_delegated_vars'}, label=r._result.get('_ansible_item_label', r._result.get('item', '')) if kind == 'item' else '', ignore=bool(kw.get('ignore')))
    def v2_playbook_on_start(self, playbook): self.w('playbook', path=playbook._file_name, plays=len(playbook.get_plays()))
    def v2_playbook_on_play_start(self, play): self.w('play', name=play.get_name().strip(), check=bool(play.check_mode), free=play.strategy=='free')
    def v2_playbook_on_no_hosts_matched(self): self.w('nohosts')
    def v2_playbook_on_no_hosts_remaining(self): self.w('remaining')
    def v2_playbook_on_task_start(self, task, is_conditional): self.w('task', task=self.task(task))
    def v2_playbook_on_handler_task_start(self, task): self.w('task', task=self.task(task))
    def v2_runner_on_start(self, host, task): self.w('start', task=self.task(task), host=host.get_name())
    def v2_runner_on_ok(self, r): self.res('result', 'changed' if r._result.get('changed') else 'ok', r)
    def v2_runner_on_failed(self, r, ignore_errors=False): self.res('result', 'failed', r, ignore=ignore_errors)
    def v2_runner_on_skipped(self, r): self.res('result', 'skipped', r)
    def v2_runner_on_unreachable(self, r): self.res('result', 'unreachable', r, ignore=r._task.ignore_unreachable)
    def v2_runner_item_on_ok(self, r): self.res('item', 'changed' if r._result.get('changed') else 'ok', r)
    def v2_runner_item_on_failed(self, r): self.res('item', 'failed', r)
    def v2_runner_item_on_skipped(self, r): self.res('item', 'skipped', r)
    def v2_runner_retry(self, r): self.w('retry', task=self.task(r._task), host=r._host.get_name(), result=r._result, attempt=r._result['attempts'], retries=r._result['retries'])
    def v2_playbook_on_include(self, inc): self.w('included', task=self.task(inc._task), path=inc._filename, hosts=[h.name for h in inc._hosts], label=(inc._vars or {}).get('_ansible_item_label', (inc._vars or {}).get('item','')), args=str(inc._vars))
    def v2_playbook_on_notify(self, handler, host): self.w('notify', handler=handler.get_name(), host=host)
    def v2_playbook_on_stats(self, stats):
        self.w('recap', hosts=[dict(host=h, **stats.summarize(h)) for h in sorted(stats.processed)], custom=stats.custom)
