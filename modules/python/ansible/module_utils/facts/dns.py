"""The resolver's settings, from /etc/resolv.conf."""
from ansible.module_utils.facts.utils import get_file_content


def collect(context):
    return {'dns': parse(get_file_content('/etc/resolv.conf', ''))}


def parse(text):
    facts = {}
    for line in text.splitlines():
        words = line.split()
        if words and words[0][0] not in '#;':
            keyword(facts, words[0], words[1:])
    return facts


def keyword(facts, name, words):
    if name == 'nameserver':
        facts.setdefault('nameservers', []).extend(words)
    elif name == 'domain':
        if words:
            facts['domain'] = words[0]
    elif name in ('search', 'sortlist'):
        facts[name] = words
    elif name == 'options':
        facts['options'] = dict(option(word) for word in words)


def option(word):
    name, colon, value = word.partition(':')
    return name, value if colon else True
