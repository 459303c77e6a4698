#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
def main():
    m = AnsibleModule(dict(mode=dict()), supports_check_mode=True)
    m.deprecate('one', version='9.9', collection_name='ansible.builtin')
    m.deprecate('two.', date='2030-01-01', collection_name='a.b')
    m.deprecate('three')
    m.deprecate('four', version='3')
    m.deprecate('five', date='2030-02-03')
    m.warn('w1')
    m.warn('w1')
    m.warn('multi\nline ' + 'long '*60)
    m.exit_json(changed=False)
main()
