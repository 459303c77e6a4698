"""PyYAML with its fast parts where they are installed; HAS_YAML tells whether it is at all."""
from functools import partial

HAS_YAML = HAS_LIBYAML = False
SafeLoader = SafeDumper = None

try:
    import yaml as _yaml
except ImportError:
    pass
else:
    HAS_YAML = True
    HAS_LIBYAML = hasattr(_yaml, 'CSafeLoader')
    SafeLoader = getattr(_yaml, 'CSafeLoader', _yaml.SafeLoader)
    SafeDumper = getattr(_yaml, 'CSafeDumper', _yaml.SafeDumper)
    yaml_load = partial(_yaml.load, Loader=SafeLoader)
    yaml_load_all = partial(_yaml.load_all, Loader=SafeLoader)
    yaml_dump = partial(_yaml.dump, Dumper=SafeDumper)
    yaml_dump_all = partial(_yaml.dump_all, Dumper=SafeDumper)
