"""setup: gathers facts about the target."""
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.facts import gather, subsets

OPTIONS = dict(
    gather_subset=dict(default=['all'], type='list', elements='str'),
    gather_timeout=dict(default=10, type='int'),
    filter=dict(default=[], type='list', elements='str'),
    fact_path=dict(default='/etc/ansible/facts.d', type='path'),
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    try:
        rows = subsets.choose(module.params['gather_subset'])
    except subsets.BadSubset as error:
        module.fail_json(msg=str(error))
    context = gather.Context(module, module.params['fact_path'], module.params['gather_timeout'])
    facts = gather.named(gather.gather(rows, context))
    facts['gather_subset'] = module.params['gather_subset']
    facts['module_setup'] = True
    module.exit_json(ansible_facts=gather.filtered(facts, module.params['filter']))


if __name__ == '__main__':
    main()
