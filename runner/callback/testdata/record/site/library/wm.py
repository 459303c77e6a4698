#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
def main():
    m = AnsibleModule(dict(mode=dict()), supports_check_mode=True)
    mode = m.params['mode']
    if mode == 'warn':
        m.warn('this is a fairly long warning text that should be wrapped at some point, or perhaps not at all, who knows')
        m.deprecate('old thing', version='9.9', collection_name='a.b')
        m.exit_json(changed=False, foo='x')
    if mode == 'exc':
        raise Exception('boom')
    if mode == 'diff':
        m.exit_json(changed=True, diff=[dict(prepared='prepared text\n'), dict(before='a', after='b\n', before_header='bh', after_header='ah'), dict(before={'a': 1}, after={'a': 2}), dict(src_binary=1), dict(dst_binary=1), dict(src_larger=100), dict(dst_larger=200), dict(before='x', after='x')])
    if mode == 'out':
        m.exit_json(changed=True, stdout='l1\nl2\n', stderr='e1\ne2', zz=1, uni='\u00e9', lst=[], dct={})
    if mode == 'fail':
        m.fail_json(msg='multi\nline', stdout='l1\nl2', rc=3)
main()
