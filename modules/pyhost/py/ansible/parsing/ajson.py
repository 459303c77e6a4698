"""JSON of Ansible's values."""
import datetime
import json
from collections.abc import Mapping

AnsibleJSONDecoder = json.JSONDecoder


class AnsibleJSONEncoder(json.JSONEncoder):
    """Writes mappings as dicts and times as text."""

    def __init__(self, preprocess_unsafe=False, vault_to_text=False, **options):
        super().__init__(**options)

    def default(self, o):
        if isinstance(o, Mapping):
            return dict(o)
        if isinstance(o, (datetime.date, datetime.datetime)):
            return o.isoformat()
        if isinstance(o, (set, frozenset, tuple)):
            return list(o)
        return super().default(o)
