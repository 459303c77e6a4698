"""ansible_facts(module): the facts without their prefix, for modules that want some themselves."""
from ansible.module_utils.facts import gather, subsets


def ansible_facts(module, gather_subset=None):
    """Facts of gather_subset (of the module's own option, if it has one and none is given)."""
    gather_subset = gather_subset or module.params.get('gather_subset') or ['all']
    context = gather.Context(module, module.params.get('fact_path', '/etc/ansible/facts.d'),
                             module.params.get('gather_timeout', 10))
    return gather.named(gather.gather(subsets.choose(gather_subset), context), prefix='')


def get_all_facts(module):
    """Older modules' name for it."""
    return ansible_facts(module)
