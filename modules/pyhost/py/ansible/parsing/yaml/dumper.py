"""Values as YAML, with the library PyYAML where it is installed."""
import yaml


class AnsibleDumper(yaml.SafeDumper):
    """Writes texts of every kind."""


AnsibleDumper.add_multi_representer(str, lambda dumper, text: dumper.represent_str(str(text)))
