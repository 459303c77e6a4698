"""Arguments in one text: key=value and others."""
from ansible.module_utils.splitter import split_args, unquote


def parse_kv(args, check_raw=False):
    """Gives the values by their keys; what has no key is together under _raw_params."""
    options, raw = {}, []
    for part in split_args(args or ''):
        key, equals, value = part.partition('=')
        if equals and key and not key.endswith('\\') and (not check_raw or key in ('creates', 'removes', 'chdir', 'executable', 'warn', 'stdin', 'strip_empty_ends')):
            options[key.strip()] = unquote(value.strip())
        else:
            raw.append(part.replace('\\=', '='))
    if raw:
        options['_raw_params'] = ' '.join(raw)
    return options


__all__ = ['parse_kv', 'split_args', 'unquote']
