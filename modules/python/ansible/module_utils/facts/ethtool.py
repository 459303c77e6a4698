"""Offload features and time stamping, where the program ethtool is installed."""
import re
import threading

from ansible.module_utils.facts import command


def add(interfaces):
    """Asks for all interfaces at once; interfaces is name -> (index, facts)."""
    path = command.find('ethtool')
    if not path:
        return
    threads = [threading.Thread(target=ask, args=(path, name, facts), daemon=True)
               for name, (_, facts) in interfaces.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ask(path, name, facts):
    rc, out, _ = command.output([path, '-k', name], timeout=10)
    if rc == 0:
        facts['features'] = features(out)
    rc, out, _ = command.output([path, '-T', name], timeout=10)
    if rc == 0:
        facts.update(stamping(out))


def features(text):
    found = {}
    for line in text.splitlines():
        name, colon, value = line.partition(': ')
        if colon and value.strip():
            found[name.strip().replace('-', '_')] = value.strip()
    return found


def stamping(text):
    facts = {
        'timestamping': [name.lower() for name in re.findall(r'SOF_TIMESTAMPING_(\w+)', text)],
        'hw_timestamp_filters': [name.lower() for name in re.findall(r'HWTSTAMP_FILTER_(\w+)', text)],
    }
    clock = re.search(r'PTP Hardware Clock: (\d+)', text)
    if clock:
        facts['phc_index'] = int(clock.group(1))
    return facts
