"""get_ansible_collector: facts for modules that choose and filter them by themselves."""
from ansible.module_utils.facts import gather, subsets


def get_ansible_collector(all_collector_classes, namespace=None, filter_spec=None, gather_subset=None, gather_timeout=None,
                          minimal_gather_subset=None):
    """A collector of the chosen subsets' facts. all_collector_classes is default_collectors.collectors, of which gather_subset chooses."""
    chosen = [row for row in subsets.choose(gather_subset) if row in all_collector_classes or row.name in (minimal_gather_subset or ())]
    return AnsibleFactCollector(chosen, namespace, filter_spec, gather_timeout or 10)


class AnsibleFactCollector:
    """Gathers facts when it is asked."""

    def __init__(self, collectors=None, namespace=None, filter_spec=None, timeout=10):
        self.collectors, self.namespace, self.filter_spec, self.timeout = collectors or [], namespace, filter_spec, timeout

    def collect(self, module=None, collected_facts=None):
        """The facts that fit filter_spec (a pattern or several), their names made by the namespace if there is one."""
        context = gather.Context(module, timeout=self.timeout)
        facts = gather.named(gather.gather(self.collectors, context), prefix='')
        patterns = [self.filter_spec] if isinstance(self.filter_spec, str) else self.filter_spec or []
        facts = gather.filtered(facts, patterns)
        return {self.namespace.transform(name): value for name, value in facts.items()} if self.namespace else facts
